"""Planning alarms: the moments at which somebody is told, from the owner's words and a deadline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.engine.calendar import WorkingCalendar
from processes.engine.policies import (
    days_before_the_end,
    parse_escalations,
    parse_reminders,
)
from processes.store import alarms
from processes.store.tables import Alarm, AlarmKind, Case, Task

if TYPE_CHECKING:
    from processes.office import Office

#: hour of the day, in the region's zone, at which people are told
MORNING = time(8)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One moment at which somebody is told."""

    at: datetime
    #: the owner's words
    label: str
    role: str | None = None
    verb: str | None = None


def plan(session: Session, office: Office, task: Task, now: datetime) -> None:
    """Set the alarms of a task by the deadline it has now; those that still waited are dropped.

    What lies in the past is not told any more: a reminder is pointless then, and of the
    escalations only the last one still comes, at once.
    """
    alarms.drop_of_task(session, task.id, now)
    plan_new(session, office, task, now)


def plan_new(session: Session, office: Office, task: Task, now: datetime) -> None:
    """Set the alarms of a task that has none yet."""
    if task.due_at is None:
        return
    calendar = office.calendar
    last_day = calendar.today(task.due_at, task.region_code)
    reminders = _reminders(task, calendar, last_day)
    escalations = _escalations(task, calendar, last_day)
    session.add_all(
        [
            *_rows(AlarmKind.REMINDER, task, _to_come(reminders, now), now),
            *_rows(AlarmKind.ESCALATION, task, _with_last_missed(escalations, now), now),
        ]
    )


def follow_calendar(
    session: Session, office: Office, task: Task, since: datetime, now: datetime
) -> None:
    """Move the alarms of a task whose deadline or days around it are others by a new calendar.

    What rang since its deadline was set by hand, at `since`, never rings again; what was due stays
    due. An alarm that would have rung already is dropped, but the last such escalation comes at
    once.
    """
    if task.due_at is None:
        return
    known = alarms.of_task(session, task.id)
    rang = {_key(each) for each in known if each.fired_at is not None and each.set_at >= since}
    waiting = {_key(each): each for each in known if not each.fired_at and not each.dropped_at}
    last_day = office.calendar.today(task.due_at, task.region_code)
    for kind, planned in (
        (AlarmKind.REMINDER, _reminders(task, office.calendar, last_day)),
        (AlarmKind.ESCALATION, _escalations(task, office.calendar, last_day)),
    ):
        missed = max((each.at for each in planned if each.at <= now), default=None)
        for each in planned:
            key = (kind, each.label, each.role, each.verb)
            row = waiting.get(key)
            if key in rang:
                continue
            comes_late = kind is AlarmKind.ESCALATION and each.at == missed
            if row is None:
                session.add_all(_rows(kind, task, _to_come([each], now), now))
            elif each.at > now or row.due_at <= now or comes_late:
                row.due_at = each.at
            else:
                row.dropped_at = now


def _key(alarm: Alarm) -> tuple[AlarmKind, str, str | None, str | None]:
    """What tells an alarm of a task from the others."""
    return alarm.kind, alarm.label, alarm.role, alarm.verb


def plan_agreement_end(
    session: Session, office: Office, case: Case, words: str, now: datetime
) -> None:
    """Set the alarms before the end of the case's agreement, for example `90; 60; 30; 7; 0`."""
    alarms.drop_of_agreement(session, case.id, now)
    ends = case.agreement_ends_on
    if ends is None:
        return
    zone = office.calendar.zone(case.region_code)
    for days in days_before_the_end(words):
        day = date.fromordinal(ends.toordinal() - days)
        at = datetime.combine(day, MORNING, zone)
        if at > now:
            session.add(
                Alarm(
                    kind=AlarmKind.AGREEMENT_END,
                    case_id=case.id,
                    due_at=at,
                    label=str(days),
                    set_at=now,
                )
            )


def _reminders(task: Task, calendar: WorkingCalendar, last_day: date) -> list[Planned]:
    return [
        Planned(at=_morning(calendar, last_day, offset, task.region_code), label=_label(offset))
        for reminder in parse_reminders(task.reminder_rule)
        for offset in reminder.offsets
    ]


def _escalations(task: Task, calendar: WorkingCalendar, last_day: date) -> list[Planned]:
    return [
        Planned(
            at=_morning(calendar, last_day, each.offset, task.region_code),
            label=_label(each.offset),
            role=each.target_role,
            verb=each.verb,
        )
        for each in parse_escalations(task.escalation_rule)
    ]


def _morning(calendar: WorkingCalendar, day: date, offset: int, region: str) -> datetime:
    """08:00 of the `offset`-th working day around the day a task is due."""
    there = calendar.add_working_days(day, offset, region)
    return datetime.combine(there, MORNING, calendar.zone(region))


def _label(offset: int) -> str:
    return "0" if offset == 0 else f"{offset:+d} hari kerja"


def _to_come(planned: Iterable[Planned], now: datetime) -> list[Planned]:
    return [each for each in planned if each.at > now]


def _with_last_missed(planned: Sequence[Planned], now: datetime) -> list[Planned]:
    missed = [each for each in planned if each.at <= now]
    return [*sorted(missed, key=lambda each: each.at)[-1:], *_to_come(planned, now)]


def _rows(kind: AlarmKind, task: Task, planned: Iterable[Planned], now: datetime) -> list[Alarm]:
    return [
        Alarm(
            kind=kind,
            case_id=task.case_id,
            task_id=task.id,
            due_at=each.at,
            label=each.label,
            role=each.role,
            verb=each.verb,
            set_at=now,
        )
        for each in planned
    ]
