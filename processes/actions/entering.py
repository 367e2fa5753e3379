"""Opening a case in one of three ways: with a request of its own, from another region's letter, or
with an agreement that was signed before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.starting import Beginning, checked_title, start_case, wrong_parties
from processes.actions.tasks import finish_task
from processes.engine.answers import printable
from processes.engine.fields import Field, FormContext
from processes.engine.forms import Form
from processes.engine.procedure import Procedure
from processes.engine.shapes import LETTER_ENTRY, USUAL_ENTRY, TaskShape
from processes.errors import FieldError, InvalidAnswers, KsddError, NotAllowed, NotFound
from processes.store import procedures as versions
from processes.store.tables import Case, Document, ProcedureVersion, Region, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office

T = TypeVar("T")
#: what must be known of a letter that asks for a cooperation
LETTER_PARTS = ("nomor", "tanggal", "tanggal_terima", "dokumen")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a letter or an old agreement answers of the task that records it."""

    #: the task that records it; empty in the usual way
    element: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: whether it answers everything, so that nobody need be asked
    is_enough: bool = False


def open_case(
    office: Office,
    *,
    procedure: str,
    region: str,
    parties: Sequence[str],
    title: str,
    actor: Actor,
    now: datetime,
    entry: str = USUAL_ENTRY,
    known: Mapping[str, Any] | None = None,
) -> str:
    """Open a case of `region` with the partners `parties` (codes); returns the case's id.

    `entry` is the way. With `surat_masuk` the region asked by letter, and a partner for which the
    actor acts received it; with `naskah_lama` the agreement was signed before. `known` is what the
    letter or the agreement says, by the parts of a paper (`nomor`, `tanggal` …) or the fields of
    the task that records it: when that answers everything the task is finished at once, else it is
    proposed there. Raises InvalidAnswers (title, region, parties, `<entry>.<part>`), NotFound (no
    such procedure) or NotAllowed.
    """
    region, parties = _arranged(region, parties, entry, actor)
    everyone = [region, *parties]
    errors: dict[str, KsddError] = {}
    with office.database.write() as session:
        checked = _noted(errors, lambda: checked_title(title))
        errors |= wrong_parties(session, region, parties)
        version = versions.in_force(session, procedure, opening_day(office, everyone, entry, now))
        found: Known | None = Known()
        if version is not None and entry != USUAL_ENTRY and not {"region", "parties"} & set(errors):
            reader = Reader(session, office, version, entry, everyone, now)
            found = _noted(errors, lambda: reader.read(known))
        if checked is None or found is None or errors:
            raise InvalidAnswers(errors)
        if version is None:
            raise NotFound("errors.no_procedure", key=procedure)
        begins = Beginning(
            version=version,
            parties=everyone,
            title=checked,
            entry=entry,
            proposed={found.element: dict(found.answers)} if found.answers else {},
        )
        case = start_case(session, office, begins, actor=actor, now=now)
        if found.is_enough:
            record(session, office, case, found, actor, now)
        return case.id


def opening_day(office: Office, parties: Sequence[str], entry: str, now: datetime) -> date:
    """The day that it is where a case is opened: of a letter, where it was received."""
    opener = parties[1] if entry == LETTER_ENTRY and len(parties) > 1 else parties[0]
    known = opener if opener in office.kept_calendar.zones else None
    return office.calendar.today(now, known)


def _noted(errors: dict[str, KsddError], act: Callable[[], T]) -> T | None:
    """What the act gives; None when it refuses, with its errors added to the others."""
    try:
        return act()
    except InvalidAnswers as wrong:
        errors.update(wrong.fields)
        return None


def _arranged(
    region: str, parties: Sequence[str], entry: str, actor: Actor
) -> tuple[str, list[str]]:
    """Who asked, and the partners; of a letter, whoever received it comes first.

    Somebody who names his own region as the one that opens the case from a letter received it from
    the other one.
    """
    own = [code for code in parties if actor.may_act_for(code)]
    if entry == LETTER_ENTRY and own:
        return region, [own[0], *(code for code in parties if code != own[0])]
    if not actor.may_act_for(region):
        raise NotAllowed
    if entry == LETTER_ENTRY and len(parties) == 1:
        return parties[0], [region]
    if entry == LETTER_ENTRY and parties:
        raise InvalidAnswers({"region": FieldError("errors.letter_from_whom")})
    return region, list(parties)


