"""Open tasks change hands when officials come and go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store import links
from processes.store.tables import Case, CaseOfficial, Official, Task, TaskHolder, TaskStatus


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One open task whose holders changed."""

    task_id: str
    case_id: str
    #: ids of the officials who lost it; their links are dead
    left: tuple[str, ...]
    #: ids of the officials who got it; they have no link yet
    joined: tuple[str, ...]


def hand_over(
    session: Session, *, left: Collection[str], joined: Collection[str], now: datetime
) -> list[Moved]:
    """Take open tasks from officials who left, and give them to those who joined (ids).

    A task that nobody would hold any more goes to all active holders of its role. The cases are
    locked, so that nobody finishes a task while it changes hands.
    """
    tasks = _affected(session, left, joined)
    _lock(session, {task.case_id for task in tasks})
    moved = []
    for task in tasks:
        session.refresh(task)
        if task.status is TaskStatus.OPEN:
            moved.append(_hand_over_one(session, task, left, joined, now))
    return [move for move in moved if move.left or move.joined]


def _affected(session: Session, left: Collection[str], joined: Collection[str]) -> list[Task]:
    """Open tasks held by somebody who left, or of a role and region somebody joined."""
    held = select(TaskHolder.task_id).where(TaskHolder.official_id.in_(left))
    is_open = Task.status == TaskStatus.OPEN
    found = {t.id: t for t in session.scalars(select(Task).where(is_open, Task.id.in_(held)))}
    of_role = (
        select(Task)
        .join(
            Official,
            (Official.region_code == Task.region_code) & (Official.role == Task.role),
        )
        .where(is_open, Official.id.in_(joined))
    )
    found |= {task.id: task for task in session.scalars(of_role)}
    return [found[task_id] for task_id in sorted(found)]


def _lock(session: Session, case_ids: Collection[str]) -> None:
    """Lock the cases in the order of their ids, so that two hand-overs never block each other."""
    query = select(Case.id).where(Case.id.in_(case_ids)).order_by(Case.id)
    session.execute(query.with_for_update()).all()


def _hand_over_one(
    session: Session, task: Task, left: Collection[str], joined: Collection[str], now: datetime
) -> Moved:
    rows = list(session.scalars(select(TaskHolder).where(TaskHolder.task_id == task.id)))
    gone = [row for row in rows if row.official_id in left]
    for row in gone:
        links.revoke(session, task.id, now=now, official_id=row.official_id)
        session.delete(row)
    staying = {row.official_id for row in rows} - {row.official_id for row in gone}
    of_role = [] if _is_chosen(session, task, staying) else _holders_of(session, task)
    new = [i for i in of_role if i not in staying and (i in joined or not staying)]
    last = max((row.position for row in rows), default=-1)
    for position, official_id in enumerate(new, start=last + 1):
        session.add(TaskHolder(task_id=task.id, official_id=official_id, position=position))
    session.flush()
    return Moved(
        task_id=task.id,
        case_id=task.case_id,
        left=tuple(row.official_id for row in gone),
        joined=tuple(new),
    )


def _is_chosen(session: Session, task: Task, staying: Collection[str]) -> bool:
    """Whether somebody who stays was chosen for this case, so that nobody joins him."""
    chosen = select(CaseOfficial.official_id).where(
        CaseOfficial.case_id == task.case_id,
        CaseOfficial.region_code == task.region_code,
        CaseOfficial.role == task.role,
    )
    return session.scalar(chosen) in staying


def _holders_of(session: Session, task: Task) -> list[str]:
    query = select(Official.id).where(
        Official.region_code == task.region_code, Official.role == task.role, Official.active
    )
    return list(session.scalars(query.order_by(Official.id)))
