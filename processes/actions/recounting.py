"""Every open deadline follows the calendar: counted anew, case by case, with who changed it.

A case remembers the calendar change up to which it is counted. Whoever acts on one that is behind
counts it first, and a sweep counts all others; nobody is written to, because the next reminder and
every page show the new date. What was due before the calendar changed stays as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions import alarms, deadlines
from processes.actions.actor import Actor
from processes.actions.running import guarded
from processes.actions.task_entries import named
from processes.engine.calendar import WorkingCalendar
from processes.engine.granted import Clock
from processes.engine.recounting import MovedTimer, Shift, due_as_of, move_timers, moved_timers
from processes.engine.run import Run
from processes.errors import KsddError
from processes.store import calendar_days, history, questions
from processes.store.locks import lock_case
from processes.store.tables import CalendarChange, Case, CaseStatus, Deadline, Task

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Recount:
    """An open task by another calendar."""

    task: Task
    #: its deadlines, the oldest first
    rows: Sequence[Deadline]
    counted: deadlines.Counted
    clock: Clock
    #: whether the date is another one
    moves: bool

    @property
    def before(self) -> datetime:
        """The deadline until now; of a paused task the one it had."""
        return self.rows[-1].due_at

    @property
    def after(self) -> datetime:
        """The deadline by the other calendar; of one that had passed, the same."""
        return self.counted.at if self.moves else self.before


@dataclass(frozen=True, kw_only=True)
class Recounted:
    """A case by another calendar; nothing of it is written yet."""

    run: Run
    tasks: Sequence[Recount]
    timers: Sequence[MovedTimer]

    @property
    def moves(self) -> int:
        """How many deadlines and timers become others."""
        return sum(each.moves for each in self.tasks) + len(self.timers)


def recount_cases(office: Office, *, now: datetime, limit: int = 100) -> int:
    """Count up to `limit` cases anew that are behind the calendar; returns how many were.

    A case that cannot be counted keeps its dates and is tried again by later calls, with growing
    pauses; after the last attempt it waits for an administrator. It never holds up the others.
    """
    with office.database.read() as session:
        office.kept_calendar.read(session)
        found = calendar_days.behind(session, office.kept_calendar.number, limit, now=now)
    return sum(recount_case(office, case_id, now=now) for case_id in found)


def recount_case(office: Office, case_id: str, *, now: datetime) -> bool:
    """Count one case anew in a transaction of its own; False when it cannot be."""
    try:
        with office.database.write() as session:
            case = lock_case(session, case_id)
            tries_left = case.calendar_tries < calendar_days.MOST_TRIES
            if tries_left and _lags(session, office, case):
                _recount(session, office, case, now)
        return True
    except Exception as fault:
        # whatever one case does must not keep the others waiting; it is counted against it
        log.exception("calendar failed", extra={"case": case_id})
        _count_failure(office, case_id, fault, now)
        return False


def is_behind(session: Session, office: Office, case: Case) -> bool:
    """Whether the calendar has changed since the deadlines of a locked running case were counted.

    One that could not be counted goes on with the dates it has, until a sweep can.
    """
    return case.calendar_tries == 0 and _lags(session, office, case)


def _lags(session: Session, office: Office, case: Case) -> bool:
    office.kept_calendar.read(session)
    return case.status is CaseStatus.RUNNING and case.calendar_number < office.kept_calendar.number


def counted_by(
    session: Session,
    office: Office,
    case: Case,
    calendar: WorkingCalendar,
    *,
    since: datetime,
    now: datetime,
) -> Recounted:
    """The open deadlines and timers of a case by a calendar that holds since a moment."""
    procedure = office.procedure(session, case.version_id)
    run = procedure.resume(case.state, region=case.region_code, now=now, calendar=calendar)
    tasks = [
        found
        for task, rows in questions.open_deadlines(session, case.id)
        if (found := _by(run, task, deadlines.in_order(rows), calendar, since)) is not None
    ]
    shifts = {
        each.task.id: Shift(before=each.before, after=each.after, clock=each.clock)
        for each in tasks
    }
    return Recounted(run=run, tasks=tasks, timers=moved_timers(run, shifts, since))


def _by(
    run: Run, task: Task, rows: Sequence[Deadline], calendar: WorkingCalendar, since: datetime
) -> Recount | None:
    by_words = partial(due_as_of, run, task.id)
    counted = deadlines.count(rows, task.region_code, calendar, by_words)
    if counted is None:
        return None
    had_passed = task.due_at is not None and task.due_at <= since
    moves = not had_passed and counted.at != rows[-1].due_at
    clock = deadlines.clock_of(rows, task.region_code, calendar, by_words)
    return Recount(task=task, rows=rows, counted=counted, clock=clock, moves=moves)


def _recount(session: Session, office: Office, case: Case, now: datetime) -> None:
    """Write down what the calendar's last changes do to a case, in one transaction."""
    changes = calendar_days.changes_since(session, case.calendar_number)
    found = guarded(
        partial(counted_by, session, office, case, office.calendar, since=changes[0].at, now=now)
    )
    for each in found.tasks:
        _follow(session, office, each, changes, now)
    if found.timers:
        move_timers(list(found.timers))
        case.state, case.next_timer_at = found.run.save(), found.run.next_timer
    if found.moves:
        _tell(session, case, found, changes, now)
        case.revision += 1
    case.calendar_number, case.calendar_tries = office.kept_calendar.number, 0
    case.calendar_retry_at = case.calendar_error = None


