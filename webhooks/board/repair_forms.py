"""The form of a repair: what may be done, as it is typed, and the order that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from processes.actions import Order, Wish
from processes.actions.granting import Until
from processes.actions.mending import ON_AUTHORITY
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.store.tables import RepairAct
from webhooks.language import language
from webhooks.rendering import iso
from webhooks.rights import Right
from webhooks.sessions import actor, check_right, may

#: the inputs of the form, as the errors name them
FIELDS = ("act", "official", "due_on", "working_days", "reason", "authority")
#: the name of the button that carries out what a preview shows
DO = "lakukan"
#: what may be done to tasks, in the order in which the form offers it
TASK_ACTS = (
    RepairAct.REMIND,
    RepairAct.REASSIGN,
    RepairAct.EXTEND,
    RepairAct.PAUSE,
    RepairAct.RESUME,
    RepairAct.RELINK,
)
#: what may be done to whole cases
CASE_ACTS = (RepairAct.WITHDRAW, RepairAct.CANCEL)
#: what belongs to the daily work on a case
OF_SHEPHERDS = (RepairAct.REMIND, RepairAct.WITHDRAW)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What somebody typed into the form, and what cannot be taken of it."""

    typed: Mapping[str, str]
    errors: Mapping[str, str]

    @classmethod
    def nothing(cls) -> Tried:
        """A form that nobody has filled in."""
        return cls(typed={}, errors={})

    @classmethod
    def refused(cls, error: KsddError) -> Tried:
        """The form as it was sent, with what is wrong."""
        fields = error.fields if isinstance(error, InvalidAnswers) else {"act": error}
        known = {name if name in FIELDS else "act": each for name, each in fields.items()}
        return cls(
            typed=typed(),
            errors={name: known[name].tell(language()) for name in FIELDS if name in known},
        )


def typed() -> dict[str, str]:
    """The inputs as they came."""
    return {name: request.form.get(name, "").strip() for name in FIELDS}


def acts_of(*, paused: bool | None = None) -> list[RepairAct]:
    """What the signed-in account may do to a task; `paused` says whether its clock stands still,
    None that there are many, whose cases may be ended too."""
    if not may(Right.REPAIR):
        return [RepairAct.REMIND] if may(Right.SHEPHERD) else []
    if paused is None:
        return [*TASK_ACTS, *CASE_ACTS]
    unfit = (RepairAct.EXTEND, RepairAct.PAUSE) if paused else (RepairAct.RESUME,)
    return [act for act in TASK_ACTS if act not in unfit]


def read_order(among: Sequence[RepairAct]) -> tuple[Wish, Order]:
    """What is to be done, one of the acts `among` which to choose, and who orders it; raises
    InvalidAnswers, or NotAllowed without the right."""
    given = typed()
    act = next((act for act in among if act.value == given["act"]), None)
    if act is None:
        raise InvalidAnswers({"act": FieldError("repairing.act_missing")})
    check_right(Right.SHEPHERD if act in OF_SHEPHERDS else Right.REPAIR)
    errors = _problems(act, given)
    if errors:
        raise InvalidAnswers(errors)
    extends, days = act is RepairAct.EXTEND, given["working_days"]
    wish = Wish(
        act=act,
        officials=(given["official"],) if act is RepairAct.REASSIGN else (),
        due_on=iso(given["due_on"]) if extends else None,
        working_days=int(days) if extends and days else None,
    )
    order = Order(actor=actor(), reason=given["reason"], authority=given["authority"][:300])
    order.check_reason()
    return wish, order


def _problems(act: RepairAct, given: Mapping[str, str]) -> dict[str, KsddError]:
    """What is missing or cannot be read, by input."""
    errors: dict[str, KsddError] = {}
    if act is RepairAct.EXTEND:
        errors |= _problems_of_day(given)
    if act is RepairAct.REASSIGN and not given["official"]:
        errors["official"] = FieldError("errors.official_missing")
    if not given["reason"]:
        errors["reason"] = FieldError("errors.reason_missing")
    if act in ON_AUTHORITY and not given["authority"]:
        errors["authority"] = FieldError("repairing.authority_missing")
    return errors


def _problems_of_day(given: Mapping[str, str]) -> dict[str, KsddError]:
    days, day = given["working_days"], given["due_on"]
    if day and iso(day) is None:
        return {"due_on": FieldError("repairing.day")}
    if days and not (days.isdecimal() and len(days) < 5):
        return {"working_days": FieldError("repairing.days")}
    if not day and not days:
        return {"working_days": FieldError("repairing.until_missing")}
    try:
        Until(due_on=iso(day), working_days=int(days) if days else None).check()
    except InvalidAnswers as wrong:
        return wrong.fields
    return {}
