"""Counting moments anew when the calendar has changed: timers that wait, and deadlines of tasks.

A timer that stands at the deadline of its task goes with it, wherever pauses and extensions have
moved that. Any other is what its expression gives for the moment it was fixed, with what was
granted to the clock of its task applied again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from processes.engine.clocks import (
    edge_timers,
    held_moment,
    moment_now,
    pauses_of,
    set_moment,
    waiting_timers,
)
from processes.engine.granted import Clock
from processes.engine.run import Run
from processes.engine.surroundings import REGION, during
from processes.engine.timers import COUNTED_AT


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A deadline that is another one by the calendar of the run."""

    before: datetime
    after: datetime
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class MovedTimer:
    """A timer of the drawing that fires at another moment by the calendar of the run."""

    token: Any
    #: name of its event
    name: str
    region: str
    before: datetime
    after: datetime


def moved_timers(run: Run, deadlines: Mapping[str, Shift], since: datetime) -> list[MovedTimer]:
    """The waiting timers that move; what was due by `since` stays.

    `deadlines` are those of the open tasks by task id, also where nothing moves.
    """
    shifts = {
        timer.id: deadlines.get(open_task.id)
        for open_task in run.open_tasks()
        for timer in edge_timers(run, open_task.id)
    }
    found = []
    for timer in waiting_timers(run):
        before, shift = moment_kept(timer), shifts.get(timer.id)
        if before is None or before <= since:
            continue
        if shift and before == shift.before:
            after: datetime | None = shift.after
        else:
            after = counted_anew(run, timer, shift.clock if shift else None)
        if after is not None and after != before:
            found.append(moved_timer(timer, before, after))
    return found


def move_timers(moved: list[MovedTimer]) -> None:
    """Set the timers to their new moments."""
    for each in moved:
        set_moment(each.token, each.after)


def moved_timer(timer: Any, before: datetime, after: datetime) -> MovedTimer:
    """A timer that fires at another moment than before."""
    spec = timer.task_spec
    return MovedTimer(
        token=timer,
        name=spec.bpmn_name or spec.bpmn_id,
        region=timer.data.get(REGION) or "",
        before=before,
        after=after,
    )


def moment_kept(timer: Any) -> datetime | None:
    """When it fires, or when it would while it stands still."""
    held = held_moment(timer)
    if held:
        return datetime.fromisoformat(held)
    due: datetime | None = timer.task_spec.event_definition.due(timer)
    return due


def counted_anew(run: Run, timer: Any, clock: Clock | None) -> datetime | None:
    """What the timer's words give by the run's calendar, with what was granted to its clock; None
    where nobody knows since when."""
    counted_at = timer._get_internal_data(COUNTED_AT)
    if counted_at is None:
        return None
    around = replace(run.surroundings, now=datetime.fromisoformat(counted_at))
    with during(around):
        moment = moment_now(timer)
    if moment is None:
        return None
    return clock_at(run, timer, clock).through(moment)


def clock_at(run: Run, timer: Any, clock: Clock | None) -> Clock:
    """The clock of the task on whose edge a timer is, with the pauses that the task itself kept no
    record of because it had no deadline."""
    if clock is None:
        around, region = run.surroundings, timer.data.get(REGION)
        region = region or around.region
        clock = Clock(calendar=around.calendar, region=region, starts_on=None, base=None)
    unknown = [pause for pause in pauses_of(timer) if pause not in clock.grants]
    return replace(clock, grants=(*unknown, *clock.grants))


def due_as_of(run: Run, task_id: str, words: str, moment: datetime) -> datetime | None:
    """The deadline of an open task as these words of its owner gave it at a moment, by the run's
    calendar; None when they give none."""
    [open_task] = (each for each in run.open_tasks() if each.id == task_id)
    present = run.surroundings
    run.surroundings = replace(present, now=moment)
    try:
        due = run.due(open_task, words)
    finally:
        run.surroundings = present
    return due.at if due else None
