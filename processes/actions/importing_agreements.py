"""Taking in agreements that were signed before, a whole list at once, each as a case in stage 7."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.agreements_file import (
    PARTNERS,
    REGION,
    TITLE,
    AgreementsRefused,
    OldAgreement,
    RowError,
    cells_of,
    column_of,
    read_agreement,
)
from processes.actions.commenting import add_comment
from processes.actions.entering import Known, Reader, record, shape_of
from processes.actions.starting import Beginning, checked_title, start_case, wrong_parties
from processes.actions.wording import readable
from processes.engine.fields import Field
from processes.engine.procedure import Procedure
from processes.errors import FieldError, InvalidAnswers, KsddError, NotFound
from processes.store import people_log
from processes.store import procedures as versions
from processes.store.agreements import numbers_known
from processes.store.locks import lock_regions
from processes.store.people_log import About
from processes.store.tables import PeopleAct, ProcedureVersion

if TYPE_CHECKING:
    from processes.office import Office

#: the way by which such an agreement is entered
OLD_ENTRY = "naskah_lama"
#: the answer with one number for each party
NUMBERS = "nomor"


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did, or would do."""

    rows: Sequence[OldAgreement]
    #: ids of the cases, in the order of the rows; none for a preview
    cases: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A row that can be taken."""

    row: OldAgreement
    title: str
    known: Known


def import_agreements(
    office: Office,
    csv_text: str,
    *,
    procedure: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    preview: bool = False,
) -> Imported:
    """Open a case in stage 7 for every row of a list, or for none.

    An agreement is known by the number that a party gave it: a row whose number is in the register
    already, or twice in the list, is refused, so that a second import of the same list does
    nothing. All follow one version, that in force on this day in WIB. Raises AgreementsRefused with
    every wrong row, or NotFound (no such procedure).
    """
    cells, misfits = cells_of(csv_text)
    with office.database.read() as session:
        version = versions.in_force(session, procedure, office.calendar.today(now))
        if version is None:
            raise NotFound("errors.no_procedure", key=procedure)
        ready = _checked(session, office, version, cells, misfits, actor, now)
    if preview:
        return Imported(rows=[each.row for each in ready])
    with office.database.write() as session:
        lock_regions(session, sorted({code for each in ready for code in _parties(each.row)}))
        _refuse_known(session, dict(cells), [each.row for each in ready])
        cases = [_open(session, office, version, each, actor, now) for each in ready]
        _note(session, ready, actor, now, reason)
    return Imported(rows=[each.row for each in ready], cases=cases)


def _checked(
    session: Session,
    office: Office,
    version: ProcedureVersion,
    cells: Sequence[tuple[int, Mapping[str, str]]],
    misfits: Sequence[RowError],
    actor: Actor,
    now: datetime,
) -> list[_Ready]:
    """Every row as it can be taken; AgreementsRefused with all errors of all rows, and with those
    that did not fit the heading."""
    shapes = office.procedure(session, version.id)
    fields = _fields(shapes)
    ready: list[_Ready] = []
    errors = [*misfits]
    for number, row in cells:
        try:
            read = read_agreement(number, row, fields)
            ready.append(_one(session, office, version, read, actor, now))
        except InvalidAnswers as wrong:
            errors += [
                (number, column_of(name.removeprefix(f"{OLD_ENTRY}."), row), error)
                for name, error in wrong.fields.items()
            ]
    if errors:
        raise AgreementsRefused(errors)
    _refuse_known(session, dict(cells), [each.row for each in ready])
    return ready


def _fields(procedure: Procedure) -> dict[str, Field]:
    shape = shape_of(procedure, OLD_ENTRY)
    if shape is None:
        raise NotFound("errors.no_entry")
    return {asked.id: asked for asked in shape.form.fields}


def _one(
    session: Session,
    office: Office,
    version: ProcedureVersion,
    row: OldAgreement,
    actor: Actor,
    now: datetime,
) -> _Ready:
    """One row, judged as the form of its task judges it; InvalidAnswers."""
    errors = {
        {"parties": PARTNERS}.get(name, name): error
        for name, error in wrong_parties(session, row.region, row.partners).items()
    }
    if REGION not in errors and not actor.may_act_for(row.region):
        errors[REGION] = FieldError("people.foreign_region")
    title = ""
    try:
        title = checked_title(row.title)
    except InvalidAnswers as wrong:
        errors |= {TITLE: wrong.fields["title"]}
    known = Known()
    if not errors:
        reader = Reader(session, office, version, OLD_ENTRY, _parties(row), now)
        known = reader.read(row.known, whole=True)
    if errors:
        raise InvalidAnswers(errors)
    if row.note:
        readable(row.note, field="note", missing="acts.comment_missing")
    return _Ready(row=row, title=title, known=known)


def _refuse_known(
    session: Session, cells: Mapping[int, Mapping[str, str]], rows: Iterable[OldAgreement]
) -> None:
    """Refuse the rows whose number stands in the register already, or in an earlier row."""
    rows = list(rows)
    regions = {code for row in rows for code in _parties(row)}
    known = numbers_known(session, regions)
    errors: list[tuple[int, str, KsddError]] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        column = column_of(NUMBERS, cells[row.number])
        for code, number in (row.known.get(NUMBERS) or {}).items():
            mark = (code, " ".join(str(number).split()).casefold())
            if mark in known:
                wrong = FieldError(
                    "old_agreements.known", number=number, region=code, case=known[mark]
                )
                errors.append((row.number, column, wrong))
            elif mark in seen and seen[mark] != row.number:
                wrong = FieldError(
                    "old_agreements.twice", number=number, region=code, other=seen[mark]
                )
                errors.append((row.number, column, wrong))
            seen.setdefault(mark, row.number)
    if errors:
        raise AgreementsRefused(errors)


def _open(
    session: Session,
    office: Office,
    version: ProcedureVersion,
    ready: _Ready,
    actor: Actor,
    now: datetime,
) -> str:
    row = ready.row
    begins = Beginning(
        version=version,
        parties=_parties(row),
        title=ready.title,
        entry=OLD_ENTRY,
        proposed={ready.known.element: dict(ready.known.answers)},
    )
    case = start_case(session, office, begins, actor=actor, now=now, quiet=True)
    record(session, office, case, ready.known, actor, now)
    if row.note:
        add_comment(session, case, row.note, region=row.region, shared=False, actor=actor, now=now)
    session.flush()
    # what was written is looked at again by nobody; a session that grows gets slow
    session.expunge_all()
    return case.id


def _note(
    session: Session, ready: Sequence[_Ready], actor: Actor, now: datetime, reason: str
) -> None:
    counted: dict[str, int] = {}
    for each in ready:
        counted[each.row.region] = counted.get(each.row.region, 0) + 1
    for region, count in counted.items():
        people_log.note(
            session,
            PeopleAct.AGREEMENTS,
            About(region=region),
            actor=actor.as_entry(),
            now=now,
            reason=reason,
            details={"count": count},
        )


def _parties(row: OldAgreement) -> list[str]:
    return [row.region, *row.partners]
