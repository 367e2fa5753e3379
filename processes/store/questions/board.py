"""The numbers on the board: counted by the database when somebody looks, never remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from processes.store.questions.messages import count_of_messages
from processes.store.questions.sight import sees_task, sight_of_open
from processes.store.questions.troubles import count_of_failed_alarms, is_outdated
from processes.store.questions.waiting_rows import is_open
from processes.store.questions.webhooks import count_of_parked_deliveries
from processes.store.tables import Case, CaseStatus, MessageStatus, Task
from processes.store.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Matters:
    """How much there is of what an administrator looks after beside the tasks."""

    running: int
    incidents: int
    #: running cases whose deadlines do not follow the calendar
    outdated: int
    #: reminders and escalations that failed too often
    failed_alarms: int
    #: events that a system of a region did not take for three days
    parked_events: int
    #: messages that wait for their next try, those nobody tries any more, and those that wait for
    #: somebody's own telephone
    waiting_messages: int
    parked_messages: int
    by_hand_messages: int


@dataclass(frozen=True, kw_only=True)
class Counts:
    """All that, and how many tasks wait."""

    matters: Matters
    open_tasks: int
    overdue_tasks: int


def counts(session: Session, viewer: Viewer, now: datetime) -> Counts:
    """What the viewer looks after, and how many tasks he sees wait."""
    waiting = session.scalar(_open_tasks(viewer, func.count())) or 0
    late = _open_tasks(viewer, func.count()).where(Task.due_at < now)
    return Counts(
        matters=matters(session, viewer),
        open_tasks=waiting,
        overdue_tasks=session.scalar(late) or 0,
    )


def matters(session: Session, viewer: Viewer) -> Matters:
    """What the viewer looks after beside the tasks; finished cases are not looked at."""
    cases = _cases(viewer, func.count())
    wanted: dict[str, Select[Any]] = {
        "running": cases.where(Case.status == CaseStatus.RUNNING),
        "incidents": cases.where(Case.status == CaseStatus.INCIDENT),
        "outdated": cases.where(is_outdated()),
        "failed_alarms": count_of_failed_alarms(viewer),
        "parked_events": count_of_parked_deliveries(viewer),
        "waiting_messages": count_of_messages(viewer, MessageStatus.WAITING),
        "parked_messages": count_of_messages(viewer, MessageStatus.PARKED),
        "by_hand_messages": count_of_messages(viewer, MessageStatus.BY_HAND),
    }
    numbers = (query.scalar_subquery().label(name) for name, query in wanted.items())
    return Matters(**session.execute(select(*numbers)).one()._mapping)


def _cases(viewer: Viewer, *columns: ColumnElement[Any] | Any) -> Select[Any]:
    """A query over the cases that go on and that the viewer still takes part in."""
    query = select(*columns).select_from(Case)
    if viewer.sees_everything:
        return query
    seen = sight_of_open(viewer)
    return query.join(seen, and_(seen.c.case_id == Case.id, seen.c.until.is_(None)))


def _open_tasks(viewer: Viewer, *columns: ColumnElement[Any]) -> Select[Any]:
    query = select(*columns).select_from(Task).where(is_open())
    if viewer.sees_everything:
        return query
    seen = sight_of_open(viewer)
    return query.join(seen, seen.c.case_id == Task.case_id).where(sees_task(viewer, seen))
