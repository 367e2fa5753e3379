"""Open tasks change hands when officials come and go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store import case_officials, links
from processes.store.tables import (
    Case,
    CaseOfficial,
    Official,
    Task,
    TaskHolder,
    TaskStatus,
)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One open task whose holders changed."""

    task_id: str
    case_id: str
    #: ids of the officials who lost it; their links are dead
    left: tuple[str, ...]
    #: ids of the officials who got it; they have no link yet
    joined: tuple[str, ...]
    #: whether nobody holds it before one of several is chosen for its case
    asks: bool = False


def hand_over(
    session: Session, *, left: Collection[str], joined: Collection[str], now: datetime
) -> list[Moved]:
    """Take open tasks from officials who left, and give them to those who joined (ids).

    A task that nobody would hold any more goes to all active holders of its role; where one of
    several is chosen for its case, to nobody before that. The cases are locked, so that nobody
    finishes a task while it changes hands.
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
    """Open tasks held by somebody who left, or of a role and region somebody joined or left."""
    held = select(TaskHolder.task_id).where(TaskHolder.official_id.in_(left))
    is_open = Task.status == TaskStatus.OPEN
    found = {t.id: t for t in session.scalars(select(Task).where(is_open, Task.id.in_(held)))}
    of_role = (
        select(Task)
        .join(
            Official,
            (Official.region_code == Task.region_code) & (Official.role == Task.role),
        )
        .where(is_open, Official.id.in_({*joined, *left}))
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
    waiting = not rows and bool(links.waiting_for_choice(session, [task.id]))
    new, asks = _successors(session, task, staying, joined, waiting=waiting)
    last = max((row.position for row in rows), default=-1)
    for position, official_id in enumerate(new, start=last + 1):
        session.add(TaskHolder(task_id=task.id, official_id=official_id, position=position))
    session.flush()
    return Moved(
        task_id=task.id,
        case_id=task.case_id,
        left=tuple(row.official_id for row in gone),
        joined=tuple(new),
        asks=asks and bool(gone),
    )


def _successors(
    session: Session,
    task: Task,
    staying: Collection[str],
    joined: Collection[str],
    *,
    waiting: bool,
) -> tuple[list[str], bool]:
    """Who gets the task beside those who stay; whether one of several has to be chosen first.

    `waiting`: nobody held it because that was asked already.
    """
    of_role = _holders_of(session, task)
    if not waiting and not _was_chosen(session, task):
        return [i for i in of_role if i not in staying and (i in joined or not staying)], False
    if staying:
        return [], False  # nobody joins the one who was chosen
    acting = case_officials.chosen_in(session, task.case_id).get((task.region_code, task.role))
    if acting is not None:
        return [acting[0].id], False
    return (of_role, False) if len(of_role) < 2 else ([], True)


def _was_chosen(session: Session, task: Task) -> bool:
    """Whether one holder of the task's role was chosen for its case, whether he left or not."""
    chosen = select(CaseOfficial.official_id).where(
        CaseOfficial.case_id == task.case_id,
        CaseOfficial.region_code == task.region_code,
        CaseOfficial.role == task.role,
    )
    return session.scalar(chosen) is not None


def _holders_of(session: Session, task: Task) -> list[str]:
    query = select(Official.id).where(
        Official.region_code == task.region_code, Official.role == task.role, Official.active
    )
    return list(session.scalars(query.order_by(Official.id)))
