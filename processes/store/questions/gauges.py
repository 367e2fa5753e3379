"""How the installation stands, for whoever watches it from outside; finished work is not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case as one_of
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.store.questions.messages import count_messages
from processes.store.questions.troubles import count_failed_alarms
from processes.store.questions.webhooks import count_parked_deliveries
from processes.store.tables import Case, CaseStatus, Task, TaskStatus
from processes.store.viewer import Viewer

#: cases that somebody still has to look after
LIVING = (CaseStatus.RUNNING, CaseStatus.INCIDENT)


@dataclass(frozen=True, kw_only=True)
class Gauges:
    """Counts at one moment."""

    #: running and halted cases by status
    cases: dict[str, int]
    #: open tasks, and those that are late, by stage
    open_tasks: dict[int, int]
    overdue_tasks: dict[int, int]
    #: unsettled messages by status
    messages: dict[str, int]
    failed_alarms: int
    parked_events: int


def read_gauges(session: Session, now: datetime) -> Gauges:
    """The counts of the whole installation."""
    everything = Viewer.system()
    living = select(Case.status, func.count()).where(Case.status.in_(LIVING)).group_by(Case.status)
    found: dict[CaseStatus, int] = dict(session.execute(living).all())
    stages = session.execute(
        select(Task.stage, func.count(), func.count(one_of((Task.due_at < now, 1))))
        .where(Task.status == TaskStatus.OPEN)
        .group_by(Task.stage)
    ).all()
    letters = count_messages(session, everything)
    return Gauges(
        cases={status.value: found.get(status, 0) for status in LIVING},
        open_tasks={stage: count for stage, count, _ in stages},
        overdue_tasks={stage: late for stage, _, late in stages},
        messages={status.value: count for status, count in letters.items()},
        failed_alarms=count_failed_alarms(session, everything),
        parked_events=count_parked_deliveries(session, everything),
    )
