"""How the installation stands, for whoever watches it from outside; finished work is not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case as one_of
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.store.questions.board import Matters, matters
from processes.store.questions.stalled import Stall, stall
from processes.store.tables import Task, TaskStatus
from processes.store.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Gauges:
    """Counts at one moment."""

    matters: Matters
    #: open tasks, and those that are late, by stage
    open_tasks: dict[int, int]
    overdue_tasks: dict[int, int]
    #: None while the mail server takes letters
    stall: Stall | None


def read_gauges(session: Session, now: datetime) -> Gauges:
    """The counts of the whole installation."""
    stages = session.execute(
        select(Task.stage, func.count(), func.count(one_of((Task.due_at < now, 1))))
        .where(Task.status == TaskStatus.OPEN)
        .group_by(Task.stage)
    ).all()
    return Gauges(
        matters=matters(session, Viewer.system()),
        open_tasks={stage: count for stage, count, _ in stages},
        overdue_tasks={stage: late for stage, _, late in stages},
        stall=stall(session, Viewer.system(), now),
    )
