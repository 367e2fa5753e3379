"""The clocks on an open task: timers of the drawing on its edge, which close it or open others.

They can be held and let go again, or moved, when somebody with authority over the deadline does so;
the drawing itself knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from processes.engine.granted import Pause
from processes.engine.run import Run
from processes.engine.surroundings import REGION, in_region
from processes.engine.timers import NEVER, OneShot, moment_of, timer_value

#: what a grant makes of the moment of a timer
Moved = Callable[[datetime], datetime]

#: where the moment of a held timer is kept with its token
_HELD = "held_value"
#: where the days between which it was held are kept: [[first, last], …]
_STOOD = "stood"


def stop_clocks(run: Run, task_id: str) -> None:
    """Hold the timers on the edge of this open task, until `start_clocks`."""
    for timer in edge_timers(run, task_id):
        hold_timer(timer)


def hold_timer(timer: Any) -> None:
    """Hold one timer that runs."""
    held = timer._get_internal_data("event_value")
    timer._set_internal_data(**{_HELD: held, "event_value": NEVER})


def start_clocks(run: Run, task_id: str, pause: Pause, moved: Moved) -> None:
    """Let the timers of an open task run on that were held during a pause.

    One that has no moment yet, because the day it counts from is not known, runs on without one.
    """
    for timer in edge_timers(run, task_id):
        held = held_moment(timer)
        if held is None:
            continue
        value = held and _text(moved(datetime.fromisoformat(held)))
        days = [
            [each.stopped.isoformat(), each.started.isoformat()]
            for each in (*pauses_of(timer), pause)
        ]
        timer._set_internal_data(**{_HELD: None, "event_value": value, _STOOD: days})


def move_clocks(run: Run, task_id: str, moved: Moved) -> None:
    """Move the timers of an open task that runs, each to what `moved` makes of its moment."""
    for timer in edge_timers(run, task_id):
        before = timer.task_spec.event_definition.due(timer)
        if before is not None:
            set_moment(timer, moved(before))


def held_moment(timer: Any) -> str | None:
    """The moment kept with a timer that stands still, `NEVER` included; None while it runs."""
    found = timer._get_internal_data(_HELD)
    return str(found) if found is not None else None


def pauses_of(timer: Any) -> list[Pause]:
    """When a timer stood still before."""
    days = timer._get_internal_data(_STOOD) or []
    return [
        Pause(stopped=date.fromisoformat(first), started=date.fromisoformat(last))
        for first, last in days
    ]


def set_moment(timer: Any, moment: datetime | None) -> None:
    """Give a timer another moment, or none; one that stands still keeps it until it runs on."""
    value = _text(moment) if moment else NEVER
    key = "event_value" if held_moment(timer) is None else _HELD
    timer._set_internal_data(**{key: value})


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def closing_timer(run: Run, task_id: str) -> Any | None:
    """The timer that closes an open task first, if it is known when; None otherwise."""
    closing = [
        timer
        for timer in edge_timers(run, task_id)
        if timer.task_spec.cancel_activity and timer.task_spec.event_definition.due(timer)
    ]
    return min(closing, key=lambda t: t.task_spec.event_definition.due(t), default=None)


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


def edge_timers(run: Run, task_id: str) -> list[Any]:
    """The waiting one-shot timers on the edge of an open task, whether they close it or not."""
    return [
        sibling
        for sibling in run.token(task_id).parent.children
        if isinstance(sibling.task_spec, BoundaryEvent)
        and isinstance(sibling.task_spec.event_definition, OneShot)
        and sibling._state == TaskState.WAITING
    ]
