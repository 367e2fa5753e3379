"""What was put on record by hand: papers, changes of holder and deadline, moves, withdrawals, and
what was entered later than it happened. One list, as far as a viewer may see it."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from processes.store.questions.pages import PAGE_SIZE, Page, rows_of_page
from processes.store.questions.sight import seen_entry, sees_paper, sees_whole_entry, sight
from processes.store.tables import Case, History, Paper, Task
from processes.store.viewer import Viewer


class RecordKind(enum.StrEnum):
    """What somebody put on record."""

    #: a task recorded from a signed paper
    PAPER = "kertas"
    #: entered later than it happened: a paper after its own date, or answers that followed
    LATE = "susulan"
    HOLDER = "pemegang"
    EXTENSION = "perpanjangan"
    PAUSE = "jeda"
    MOVE = "pemindahan"
    #: a case that got another version of its procedure
    VERSION = "versi"
    #: a case that was withdrawn or cancelled, or whose agreement was ended on request
    ENDING = "penarikan"


#: entries of the history that are put on record, by what they are
ENTRIES: Mapping[RecordKind, tuple[str, ...]] = {
    RecordKind.LATE: ("task.answered_late", "task.supplemented"),
    RecordKind.HOLDER: ("task.reassigned", "task.forwarded"),
    RecordKind.EXTENSION: ("task.extended",),
    RecordKind.PAUSE: ("task.paused", "task.resumed"),
    RecordKind.MOVE: ("case.move_asked", "case.moved", "case.move_refused"),
    RecordKind.VERSION: ("case.migrated", "case.migration_undone"),
    RecordKind.ENDING: ("case.penarikan", "case.pengakhiran", "case.cancelled"),
}
_KIND_OF = {entry: kind for kind, entries in ENTRIES.items() for entry in entries}


@dataclass(frozen=True, kw_only=True)
class RecordFilters:
    """Which records are wanted; None does not narrow."""

    kind: RecordKind | None = None
    #: code of the region whose task it is; without a task that of the case
    region: str | None = None
    #: a part of the name of whoever did it
    who: str | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record: an entry of a history, or a paper."""

    kind: RecordKind
    at: datetime
    case: Case
    task: Task | None
    entry: History | None = None
    paper: Paper | None = None


def page_of_records(
    session: Session, viewer: Viewer, filters: RecordFilters, *, page: int
) -> Page[Record]:
    """One page of what was put on record, the newest first."""
    every = _all(viewer, filters).subquery("record")
    newest = select(every).order_by(
        every.c.at.desc(), every.c.case_id, every.c.seq.desc(), every.c.ref
    )
    rows, total = rows_of_page(session, newest, page)
    return Page(items=_read(session, viewer, rows), number=page, total=total)


def _all(viewer: Viewer, filters: RecordFilters) -> CompoundSelect[*tuple[Any, ...]]:
    """Case, moment, origin and reference of every record; `until` when the viewer's region left."""
    parts = []
    if filters.kind is None or filters.kind in ENTRIES:
        parts.append(_entries(viewer, filters))
    if filters.kind in (None, RecordKind.PAPER, RecordKind.LATE):
        parts.append(_papers(viewer, filters))
    return union_all(*parts)


def _entries(viewer: Viewer, filters: RecordFilters) -> Select[*tuple[Any, ...]]:
    wanted = ENTRIES[filters.kind] if filters.kind else tuple(_KIND_OF)
    region = func.coalesce(History.details["region"].as_string(), Case.region_code)
    query: Select[*tuple[Any, ...]] = (
        select(
            History.case_id.label("case_id"),
            History.at.label("at"),
            literal("entry").label("origin"),
            cast(History.seq, String).label("ref"),
            History.seq.label("seq"),
        )
        .join(Case, Case.id == History.case_id)
        .where(History.kind.in_(wanted))
        .where(*_narrow(filters, History.at, region, History.actor["name"].as_string()))
    )
    if viewer.sees_everything:
        return query
    seen = sight(viewer)
    in_time = or_(seen.c.until.is_(None), History.at <= seen.c.until)
    query = query.join(seen, and_(seen.c.case_id == History.case_id, in_time))
    if filters.who is None:
        return query
    # who did it is no way to find what does not say so
    about = Task.id == History.details["task"].as_string()
    return query.outerjoin(Task, about).where(sees_whole_entry(viewer, seen))


def _papers(viewer: Viewer, filters: RecordFilters) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = (
        select(
            Paper.case_id.label("case_id"),
            Paper.recorded_at.label("at"),
            literal("paper").label("origin"),
            Paper.id.label("ref"),
            literal(0).label("seq"),
        )
        .join(Task, Task.id == Paper.task_id)
        .where(*_narrow(filters, Paper.recorded_at, Task.region_code, Paper.recorded_by))
    )
    if filters.kind is RecordKind.LATE:
        query = query.where(func.date(Paper.recorded_at) > func.date(Paper.dated_on))
    if viewer.sees_everything:
        return query
    seen = sight(viewer)
    return query.join(seen, seen.c.case_id == Paper.case_id).where(sees_paper(viewer, seen))


def _narrow(
    filters: RecordFilters,
    at: ColumnElement[Any] | Any,
    region: ColumnElement[Any] | Any,
    who: ColumnElement[Any] | Any,
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.region is not None:
        wanted.append(region == filters.region)
    if filters.who is not None:
        wanted.append(who.icontains(filters.who, autoescape=True))
    if filters.since is not None:
        wanted.append(at >= filters.since)
    if filters.before is not None:
        wanted.append(at < filters.before)
    return wanted


def _read(session: Session, viewer: Viewer, rows: Sequence[Any]) -> list[Record]:
    """The rows behind one page of references, in a handful of questions."""
    assert len(rows) <= PAGE_SIZE
    cases = {c.id: c for c in _named(session, Case, {row.case_id for row in rows})}
    papers = {p.id: p for p in _named(session, Paper, {r.ref for r in rows if r.origin == "paper"})}
    keys = [
        and_(History.case_id == row.case_id, History.seq == int(row.ref))
        for row in rows
        if row.origin == "entry"
    ]
    found = session.scalars(select(History).where(or_(*keys))) if keys else ()
    entries = {(entry.case_id, entry.seq): entry for entry in found}
    about = {e.details.get("task") for e in entries.values()} | {p.task_id for p in papers.values()}
    tasks = {t.id: t for t in _named(session, Task, about - {None})}
    until = _until(session, viewer, cases)
    records = []
    for row in rows:
        case = cases[row.case_id]
        if row.origin == "paper":
            paper = papers[row.ref]
            records.append(
                Record(
                    kind=RecordKind.PAPER,
                    at=paper.recorded_at,
                    case=case,
                    task=tasks[paper.task_id],
                    paper=paper,
                )
            )
            continue
        entry = entries[row.case_id, int(row.ref)]
        task = tasks.get(entry.details.get("task"))
        shown = seen_entry(viewer, entry, task, until.get(case.id))
        records.append(
            Record(kind=_KIND_OF[entry.kind], at=entry.at, case=case, task=task, entry=shown)
        )
    return records


def _named(session: Session, mapped: Any, ids: Any) -> Any:
    return session.scalars(select(mapped).where(mapped.id.in_(ids))) if ids else ()


def _until(session: Session, viewer: Viewer, case_ids: Any) -> dict[str, datetime | None]:
    if viewer.sees_everything or not case_ids:
        return {}
    seen = sight(viewer)
    query = select(seen.c.case_id, seen.c.until).where(seen.c.case_id.in_(case_ids))
    found: dict[str, datetime | None] = dict(session.execute(query).all())
    return found
