"""Clocks that count from a day which is entered or corrected later, such as that of a receipt.

Pauses and extensions that were granted before stay: a pause shifts the new deadline by its working
days since the clock started, an extension by working days adds them to it, and one to a day stands
unless the new count is later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions import alarms
from processes.actions.actor import Actor
from processes.actions.deadlines import RECEIVED, clock_of, count, in_order, mark
from processes.engine.granted import Clock
from processes.engine.recounting import due_as_of
from processes.engine.run import Run
from processes.engine.told import Due
from processes.store import questions
from processes.store.tables import Case, Deadline, Task

if TYPE_CHECKING:
    from processes.office import Office


def starts(run: Run) -> dict[str, str | None]:
    """The day each open task's clock counts from, by task id; None while it is not known."""
    counted = {}
    for open_task in run.open_tasks():
        due = run.due(open_task) if open_task.shape.clock_start else None
        counted[open_task.id] = due.starts_on if due and not due.provisional else None
    return counted


def clocks_of(session: Session, office: Office, case: Case, run: Run) -> dict[str, Clock]:
    """The clocks of the open tasks, by task id."""
    return {
        task.id: clock_of(rows, task.region_code, office.calendar, partial(due_as_of, run, task.id))
        for task, rows in questions.open_deadlines(session, case.id)
    }


def count_anew(
    session: Session,
    office: Office,
    run: Run,
    counted: Mapping[str, str | None],
    actor: Actor,
    now: datetime,
) -> list[dict[str, str | None]]:
    """Set the deadlines of those open tasks anew whose clock counts from another day than it did
    (`counted`), with what was granted to them. Returns what the history tells of each."""
    told = []
    for open_task in run.open_tasks():
        row = session.get(Task, open_task.id)
        if row is None or not open_task.shape.clock_start:
            continue
        due = run.due(open_task)
        if due is None or due.provisional or counted.get(row.id) == due.starts_on:
            continue
        before, after = _set_deadline(session, office, run, row, due, actor, now)
        told.append(
            {
                "task": row.id,
                "name": row.name,
                "region": row.region_code,
                "before": before.isoformat() if before else None,
                "after": after.isoformat(),
            }
        )
    return told


def _set_deadline(
    session: Session, office: Office, run: Run, row: Task, due: Due, actor: Actor, now: datetime
) -> tuple[datetime | None, datetime]:
    """Write down from which day the clock of a task counts; the deadline before and after."""
    known = in_order(questions.deadlines_of_task(session, row.id))
    deadline = Deadline(
        task_id=row.id,
        rule=row.due_rule,
        starts_on=date.fromisoformat(due.starts_on),
        due_at=due.at,
        provisional=False,
        basis=row.basis,
        reason=RECEIVED,
        set_by=actor.name[:300],
        set_at=now,
    )
    region, by_words = row.region_code, partial(due_as_of, run, row.id)
    clock = clock_of([*known, deadline], region, office.calendar, by_words)
    found = count([*known, deadline], region, office.calendar, by_words)
    if found is not None:
        deadline.due_at = found.at
        mark(row, found.doubts)
    session.add(deadline)
    row.due_is_provisional = False
    if row.paused_at is not None:
        row.paused_days = clock.left(office.calendar.today(row.paused_at, region), deadline.due_at)
    else:
        row.due_at = deadline.due_at
        alarms.plan(session, office, row, now)
    return known[-1].due_at if known else None, deadline.due_at
