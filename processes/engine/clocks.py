"""The clocks on an open task: timers of the drawing that close it when they fire.

They can be held and let go again, or moved, when somebody with authority over the deadline does so;
the drawing itself knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from processes.engine.run import Run
from processes.engine.surroundings import REGION, in_region
from processes.engine.timers import NEVER, OneShot, moment_of, timer_value

#: where the moment of a held timer is kept with its token
_HELD = "held_value"
#: where the days between which it was held are kept: [[first, last], …]
STOOD = "stood"


def stop_clocks(run: Run, task_id: str) -> None:
    """Hold the timers that close this open task, until `start_clocks`."""
    for timer in closing_timers(run, task_id):
        held = timer._get_internal_data("event_value")
        timer._set_internal_data(**{_HELD: held, "event_value": NEVER})


def start_clocks(
    run: Run, task_id: str, stopped: date, started: date, later: Callable[[datetime], datetime]
) -> None:
    """Let the timers of an open task, held from one day to another, run on, moved by `later`."""
    for timer in closing_timers(run, task_id):
        held = timer._get_internal_data(_HELD)
        if held:
            moved = later(datetime.fromisoformat(held)).astimezone(UTC).isoformat()
            stood = [*stood_still(timer), (stopped, started)]
            days = [[first.isoformat(), last.isoformat()] for first, last in stood]
            timer._set_internal_data(**{_HELD: None, "event_value": moved, STOOD: days})


def move_clocks(run: Run, task_id: str, before: datetime, after: datetime) -> None:
    """Move those timers of an open task that stand at its deadline `before` to `after`."""
    for timer in closing_timers(run, task_id):
        if timer.task_spec.event_definition.due(timer) == before:
            timer._set_internal_data(event_value=after.astimezone(UTC).isoformat())


def held_moment(timer: Any) -> str | None:
    """The moment kept with a timer that stands still; None while it runs."""
    found = timer._get_internal_data(_HELD)
    return str(found) if found is not None else None


def stood_still(timer: Any) -> list[tuple[date, date]]:
    """The days from and to which a timer that runs stood still before."""
    days = timer._get_internal_data(STOOD) or []
    return [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in days]


def hold(timer: Any, moment: str) -> None:
    """Keep another moment with a timer that stands still."""
    timer._set_internal_data(**{_HELD: moment})


def waiting_timers(run: Run) -> list[Any]:
    """Tokens that wait for a one-shot timer."""
    return [
        task
        for task in run.workflow.event_manager.tasks.values()
        if isinstance(task.task_spec.event_definition, OneShot) and task._state == TaskState.WAITING
    ]


def moment_now(timer: Any) -> datetime | None:
    """What the timer's expression gives at the act at hand."""
    expression = timer.task_spec.event_definition.expression
    with in_region(timer.data.get(REGION)):
        return moment_of(timer_value(expression, timer))


def closing_timers(run: Run, task_id: str) -> list[Any]:
    """The waiting one-shot timers on the edge of an open task that close it."""
    return [
        sibling
        for sibling in run.token(task_id).parent.children
        if isinstance(sibling.task_spec, BoundaryEvent)
        and sibling.task_spec.cancel_activity
        and isinstance(sibling.task_spec.event_definition, OneShot)
        and sibling._state == TaskState.WAITING
    ]