class Reader:
    """Reads what is known of a letter or an old agreement as answers of its task."""

    def __init__(
        self,
        session: Session,
        office: Office,
        version: ProcedureVersion,
        entry: str,
        parties: Sequence[str],
        now: datetime,
    ) -> None:
        self.session = session
        self.entry = entry
        self.shape = shape_of(office.procedure(session, version.id), entry)
        opener = parties[1] if entry == LETTER_ENTRY else parties[0]
        self.context = FormContext(
            parties=parties,
            partners=parties[1:],
            today=office.calendar.today(now, opener),
            document_exists=self._is_unused,
            region_exists=lambda code: session.get(Region, code) is not None,
        )

    def read(self, known: Mapping[str, Any] | None, *, whole: bool = False) -> Known:
        """Raises InvalidAnswers with a sentence for each part that cannot be taken, and with
        `whole` for each that is missing."""
        if self.shape is None:
            raise InvalidAnswers({self.entry: FieldError("errors.no_entry")})
        if known is None:
            return Known(element=self.shape.element)
        if not known and self.entry == LETTER_ENTRY:
            parts = ", ".join(LETTER_PARTS)
            raise InvalidAnswers({self.entry: FieldError("errors.letter_empty", parts=parts)})
        answers = self._answers(self.shape, known)
        missing = self._refuse_wrong(self.shape, known, answers, whole=whole)
        return Known(element=self.shape.element, answers=answers, is_enough=not missing)

    def _answers(self, shape: TaskShape, known: Mapping[str, Any]) -> dict[str, Any]:
        return {
            asked.id: _as_answer(asked, known[part_of(asked)])
            for asked in shape.form.fields
            if known.get(part_of(asked)) is not None
        }

    def _refuse_wrong(
        self,
        shape: TaskShape,
        known: Mapping[str, Any],
        answers: Mapping[str, Any],
        *,
        whole: bool,
    ) -> bool:
        """Whether something is still to be asked; raises InvalidAnswers for what is wrong."""
        parts = {asked.id: part_of(asked) for asked in shape.form.fields}
        known_parts = ", ".join(dict.fromkeys(parts.values()))
        errors: dict[str, KsddError] = {
            f"{self.entry}.{printable(name)}": FieldError("errors.no_part", parts=known_parts)
            for name in known
            if name not in parts.values()
        }
        missing = False
        try:
            shape.form.check(answers, context=self.context)
        except InvalidAnswers as wrong:
            missing = True
            due = LETTER_PARTS if self.entry == LETTER_ENTRY else ()
            errors |= {
                f"{self.entry}.{parts[name]}": error
                for name, error in wrong.fields.items()
                if whole or parts[name] in due or known.get(parts[name]) is not None
            }
        if errors:
            raise InvalidAnswers(errors)
        return missing

    def _is_unused(self, document_id: str) -> bool:
        document = self.session.get(Document, document_id)
        return document is not None and document.case_id is None


def form_of_entry(procedure: Procedure, entry: str) -> Form | None:
    """What may be known when a case is opened so; None when the procedure knows no such way.

    Its fields are called as `open_case` names its errors.
    """
    shape = shape_of(procedure, entry)
    if shape is None:
        return None
    fields = (replace(asked, id=f"{entry}.{part_of(asked)}") for asked in shape.form.fields)
    return Form(fields=tuple(fields), language=shape.form.language)


def shape_of(procedure: Procedure, entry: str) -> TaskShape | None:
    """The task that records what is known when a case is opened so; None when there is none."""
    return next((shape for shape in procedure.shapes.values() if shape.entry == entry), None)


def part_of(asked: Field) -> str:
    """What a letter calls the answer to this field: a part of the paper, else the field's id."""
    return asked.dari_surat or asked.id


def _as_answer(asked: Field, given: Any) -> Any:
    """A document may be named by its id alone."""
    return {"document": given} if asked.is_file and isinstance(given, str) else given


def record(
    session: Session, office: Office, case: Case, known: Known, actor: Actor, now: datetime
) -> None:
    """Finish the task that records the letter or the agreement."""
    waiting = select(Task).where(
        Task.case_id == case.id, Task.element == known.element, Task.status == TaskStatus.OPEN
    )
    task = session.scalar(waiting.limit(1))
    if task is not None:
        finish_task(session, office, case, task, known.answers, actor=actor, now=now)
