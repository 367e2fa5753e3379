"""Bulk repairs as rows: what was asked for, and which parts of it are done.

A part is marked as done in the transaction of its act, by a conditional update: it is done once,
however many sweeps are at it and wherever one of them dies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from processes.errors import Conflict
from processes.store.tables import ItemStatus, RepairAct, RepairItem, RepairJob


class PartTaken(Conflict):
    """This part of a bulk repair is done already."""

    default_key = "repairing.part_taken"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a bulk repair."""

    job_id: str
    position: int


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a part is about (id of a task, case or alarm), and to which case and task it belongs."""

    id: str
    case_id: str
    task_id: str | None


def start(
    session: Session,
    *,
    act: RepairAct,
    wish: Mapping[str, Any],
    targets: Sequence[Target],
    reason: str,
    authority: str,
    actor: Mapping[str, Any],
    region: str | None,
    now: datetime,
) -> RepairJob:
    """Write down a bulk repair for the sweeps."""
    job = RepairJob(
        act=act,
        wish=dict(wish),
        reason=reason,
        authority=authority,
        actor=dict(actor),
        region_code=region,
        asked_at=now,
    )
    session.add(job)
    session.flush()
    session.add_all(
        RepairItem(
            job_id=job.id,
            position=position,
            target_id=target.id,
            case_id=target.case_id,
            task_id=target.task_id,
            status=ItemStatus.WAITING,
        )
        for position, target in enumerate(targets, 1)
    )
    return job


def waiting(
    session: Session, limit: int, job_id: str | None = None
) -> list[tuple[RepairJob, RepairItem]]:
    """Parts that nobody has done, of one repair or of the oldest first, in their order."""
    query = (
        select(RepairJob, RepairItem)
        .join(RepairItem, RepairItem.job_id == RepairJob.id)
        .where(RepairJob.finished_at.is_(None), RepairItem.status == ItemStatus.WAITING)
        .order_by(RepairJob.asked_at, RepairJob.id, RepairItem.position)
    )
    if job_id is not None:
        query = query.where(RepairJob.id == job_id)
    return [(job, item) for job, item in session.execute(query.limit(limit))]


def take(session: Session, part: Part, now: datetime) -> None:
    """Mark a part as done, in the transaction that does it; PartTaken when it is."""
    _settle(session, part, ItemStatus.DONE, "", now)


def refuse(session: Session, part: Part, why: str, now: datetime) -> None:
    """Mark a part as refused; PartTaken when it is done."""
    _settle(session, part, ItemStatus.REFUSED, why[:1000], now)


def _settle(session: Session, part: Part, status: ItemStatus, note: str, now: datetime) -> None:
    taken = (
        update(RepairItem)
        .where(RepairItem.job_id == part.job_id, RepairItem.position == part.position)
        .where(RepairItem.status == ItemStatus.WAITING)
        .values(status=status, note=note, done_at=now)
        .returning(RepairItem.position)
    )
    if session.scalar(taken) is None:
        raise PartTaken


def is_any_over(session: Session) -> bool:
    """Whether a repair has no waiting part, and nobody noted yet that it is over."""
    return session.scalar(select(RepairJob.id).where(_is_over()).limit(1)) is not None


def finish(session: Session, now: datetime) -> None:
    """Note of every running repair without a waiting part that it is over."""
    over = update(RepairJob).where(_is_over()).values(finished_at=now)
    session.execute(over.execution_options(synchronize_session=False))


def _is_over() -> ColumnElement[bool]:
    left = exists().where(
        RepairItem.job_id == RepairJob.id, RepairItem.status == ItemStatus.WAITING
    )
    return and_(RepairJob.finished_at.is_(None), ~left)
