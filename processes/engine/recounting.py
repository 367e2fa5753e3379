"""Counting moments anew when the calendar has changed: timers that wait, and deadlines of tasks.

A timer that stands at the deadline of its task goes with it, wherever pauses and extensions have
moved that. Any other is what its expression gives for the moment it was fixed, with the working
days added for which it was held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from processes.engine.clocks import (
    closing_timers,
    held_moment,
    hold,
    moment_now,
    stood_still,
    waiting_timers,
)
from processes.engine.run import Run
from processes.engine.surroundings import REGION, during
from processes.engine.timers import COUNTED_AT


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A deadline that is another one by the calendar of the run."""

    before: datetime
    after: datetime


@dataclass(frozen=True, kw_only=True)
class MovedTimer:
    """A timer of the drawing that fires at another moment by the calendar of the run."""

    token: Any
    #: name of its event
    name: str
    region: str
    before: datetime
    after: datetime
    #: whether it stands still at present
    is_held: bool


def moved_timers(run: Run, deadlines: Mapping[str, Shift], since: datetime) -> list[MovedTimer]:
    """The waiting timers that move; what was due by `since` stays.

    `deadlines` are those of the open tasks by task id, also where nothing moves.
    """
    follows = {
        timer.id: shift
        for task_id, shift in deadlines.items()
        for timer in closing_timers(run, task_id)
        if _moment(timer) == shift.before
    }
    found = []
    for timer in waiting_timers(run):
        before = _moment(timer)
        if before is None or before <= since:
            continue
        shift = follows.get(timer.id)
        after = shift.after if shift else _counted_anew(run, timer)
        if after is not None and after != before:
            found.append(_moved(timer, before, after))
    return found


def move_timers(moved: list[MovedTimer]) -> None:
    """Set the timers to their new moments."""
    for each in moved:
        value = each.after.astimezone(UTC).isoformat()
        if each.is_held:
            hold(each.token, value)
        else:
            each.token._set_internal_data(event_value=value)


def _moved(timer: Any, before: datetime, after: datetime) -> MovedTimer:
    spec = timer.task_spec
    return MovedTimer(
        token=timer,
        name=spec.bpmn_name or spec.bpmn_id,
        region=timer.data.get(REGION) or "",
        before=before,
        after=after,
        is_held=held_moment(timer) is not None,
    )


def _moment(timer: Any) -> datetime | None:
    """When it fires, or when it would while it stands still."""
    held = held_moment(timer)
    if held:
        return datetime.fromisoformat(held)
    due: datetime | None = timer.task_spec.event_definition.due(timer)
    return due


def _counted_anew(run: Run, timer: Any) -> datetime | None:
    """What the timer's words give by the run's calendar; None where nobody knows since when."""
    counted_at = timer._get_internal_data(COUNTED_AT)
    if counted_at is None:
        return None
    around = replace(run.surroundings, now=datetime.fromisoformat(counted_at))
    with during(around):
        moment = moment_now(timer)
    calendar, region = around.calendar, timer.data.get(REGION) or around.region
    for first, last in stood_still(timer):
        if moment is None:
            break
        local = moment.astimezone(calendar.zone(region))
        stood = calendar.working_days_between(first, last, region)
        day = calendar.add_working_days(local.date(), stood, region)
        moment = datetime.combine(day, local.timetz())
    return moment


def due_as_of(run: Run, task_id: str, moment: datetime) -> datetime | None:
    """The deadline of an open task as its owner's words gave it at a moment, by the run's calendar;
    None when it has none."""
    [open_task] = (each for each in run.open_tasks() if each.id == task_id)
    present = run.surroundings
    run.surroundings = replace(present, now=moment)
    try:
        due = run.due(open_task)
    finally:
        run.surroundings = present
    return due.at if due else None
