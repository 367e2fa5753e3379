"""The clocks on an open task: timers of the drawing that close it when they fire.

They can be held and let go again, or moved, when somebody with authority over the deadline does so;
the drawing itself knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from processes.engine.run import Run
from processes.engine.timers import NEVER, OneShot

#: where the moment of a held timer is kept with its token
_HELD = "held_value"


def stop_clocks(run: Run, task_id: str) -> None:
    """Hold the timers that close this open task, until `start_clocks`."""
    for timer in _closing_timers(run, task_id):
        held = timer._get_internal_data("event_value")
        timer._set_internal_data(**{_HELD: held, "event_value": NEVER})


def start_clocks(run: Run, task_id: str, later: Callable[[datetime], datetime]) -> None:
    """Let the held timers of an open task run on, each moved by `later`."""
    for timer in _closing_timers(run, task_id):
        held = timer._get_internal_data(_HELD)
        if held:
            moved = later(datetime.fromisoformat(held)).astimezone(UTC).isoformat()
            timer._set_internal_data(**{_HELD: None, "event_value": moved})


def move_clocks(run: Run, task_id: str, before: datetime, after: datetime) -> None:
    """Move those timers of an open task that stand at its deadline `before` to `after`."""
    for timer in _closing_timers(run, task_id):
        if timer.task_spec.event_definition.due(timer) == before:
            timer._set_internal_data(event_value=after.astimezone(UTC).isoformat())


def held_moment(timer: Any) -> str | None:
    """The moment kept with a timer that stands still; None while it runs."""
    found = timer._get_internal_data(_HELD)
    return str(found) if found is not None else None


def hold(timer: Any, moment: str) -> None:
    """Keep another moment with a timer that stands still."""
    timer._set_internal_data(**{_HELD: moment})


def _closing_timers(run: Run, task_id: str) -> list[Any]:
    """The waiting one-shot timers on the edge of an open task that close it."""
    return [
        sibling
        for sibling in run.token(task_id).parent.children
        if isinstance(sibling.task_spec, BoundaryEvent)
        and sibling.task_spec.cancel_activity
        and isinstance(sibling.task_spec.event_definition, OneShot)
        and sibling._state == TaskState.WAITING
    ]
