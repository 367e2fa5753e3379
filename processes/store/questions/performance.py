"""How long tasks took: the rows from which reports count, as far as the viewer may see them.

A viewer of some regions gets the tasks of his own houses only: how another house works is not his
to measure. Nothing is summed up here, because working days are known to the calendar only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    String,
    and_,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from processes.store.questions.sight import sight
from processes.store.tables import (
    AgreementStatus,
    Case,
    CaseStatus,
    Deadline,
    History,
    ProcedureVersion,
    Task,
)
from processes.store.viewer import Viewer

#: rows that come from the database at once
BATCH = 5000
#: deadlines that say from when a clock counts, or that it stood still
RECEIVED, RESUMED = "received", "resumed"
#: how a case was opened with an agreement that was signed before
OLD_ENTRY = "naskah_lama"
IN_FORCE = "agreement.in_force"


@dataclass(frozen=True, kw_only=True)
class ReportFilters:
    """Which part of the work is wanted; None does not narrow."""

    #: code of the region whose tasks they are
    region: str | None = None
    #: key of a procedure, and the number of one of its versions
    procedure: str | None = None
    version: int | None = None
    #: `wajib` or `sukarela`
    category: str | None = None


class TimedTask(NamedTuple):
    """One task with the moments that count: UTC without saying so, and states as they are kept,
    because hundreds of thousands of them are read at once."""

    case_id: str
    task_id: str
    element: str
    role: str
    region: str
    #: the region it is about, where that is known
    concerns: str | None
    #: a value of `TaskStatus`
    status: str
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    paused_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ClockFacts:
    """When the clock of a task stood still, and from which day it counted, if not from opening."""

    #: the day on which it was stopped and that on which it ran on
    pauses: tuple[tuple[date, date], ...] = ()
    received_on: date | None = None


class KindName(NamedTuple):
    """What the drawing calls a task and its stage."""

    element: str
    name: str
    stage: int
    stage_name: str


class FirstSeen(NamedTuple):
    """When a case reached a stage first."""

    case_id: str
    region: str
    stage: int
    at: datetime


def timed_tasks(
    session: Session, viewer: Viewer, filters: ReportFilters, *, since: datetime
) -> Iterator[TimedTask]:
    """The tasks of cases that were running at `since` or later, in the order they were opened in
    each case."""
    moments = (Task.opened_at, Task.closed_at, Task.due_at, Task.paused_at)
    columns = (
        Task.case_id,
        Task.id,
        Task.element,
        Task.role,
        Task.region_code,
        Task.concerns,
        type_coerce(Task.status, String),
        *(_without_zone(session, moment) for moment in moments),
    )
    query = _tasks(select(*columns), viewer, filters, since).order_by(Task.case_id, Task.position)
    # below the mapper, which would double the time
    result = session.connection().execute(query.execution_options(yield_per=BATCH))
    for rows in result.partitions():
        yield from map(TimedTask._make, rows)


def kind_names(
    session: Session, viewer: Viewer, filters: ReportFilters, *, since: datetime
) -> list[KindName]:
    """What those tasks and their stages are called, the ones opened last at the end."""
    columns = (Task.element, Task.name, Task.stage, Task.stage_name)
    query = _tasks(select(*columns), viewer, filters, since).group_by(*columns)
    rows = session.execute(query.order_by(func.max(Task.opened_at), *columns))
    return [KindName._make(row) for row in rows]


def clock_facts(
    session: Session, viewer: Viewer, filters: ReportFilters, *, since: datetime
) -> dict[str, ClockFacts]:
    """What is special about the clocks of those tasks, by task id; most have nothing special."""
    query = _tasks(
        select(Deadline.task_id, Deadline.reason, Deadline.paused_on, Deadline.starts_on),
        viewer,
        filters,
        since,
    )
    query = query.join(Deadline, Deadline.task_id == Task.id)
    special = Deadline.reason.in_((RECEIVED, RESUMED))
    pauses: dict[str, list[tuple[date, date]]] = defaultdict(list)
    received: dict[str, date] = {}
    for task_id, reason, paused_on, starts_on in session.execute(
        query.where(special).order_by(Deadline.set_at)
    ):
        if reason == RECEIVED:
            received[task_id] = starts_on
        elif paused_on is not None:
            pauses[task_id].append((paused_on, starts_on))
    return {
        task_id: ClockFacts(
            pauses=tuple(pauses.get(task_id, ())), received_on=received.get(task_id)
        )
        for task_id in {*pauses, *received}
    }


def first_seen(
    session: Session, viewer: Viewer, filters: ReportFilters, case_ids: list[str] | None = None
) -> Iterator[FirstSeen]:
    """When each case reached each stage: of the cases named, else of all that came into force."""
    query = (
        select(Case.id, Case.region_code, Task.stage, func.min(Task.opened_at))
        .select_from(Task)
        .join(Case, Case.id == Task.case_id)
        .where(Case.entry != OLD_ENTRY)
        .group_by(Case.id, Case.region_code, Task.stage)
    )
    if case_ids is None:
        query = query.where(Case.agreement_status != AgreementStatus.BELUM)
    else:
        query = query.where(Case.id.in_(case_ids))
    for row in session.execute(_in_cases(query, viewer, filters)):
        yield FirstSeen._make(row)


def came_into_force(
    session: Session, viewer: Viewer, filters: ReportFilters
) -> Mapping[str, datetime]:
    """When the agreement of each case came into force, by case id."""
    query = (
        select(History.case_id, History.at)
        .join(Case, Case.id == History.case_id)
        .where(History.kind == IN_FORCE, Case.entry != OLD_ENTRY)
    )
    found: dict[str, datetime] = {}
    for case_id, at in session.execute(_in_cases(query, viewer, filters)):
        found[case_id] = at
    return found


def on_their_way(
    session: Session, viewer: Viewer, filters: ReportFilters, *, page: int, size: int
) -> tuple[list[Case], int]:
    """One page of the running cases whose agreement is not in force yet, the oldest first."""
    wanted = and_(
        Case.status == CaseStatus.RUNNING,
        Case.agreement_status == AgreementStatus.BELUM,
        Case.entry != OLD_ENTRY,
    )
    query = _in_cases(select(Case).where(wanted), viewer, filters)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Case.opened_at, Case.number).limit(size).offset((page - 1) * size)
    return list(session.scalars(ordered)), total


def versions_in_use(session: Session) -> list[tuple[str, str, int]]:
    """Key, name and number of every published version, the newest of each key first."""
    order = (ProcedureVersion.key, ProcedureVersion.number.desc())
    rows = session.execute(
        select(ProcedureVersion.key, ProcedureVersion.name, ProcedureVersion.number).order_by(
            *order
        )
    )
    return [(key, name, number) for key, name, number in rows]


def _without_zone(session: Session, moment: InstrumentedAttribute[Any]) -> ColumnElement[datetime]:
    """A moment in UTC as the database gives it, without the work of saying so each time."""
    if session.get_bind().dialect.name == "postgresql":
        return func.timezone("UTC", moment, type_=DateTime())
    return type_coerce(moment, DateTime())


def _tasks(
    query: Select[*tuple[Any, ...]], viewer: Viewer, filters: ReportFilters, since: datetime
) -> Select[*tuple[Any, ...]]:
    """The tasks of the viewer's own houses, in cases that the filters leave."""
    query = query.select_from(Task).join(Case, Case.id == Task.case_id)
    query = query.where(or_(Case.closed_at.is_(None), Case.closed_at >= since))
    query = query.where(*conditions_of_case(filters))
    if filters.region is not None:
        query = query.where(Task.region_code == filters.region)
    if viewer.sees_everything:
        return query
    seen = sight(viewer)
    in_time = or_(seen.c.until.is_(None), Task.opened_at <= seen.c.until)
    own = Task.region_code.in_(viewer.regions or ())
    return query.join(seen, seen.c.case_id == Task.case_id).where(own, in_time)


def _in_cases(
    query: Select[*tuple[Any, ...]], viewer: Viewer, filters: ReportFilters
) -> Select[*tuple[Any, ...]]:
    """A query over cases, narrowed to those the viewer still takes part in."""
    query = query.where(*conditions_of_case(filters))
    if filters.region is not None:
        query = query.where(Case.region_code == filters.region)
    if viewer.sees_everything:
        return query
    seen = sight(viewer)
    return query.join(seen, and_(seen.c.case_id == Case.id, seen.c.until.is_(None)))


def conditions_of_case(filters: ReportFilters) -> list[ColumnElement[bool]]:
    """What the filters ask of a case, its region apart."""
    wanted: list[ColumnElement[bool]] = []
    if filters.procedure is not None:
        versions = select(ProcedureVersion.id).where(ProcedureVersion.key == filters.procedure)
        if filters.version is not None:
            versions = versions.where(ProcedureVersion.number == filters.version)
        wanted.append(Case.version_id.in_(versions))
    if filters.category is not None:
        wanted.append(Case.category == filters.category)
    return wanted
