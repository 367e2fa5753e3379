"""What one region has to know today: what is late, what is due soon, and who was told when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from processes.store.questions.sight import seen_task, sight
from processes.store.tables import Case, CaseStatus, Message, Task, TaskStatus
from processes.store.viewer import Viewer

#: lines beyond this are only counted
MOST = 500


@dataclass(frozen=True, kw_only=True)
class UrgentTasks:
    """The open tasks that are late or due soon, and how many others stand still."""

    rows: list[tuple[Task, Case]]
    #: how many there are, listed or not, and how many of them are late
    total: int
    late: int
    paused: int


def urgent_tasks(
    session: Session, viewer: Viewer, *, until: datetime, now: datetime
) -> UrgentTasks:
    """Open tasks of running cases due up to `until`, the latest first, of the cases in which a
    region of the viewer still takes part."""
    urgent = _open(viewer, Task, Case).where(Task.due_at <= until)
    counted = _open(viewer, func.count()).where(Task.due_at <= until)
    rows = session.execute(urgent.order_by(Task.due_at, Task.opened_at, Task.id).limit(MOST))
    paused = _open(viewer, func.count()).where(Task.paused_at.is_not(None))
    return UrgentTasks(
        rows=[(seen_task(viewer, task, None), case) for task, case in rows],
        total=session.scalar(counted) or 0,
        late=session.scalar(counted.where(Task.due_at < now)) or 0,
        paused=session.scalar(paused) or 0,
    )


def last_told(session: Session, task_ids: Collection[str]) -> dict[str, datetime]:
    """When a message about each task went out last; a task nobody was told of is no key."""
    query = (
        select(Message.task_id, func.max(Message.sent_at))
        .where(Message.task_id.in_(task_ids), Message.sent_at.is_not(None))
        .group_by(Message.task_id)
    )
    rows = session.execute(query)
    return {task_id: at for task_id, at in rows if task_id is not None and at is not None}


def _open(viewer: Viewer, *columns: Any) -> Select[*tuple[Any, ...]]:
    query = select(*columns).select_from(Task).join(Case, Case.id == Task.case_id)
    query = query.where(Task.status == TaskStatus.OPEN, Case.status == CaseStatus.RUNNING)
    if viewer.sees_everything:
        return query
    seen = sight(viewer)
    return query.join(seen, seen.c.case_id == Case.id).where(seen.c.until.is_(None))
