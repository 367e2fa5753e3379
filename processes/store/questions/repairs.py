"""Bulk repairs and requests to move a case, as far as a viewer may see them.

A repair is seen by whoever sees the whole installation, and by those who act for all the regions
for which it was ordered: all its parts are their own. A request to move a case is seen by whoever
may decide it, that is by those who act for the region that keeps the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from processes.store.tables import (
    Case,
    ItemStatus,
    MoveRequest,
    MoveStatus,
    RepairItem,
    RepairJob,
    Task,
)
from processes.store.viewer import Viewer, covers


@dataclass(frozen=True, kw_only=True)
class RepairedItem:
    """One part of a bulk repair with what it is about."""

    item: RepairItem
    case: Case
    task: Task | None


@dataclass(frozen=True, kw_only=True)
class Repair:
    """A bulk repair and how far it is."""

    job: RepairJob
    #: parts by state
    counts: dict[ItemStatus, int]

    @property
    def total(self) -> int:
        """How many parts there are."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """How many of them are done or refused."""
        return self.total - self.counts.get(ItemStatus.WAITING, 0)


def find_repair(session: Session, viewer: Viewer, job_id: str) -> Repair | None:
    """A bulk repair; None when there is none for the viewer."""
    job = session.scalar(_jobs(viewer).where(RepairJob.id == job_id))
    if job is None or not _is_seen(viewer, job):
        return None
    return _with_counts(session, [job])[0]


def newest_repairs(session: Session, viewer: Viewer, limit: int = 20) -> list[Repair]:
    """The bulk repairs that the viewer may see, the newest first."""
    newest = session.scalars(_jobs(viewer).order_by(RepairJob.asked_at.desc(), RepairJob.id))
    return _with_counts(session, list(islice((j for j in newest if _is_seen(viewer, j)), limit)))


def parts_of(session: Session, job: RepairJob) -> list[RepairedItem]:
    """The parts of a repair that was read for somebody, in their order."""
    query = (
        select(RepairItem, Case, Task)
        .join(Case, Case.id == RepairItem.case_id)
        .outerjoin(Task, Task.id == RepairItem.task_id)
        .where(RepairItem.job_id == job.id)
        .order_by(RepairItem.position)
    )
    return [
        RepairedItem(item=item, case=case, task=task) for item, case, task in session.execute(query)
    ]


def find_move(session: Session, viewer: Viewer, move_id: str) -> tuple[MoveRequest, Case] | None:
    """A request to move a case; None when there is none for the viewer."""
    row = session.execute(_moves(viewer).where(MoveRequest.id == move_id)).one_or_none()
    return None if row is None else (row[0], row[1])


def moves_of_case(session: Session, viewer: Viewer, case_id: str) -> list[MoveRequest]:
    """The requests to move a case, the newest first."""
    query = _moves(viewer).where(MoveRequest.case_id == case_id)
    return list(session.scalars(query.order_by(MoveRequest.asked_at.desc(), MoveRequest.id)))


def waiting_moves(session: Session, viewer: Viewer) -> list[tuple[MoveRequest, Case]]:
    """The requests that nobody decided yet, the oldest first."""
    query = _moves(viewer).where(MoveRequest.status == MoveStatus.WAITING)
    rows = session.execute(query.order_by(MoveRequest.asked_at, MoveRequest.id))
    return [(move, case) for move, case in rows]


def _is_seen(viewer: Viewer, job: RepairJob) -> bool:
    """Whether all regions that the one who ordered it acted for are the viewer's too."""
    ordered_for = job.actor.get("regions")
    return covers(viewer.regions, None if ordered_for is None else frozenset(ordered_for))


def _jobs(viewer: Viewer) -> Select[RepairJob]:
    query = select(RepairJob)
    if viewer.sees_everything:
        return query
    return query.where(RepairJob.region_code.in_(viewer.regions or ()))


def _with_counts(session: Session, jobs: Sequence[RepairJob]) -> list[Repair]:
    query = (
        select(RepairItem.job_id, RepairItem.status, func.count())
        .where(RepairItem.job_id.in_([job.id for job in jobs]))
        .group_by(RepairItem.job_id, RepairItem.status)
    )
    counts: dict[str, dict[ItemStatus, int]] = {job.id: {} for job in jobs}
    for job_id, status, count in session.execute(query):
        counts[job_id][status] = count
    return [Repair(job=job, counts=counts[job.id]) for job in jobs]


def _moves(viewer: Viewer) -> Select[MoveRequest, Case]:
    query = select(MoveRequest, Case).join(Case, Case.id == MoveRequest.case_id)
    if viewer.sees_everything:
        return query
    return query.where(Case.region_code.in_(viewer.regions or ()))
