"""What an administrator does to an open task when something went wrong: each act with a reason.

The clock of a task is its deadline, its alarms, and the timers of the diagram that close it, such
as the one after which a silent council is deemed to agree: they stop, run on and move together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions import alarms
from processes.actions.deadlines import EXTENDED, RESUMED, clock_of, doubt, in_order
from processes.actions.granting import Until, longer, refuse_paused
from processes.actions.handing_over import hand_to, names_of
from processes.actions.inviting import send_link
from processes.actions.orders import Order, opened_task
from processes.actions.roles import COUNCIL
from processes.actions.task_entries import tell_of_task
from processes.actions.unheld import held_by_nobody
from processes.engine.calendar import WorkingCalendar
from processes.engine.clocks import move_clocks, start_clocks, stop_clocks
from processes.engine.granted import Clock, Pause
from processes.engine.recounting import due_as_of
from processes.engine.run import Run
from processes.errors import (
    Conflict,
    FieldError,
    InvalidAnswers,
)
from processes.store import alarms as waiting
from processes.store import questions
from processes.store.questions.people import Holder
from processes.store.tables import (
    Case,
    Deadline,
    Official,
    Person,
    Task,
)

if TYPE_CHECKING:
    from processes.office import Office


def extend_task(
    office: Office,
    task_id: str,
    *,
    order: Order,
    now: datetime,
    due_on: date | None = None,
    working_days: int | None = None,
) -> None:
    """Move the deadline of an open task: to a day, by working days, or by its own span again."""
    with opened_task(office, task_id, order, now) as (session, case, task, run):
        calendar, before = office.calendar, task.due_at
        until = Until(due_on=due_on, working_days=working_days)
        grant = longer(session, office, task, until, now)
        today, days, due_at = grant.granted_on, grant.working_days, grant.until
        clock, _ = _clock(session, task, run, calendar)
        move_clocks(run, task.id, lambda at: clock.moment_after(grant, at, before, due_at))
        row = _set_deadline(session, task, due_at, EXTENDED, order, now, starts_on=today)
        row.working_days = days
        doubt(task, row, calendar)
        _settle(session, office, case, task, run, order, "task.extended", now, before)


def pause_task(office: Office, task_id: str, *, order: Order, now: datetime) -> None:
    """Let the clock of an open task stand still, with its remainder in working days."""
    with opened_task(office, task_id, order, now) as (session, case, task, run):
        refuse_paused(task)
        calendar, region = office.calendar, task.region_code
        task.paused_at, task.paused_days = now, 0
        if task.due_at is not None:
            clock, _ = _clock(session, task, run, calendar)
            task.paused_days = clock.left(calendar.today(now, region), task.due_at)
        stop_clocks(run, task.id)
        before, task.due_at = task.due_at, None
        _settle(session, office, case, task, run, order, "task.paused", now, before)


def resume_task(office: Office, task_id: str, *, order: Order, now: datetime) -> None:
    """Let the clock of a paused task run on from its remainder."""
    with opened_task(office, task_id, order, now) as (session, case, task, run):
        if task.paused_at is None:
            raise Conflict("errors.not_paused")
        calendar, region = office.calendar, task.region_code
        today = calendar.today(now, region)
        stopped = calendar.today(task.paused_at, region)
        pause = Pause(stopped=stopped, started=today)
        clock, before = _clock(session, task, run, calendar)
        after = clock.deadline_after(pause, before)
        start_clocks(run, task.id, pause, lambda at: clock.moment_after(pause, at, before, after))
        if after is not None:
            row = _set_deadline(session, task, after, RESUMED, order, now, starts_on=today)
            row.paused_on = stopped
            doubt(task, row, calendar)
        task.paused_at, task.paused_days = None, None
        _settle(session, office, case, task, run, order, "task.resumed", now, None)


def reassign_task(
    office: Office, task_id: str, official_ids: Sequence[str], *, order: Order, now: datetime
) -> None:
    """Give an open task to other officials of its region; the old links die at once."""
    with opened_task(office, task_id, order, now) as (session, case, task, _run):
        given = colleagues(session, task, official_ids)
        hand_to(session, office, case, task, given, why=order.note, actor=order.actor, now=now)


def remind_now(office: Office, task_id: str, *, order: Order, now: datetime) -> None:
    """Send every holder of an open task a fresh link at once."""
    with opened_task(office, task_id, order, now) as (session, case, task, _run):
        holders = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
        if not holders:
            raise held_by_nobody(session, office, case, task)
        for official, person in holders:
            send_link(session, office, task, official, person, now, kind="pengingat")
        details = {"to": names_of(holders), "reason": order.note}
        _tell(session, case, task, "task.reminded", order, details, now)


def _clock(
    session: Session, task: Task, run: Run, calendar: WorkingCalendar
) -> tuple[Clock, datetime | None]:
    """The clock of an open task, and the deadline it has, or had when it was paused."""
    rows = in_order(questions.deadlines_of_task(session, task.id))
    clock = clock_of(rows, task.region_code, calendar, partial(due_as_of, run, task.id))
    return clock, rows[-1].due_at if rows else None


def _settle(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    run: Run,
    order: Order,
    kind: str,
    now: datetime,
    before: datetime | None,
) -> None:
    """Write down a changed clock: alarms, state, the next timer, and the entry in the history."""
    if task.due_at is None:
        waiting.drop_of_task(session, task.id, now)
    else:
        alarms.plan(session, office, task, now)
    case.state, case.next_timer_at = run.save(), run.next_timer
    case.revision += 1
    details = {
        "before": before.isoformat() if before else None,
        "due_at": task.due_at.isoformat() if task.due_at else None,
        "working_days_left": task.paused_days,
        "reason": order.note,
    }
    _tell(session, case, task, kind, order, details, now)


def _set_deadline(
    session: Session,
    task: Task,
    due_at: datetime,
    reason: str,
    order: Order,
    now: datetime,
    *,
    starts_on: date,
) -> Deadline:
    row = Deadline(
        task_id=task.id,
        rule=task.due_rule,
        starts_on=starts_on,
        due_at=due_at,
        provisional=task.due_is_provisional,
        basis=task.basis,
        reason=reason,
        note=order.note,
        set_by=order.actor.name,
        set_at=now,
    )
    session.add(row)
    task.due_at = due_at
    return row


def _tell(
    session: Session,
    case: Case,
    task: Task,
    kind: str,
    order: Order,
    details: Mapping[str, object],
    now: datetime,
) -> None:
    tell_of_task(session, case, task, kind, order.actor, now, details)


def colleagues(session: Session, task: Task, official_ids: Sequence[str]) -> list[Holder]:
    """The officials whom a task may be given to; InvalidAnswers when it may not, or for nobody."""
    if not official_ids:
        raise InvalidAnswers({"official": FieldError("errors.official_missing")})
    return [_colleague(session, task, official_id) for official_id in official_ids]


def _colleague(session: Session, task: Task, official_id: str) -> Holder:
    """Somebody of the task's own house; for a task of the council, of its secretariat only."""
    official = session.get(Official, official_id)
    if official is None or not official.active or official.region_code != task.region_code:
        raise InvalidAnswers({"official": FieldError("errors.official_unknown")})
    if task.role == COUNCIL and official.role != COUNCIL:
        raise InvalidAnswers({"official": FieldError("errors.council_decides")})
    return official, session.get_one(Person, official.person_id)
