"""What happened, case by case, for programs that look at how a process really runs.

Everything goes through the viewer: of another house's task he gets that it was opened and closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from processes.store.questions.cases import visible_cases
from processes.store.questions.performance import (
    IN_FORCE,
    RECEIVED,
    ReportFilters,
    conditions_of_case,
)
from processes.store.questions.sight import seen_case
from processes.store.questions.tasks import visible_tasks
from processes.store.tables import Case, Deadline, History, LogExport, Party, ProcedureVersion, Task
from processes.store.viewer import Viewer

#: cases read at once
BATCH = 100
PAUSED, RUN_ON = "task.paused", "task.resumed"


@dataclass(frozen=True, kw_only=True)
class LoggedCase:
    """One case with what is told of it, as far as the viewer may see it."""

    case: Case
    version: ProcedureVersion
    parties: Sequence[Party]
    #: in the order they were opened
    tasks: Sequence[Task]
    #: by task id: the moment and whether it stopped then (else it ran on), the oldest first
    pauses: dict[str, list[tuple[datetime, bool]]]
    #: by task id, the day on which the letter was received from which its clock counts
    received: dict[str, date]
    #: when its agreement came into force
    in_force_at: datetime | None


def logged_cases(
    session: Session, viewer: Viewer, filters: ReportFilters, *, since: datetime, until: datetime
) -> Iterator[LoggedCase]:
    """The cases that ran between the two moments, the oldest first; a region narrows the tasks."""
    query, _ = visible_cases(viewer)
    ran = and_(Case.opened_at <= until, or_(Case.closed_at.is_(None), Case.closed_at >= since))
    wanted = query.where(ran, *conditions_of_case(filters)).order_by(Case.opened_at, Case.id)
    result = session.execute(wanted.execution_options(yield_per=BATCH))
    versions = {version.id: version for version in session.scalars(select(ProcedureVersion))}
    for rows in result.partitions():
        ids = [case.id for case, _ in rows]
        tasks = _by_case(visible_tasks(session, viewer, ids), filters.region)
        parties: dict[str, list[Party]] = defaultdict(list)
        for party in session.scalars(_parties(ids)):
            parties[party.case_id].append(party)
        moments, received = _moments(session, ids), _received(session, ids)
        for case, left_at in rows:
            shown = seen_case(session, viewer, case, left_at)
            pauses, in_force_at = moments.get(case.id, ({}, None))
            yield LoggedCase(
                case=shown,
                version=versions[case.version_id],
                parties=parties[case.id],
                tasks=tasks.get(case.id, []),
                pauses=pauses,
                received=received,
                in_force_at=in_force_at if left_at is None else None,
            )


def log_exports(session: Session, viewer: Viewer, limit: int = 10) -> list[LogExport]:
    """Who took a log along last; a viewer of some regions sees what was taken of those alone."""
    rows = session.scalars(select(LogExport).order_by(LogExport.taken_at.desc()).limit(500))
    own = viewer.regions
    found = [row for row in rows if own is None or (row.regions and set(row.regions) <= own)]
    return found[:limit]


def _parties(ids: Sequence[str]) -> Select[Party]:
    return select(Party).where(Party.case_id.in_(ids)).order_by(Party.case_id, Party.position)


def _by_case(tasks: Sequence[Task], region: str | None) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        if region is None or task.region_code == region:
            found[task.case_id].append(task)
    return found


def _received(session: Session, ids: Sequence[str]) -> dict[str, date]:
    """The newest receipt of each task of several cases that has one."""
    query = select(Deadline.task_id, Deadline.starts_on).join(Task, Task.id == Deadline.task_id)
    wanted = query.where(Task.case_id.in_(ids), Deadline.reason == RECEIVED)
    found: dict[str, date] = {}
    for task_id, day in session.execute(wanted.order_by(Deadline.set_at)):
        found[task_id] = day
    return found


def _moments(
    session: Session, ids: Sequence[str]
) -> dict[str, tuple[dict[str, list[tuple[datetime, bool]]], datetime | None]]:
    """Pauses and coming into force of several cases, from their history."""
    told: ColumnElement[Any] = History.kind.in_((PAUSED, RUN_ON, IN_FORCE))
    query = select(History).where(History.case_id.in_(ids), told).order_by(History.seq)
    found: dict[str, tuple[dict[str, list[tuple[datetime, bool]]], datetime | None]] = {}
    for entry in session.scalars(query):
        pauses, in_force_at = found.get(entry.case_id, ({}, None))
        if entry.kind == IN_FORCE:
            in_force_at = entry.at
        elif "task" in entry.details:
            moments = pauses.setdefault(entry.details["task"], [])
            moments.append((entry.at, entry.kind == PAUSED))
        found[entry.case_id] = pauses, in_force_at
    return found
