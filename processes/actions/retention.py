"""How long what is kept about people stays: setting it, seeing what would go, letting it go.

The rules belong to the whole installation and to nobody's diagram: they hold for every procedure,
and for what belongs to no case; so an administrator of the installation sets them, with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from processes.actions.actor import Actor
from processes.actions.wording import readable
from processes.errors import Conflict, FieldError, InvalidAnswers, KsddError, NotAllowed
from processes.store import people_log, retention
from processes.store.people_log import About
from processes.store.retention import FEWEST, MOST, Line
from processes.store.tables import Kept, PeopleAct

if TYPE_CHECKING:
    from processes.office import Office


def set_retention(
    office: Office, typed: Mapping[Kept, str], *, reason: str, actor: Actor, now: datetime
) -> None:
    """Keep each named class for so many months; an empty text keeps it for ever.

    Raises NotAllowed for whoever does not act for the whole installation, InvalidAnswers (the
    class's name, `reason`), or Conflict when nothing would change.
    """
    _check_everywhere(actor)
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    wanted = _months(typed)
    with office.database.write() as session:
        before = {kept: rule.months for kept, rule in retention.rules(session).items()}
        changed = {k: months for k, months in wanted.items() if before.get(k) != months}
        if not changed:
            raise Conflict("keeping.nothing_changed")
        for kept, months in changed.items():
            retention.set_rule(session, kept, months, by=actor.name[:300], now=now)
            people_log.note(
                session,
                PeopleAct.RULE,
                About(),
                actor=actor.as_entry(),
                now=now,
                reason=why,
                details={"kept": kept.value, "before": before.get(kept), "after": months},
            )


def run_retention(office: Office, *, reason: str, actor: Actor, now: datetime) -> dict[Kept, int]:
    """Remove what the rules let go; how many of each class. Nothing of it can be had back.

    Raises NotAllowed or InvalidAnswers (`reason`).
    """
    _check_everywhere(actor)
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with office.database.write() as session:
        gone = retention.let_go(session, now)
        if any(gone.values()):
            people_log.note(
                session,
                PeopleAct.RETAINED,
                About(),
                actor=actor.as_entry(),
                now=now,
                reason=why,
                details={kept.value: count for kept, count in gone.items()},
            )
        return gone


def preview_retention(office: Office, *, now: datetime) -> Sequence[Line]:
    """Every class with its rule and what would go now."""
    with office.database.read() as session:
        return retention.look(session, now)


def _check_everywhere(actor: Actor) -> None:
    if actor.regions is not None:
        raise NotAllowed("keeping.everywhere")


def _months(typed: Mapping[Kept, str]) -> dict[Kept, int | None]:
    wanted: dict[Kept, int | None] = {}
    errors: dict[str, KsddError] = {}
    for kept, text in typed.items():
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
        if text and not FEWEST <= number <= MOST:
            errors[kept.value] = FieldError("keeping.months", fewest=FEWEST, most=MOST)
        wanted[kept] = number or None
    if errors:
        raise InvalidAnswers(errors)
    return wanted
