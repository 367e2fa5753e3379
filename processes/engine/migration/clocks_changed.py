"""Which deadlines and timers the owner words differently in another version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from processes.engine.migration.drawing import Drawing
from processes.engine.timers import OneShot


@dataclass(frozen=True, kw_only=True)
class ChangedClock:
    """A task or timer whose words changed."""

    element: str
    name: str
    before: str
    after: str


def changed_clocks(old: Drawing, new: Drawing) -> list[ChangedClock]:
    """The tasks, then the timers, that are in both versions with other words, in their order."""
    before = {**_tasks(old), **_timers(old)}
    after = {**_tasks(new), **_timers(new)}
    return [
        ChangedClock(
            element=element, name=new.name_of(element), before=before[element], after=words
        )
        for element, words in after.items()
        if element in before and before[element] != words
    ]


def _tasks(drawing: Drawing) -> dict[str, str]:
    return {element: shape.due for element, shape in drawing.procedure.shapes.items()}


def _timers(drawing: Drawing) -> dict[str, str]:
    return {
        str(spec.bpmn_id): str(spec.event_definition.expression)
        for spec in _specs(drawing)
        if isinstance(getattr(spec, "event_definition", None), OneShot)
    }


def _specs(drawing: Drawing) -> Iterator[Any]:
    for inside in drawing.levels.values():
        yield from inside.task_specs.values()
