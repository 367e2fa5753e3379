"""Planning alarms: the moments at which somebody is told, from the owner's words and a deadline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.deadlines import set_at as deadline_set_at
from processes.engine.calendar import WorkingCalendar
from processes.engine.policies import (
    days_before_the_end,
    label_of,
    parse_escalations,
    parse_reminders,
)
from processes.store import alarms, questions
from processes.store.bulk import add_rows
from processes.store.tables import Alarm, AlarmKind, Case, Task
from processes.store.undelivered import drop_unsent_of_agreement

if TYPE_CHECKING:
    from processes.office import Office

#: hour of the day, in the region's zone, at which people are told
MORNING = time(8)
#: kind, moment in words, role and verb: what tells an alarm of a task from the others
Key = tuple[AlarmKind, str, str | None, str | None]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One moment at which somebody is told."""

    at: datetime
    #: the owner's words
    label: str
    role: str | None = None
    verb: str | None = None

    def key(self, kind: AlarmKind) -> Key:
        """What tells it from the other alarms of its task."""
        return kind, self.label, self.role, self.verb


def plan(session: Session, office: Office, task: Task, now: datetime) -> None:
    """Set the alarms of a task by the deadline it has now; those that still waited are dropped.

    What rang since the deadline was last set does not ring again because a pause is over. What lies
    in the past is not told any more: a reminder is pointless then, and of the escalations only the
    last one still comes, at once, if it never rang.
    """
    alarms.drop_of_task(session, task.id, now)
    if task.due_at is None:
        return
    unheard = alarms.unheard(session, task.id)
    rang = [
        each
        for each in alarms.of_task(session, task.id)
        if each.fired_at is not None and each.id not in unheard
    ]
    since = deadline_set_at(questions.deadlines_of_task(session, task.id))
    for each in rang:
        if since is not None and each.set_at < since:
            # that nobody could be told of the old deadline is no trouble any more
            each.attempts = 0
    _set(
        session,
        office.calendar,
        task,
        now,
        rang_once={_key(each) for each in rang},
        rang={_key(each) for each in rang if since is not None and each.set_at >= since},
    )


def plan_new(session: Session, office: Office, task: Task, now: datetime) -> None:
    """Set the alarms of a task that has none yet."""
    if task.due_at is not None:
        _set(session, office.calendar, task, now, rang_once=frozenset(), rang=frozenset())


def _set(
    session: Session,
    calendar: WorkingCalendar,
    task: Task,
    now: datetime,
    *,
    rang_once: Collection[Key],
    rang: Collection[Key],
) -> None:
    """Set the alarms of a task with a deadline, except what rang for this one, or at all."""
    for kind, planned in _planned(task, calendar):
        missed = max((each.at for each in planned if each.at <= now), default=None)
        comes = [
            each
            for each in planned
            if (each.at > now and each.key(kind) not in rang)
            or (
                kind is AlarmKind.ESCALATION
                and each.at == missed
                and each.key(kind) not in rang_once
            )
        ]
        add_rows(session, Alarm, _rows(kind, task, comes, now))


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
    waiting = _waiting_once(known, now)
    for kind, planned in _planned(task, office.calendar):
        missed = max((each.at for each in planned if each.at <= now), default=None)
        for each in planned:
            row = waiting.get(each.key(kind))
            if each.key(kind) in rang:
                continue
            comes_late = kind is AlarmKind.ESCALATION and each.at == missed
            if row is None:
                add_rows(session, Alarm, _rows(kind, task, [each] if each.at > now else [], now))
            elif each.at > now or row.due_at <= now or comes_late:
                row.due_at = each.at
            else:
                row.dropped_at = now


def _waiting_once(known: Iterable[Alarm], now: datetime) -> dict[Key, Alarm]:
    """What waits, by what tells it apart; of several that say the same all but one are dropped."""
    waiting: dict[Key, Alarm] = {}
    for alarm in known:
        if alarm.fired_at is None and alarm.dropped_at is None:
            kept = waiting.setdefault(_key(alarm), alarm)
            alarm.dropped_at = None if kept is alarm else now
    return waiting


def _key(alarm: Alarm) -> Key:
    """What tells an alarm of a task from the others."""
    return alarm.kind, alarm.label, alarm.role, alarm.verb


def plan_agreement_end(
    session: Session, office: Office, case: Case, words: str, now: datetime
) -> None:
    """Set the alarms before the end of the case's agreement, for example `90; 60; 30; 7; 0`."""
    alarms.drop_of_agreement(session, case.id, now)
    drop_unsent_of_agreement(session, case.id)
    ends = case.agreement_ends_on
    if ends is None:
        return
    zone = office.calendar.zone(case.region_code)
    for days in dict.fromkeys(days_before_the_end(words)):
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


def _planned(task: Task, calendar: WorkingCalendar) -> Iterator[tuple[AlarmKind, list[Planned]]]:
    """Every reminder, and every escalation, of a task with a deadline; each meaning once."""
    if task.due_at is None:
        return
    last_day, region = calendar.today(task.due_at, task.region_code), task.region_code
    offsets = [n for each in parse_reminders(task.reminder_rule) for n in each.offsets]
    yield (
        AlarmKind.REMINDER,
        [
            Planned(at=_morning(calendar, last_day, offset, region), label=label_of(offset))
            for offset in dict.fromkeys(offsets)
        ],
    )
    yield (
        AlarmKind.ESCALATION,
        [
            Planned(
                at=_morning(calendar, last_day, each.offset, region),
                label=label_of(each.offset),
                role=each.target_role,
                verb=each.verb,
            )
            for each in dict.fromkeys(parse_escalations(task.escalation_rule))
        ],
    )


def _morning(calendar: WorkingCalendar, day: date, offset: int, region: str) -> datetime:
    """08:00 of the `offset`-th working day around the day a task is due."""
    there = calendar.add_working_days(day, offset, region)
    return datetime.combine(there, MORNING, calendar.zone(region))


def _rows(
    kind: AlarmKind, task: Task, planned: Iterable[Planned], now: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "case_id": task.case_id,
            "task_id": task.id,
            "due_at": each.at,
            "label": each.label,
            "role": each.role,
            "verb": each.verb,
            "set_at": now,
        }
        for each in planned
    ]
