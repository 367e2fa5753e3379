"""What the clock could not do and will not try again by itself, until somebody asks it to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from processes.store import calendar_days
from processes.store.alarms import is_stuck, told_nobody
from processes.store.questions.sight import sight
from processes.store.tables import Alarm, Case, CaseStatus, Task, TaskStatus
from processes.store.viewer import Viewer

#: most of each kind that are shown at once
MOST = 200


@dataclass(frozen=True, kw_only=True)
class FailedAlarm:
    """A reminder, escalation or warning that failed too often, or that found nobody to tell."""

    alarm: Alarm
    case: Case
    #: None for an alarm of the agreement
    task: Task | None


def halted_cases(session: Session, viewer: Viewer) -> list[Case]:
    """The cases that the viewer takes part in and that cannot go on, the newest first."""
    return _newest(session, viewer, Case.status == CaseStatus.INCIDENT)


def outdated_cases(session: Session, viewer: Viewer) -> list[Case]:
    """The running cases that the viewer takes part in and whose deadlines do not follow the
    calendar, the newest first."""
    return _newest(session, viewer, is_outdated())


def is_outdated() -> ColumnElement[bool]:
    """The condition under which a case could not be counted by the calendar too often."""
    return and_(Case.status == CaseStatus.RUNNING, Case.calendar_tries >= calendar_days.MOST_TRIES)


def _newest(session: Session, viewer: Viewer, wanted: ColumnElement[bool]) -> list[Case]:
    query = select(Case).where(wanted)
    if not viewer.sees_everything:
        seen = sight(viewer)
        query = query.join(seen, and_(seen.c.case_id == Case.id, seen.c.until.is_(None)))
    return list(session.scalars(query.order_by(Case.opened_at.desc(), Case.id).limit(MOST)))


def failed_alarms(session: Session, viewer: Viewer) -> list[FailedAlarm]:
    """The failed alarms of the viewer's houses, the earliest first."""
    query = _failed(viewer).order_by(Alarm.due_at, Alarm.id).limit(MOST)
    return [
        FailedAlarm(alarm=alarm, case=case, task=task)
        for alarm, case, task in session.execute(query)
    ]


def find_failed_alarm(session: Session, viewer: Viewer, alarm_id: str) -> FailedAlarm | None:
    """One of them; None when there is none, or none for the viewer."""
    found = session.execute(_failed(viewer).where(Alarm.id == alarm_id)).one_or_none()
    return None if found is None else FailedAlarm(alarm=found[0], case=found[1], task=found[2])


def count_of_failed_alarms(viewer: Viewer) -> Select[int]:
    """A query: how many of them there are."""
    return _failed(viewer).with_only_columns(func.count())


def _failed(viewer: Viewer) -> Select[Alarm, Case, Task]:
    """Failed alarms with their case and task; a house answers for its tasks and for its cases."""
    query = (
        select(Alarm, Case, Task)
        .join(Case, Case.id == Alarm.case_id)
        .outerjoin(Task, Task.id == Alarm.task_id)
        .where(Alarm.id.in_(union_all(select(Alarm.id).where(is_stuck()), _told_nobody())))
    )
    if viewer.regions is None:
        return query
    own = or_(Task.region_code.in_(viewer.regions), Case.region_code.in_(viewer.regions))
    return query.where(own)


def _told_nobody() -> Select[str]:
    """Ids of the alarms that found nobody to tell of a task which is still late."""
    return (
        select(Alarm.id)
        .join(Task, Task.id == Alarm.task_id)
        .where(told_nobody(), Task.status == TaskStatus.OPEN, Task.paused_at.is_(None))
    )