def _follow(
    session: Session,
    office: Office,
    found: Recount,
    changes: Sequence[CalendarChange],
    now: datetime,
) -> None:
    task, newest = found.task, found.rows[-1]
    deadlines.mark(task, found.counted.doubts)
    if found.moves:
        session.add(
            Deadline(
                task_id=task.id,
                rule=newest.rule,
                starts_on=newest.starts_on,
                due_at=found.after,
                provisional=newest.provisional,
                basis=newest.basis,
                reason=deadlines.CALENDAR,
                note=_note(changes),
                set_by=_who(changes)[:300],
                set_at=now,
            )
        )
    if task.paused_at is not None:
        stopped = office.calendar.today(task.paused_at, task.region_code)
        task.paused_days = found.clock.left(stopped, found.after)
        return
    task.due_at = found.after
    own = deadlines.set_at(found.rows) or found.rows[0].set_at
    alarms.follow_calendar(session, office, task, own, now)


def _tell(
    session: Session,
    case: Case,
    found: Recounted,
    changes: Sequence[CalendarChange],
    now: datetime,
) -> None:
    """One entry per deadline and timer that moved, with who changed the calendar and by what."""
    why = {"changes": [_change(each) for each in changes], "reason": _note(changes)}
    entries: list[tuple[str, dict[str, Any]]] = [
        ("task.recounted", dict(named(e.task))) for e in found.tasks if e.moves
    ]
    moments: list[tuple[datetime, datetime]] = [(e.before, e.after) for e in found.tasks if e.moves]
    for timer in found.timers:
        region = timer.region or case.region_code
        entries.append(("timer.recounted", {"name": timer.name, "region": region}))
        moments.append((timer.before, timer.after))
    actor = changes[0].actor if len(changes) == 1 else Actor.clock().as_entry()
    for (kind, about), (before, after) in zip(entries, moments, strict=True):
        dates = {"before": before.isoformat(), "after": after.isoformat()}
        details = {**about, **dates, **why}
        history.append(session, case, at=now, kind=kind, actor=actor, details=details)


def _change(change: CalendarChange) -> dict[str, Any]:
    return {
        "number": change.number,
        "kind": change.kind.value,
        "by": change.actor.get("name", ""),
        "at": change.at.isoformat(),
        **change.details,
    }


def _who(changes: Sequence[CalendarChange]) -> str:
    return ", ".join(dict.fromkeys(str(each.actor.get("name", "")) for each in changes))


def _note(changes: Sequence[CalendarChange]) -> str:
    """The changes in short, for example "2026-08-18 Cuti bersama (SK 5/2026)"."""
    return "; ".join(_in_short(each.details) for each in changes)[:1000]


def _in_short(details: Mapping[str, Any]) -> str:
    days = details.get("days")
    if not days:
        return f"{details.get('package')} {details.get('version')}"
    return "; ".join(f"{d['day']} {d['name']} ({d['decree']})" for d in days)


def _count_failure(office: Office, case_id: str, fault: Exception, now: datetime) -> None:
    why = fault.say() if isinstance(fault, KsddError) else f"{type(fault).__name__}: {fault}"[:500]
    with office.database.write() as session:
        case = lock_case(session, case_id)
        case.calendar_tries, case.calendar_error = case.calendar_tries + 1, why
        if case.calendar_tries < calendar_days.MOST_TRIES:
            case.calendar_retry_at = now + calendar_days.PAUSES[case.calendar_tries - 1]
            return
        history.append(
            session,
            case,
            at=now,
            kind="case.not_recounted",
            actor=Actor.clock().as_entry(),
            details={"reason": why},
        )
