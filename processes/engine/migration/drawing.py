"""A version as migration looks at it: which shapes lie on which level, and what follows what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins import SubWorkflowTaskMixin, UserTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from processes.engine.procedure import Procedure
from processes.engine.specs import is_loop

#: what the engine hangs behind the id of a shape for its helpers
CHILD, SPLIT, JOIN, END = SUFFIXES = (
    " [child]",
    ".BoundaryEventSplit",
    ".BoundaryEventJoin",
    ".EndJoin",
)


def parted(shape: str) -> tuple[str, str]:
    """The id that the name of a task spec begins with, and what the engine hung behind it."""
    for suffix in SUFFIXES:
        if shape.endswith(suffix):
            return shape.removesuffix(suffix), suffix
    return shape, ""


class Drawing:
    """The levels of one version: the process under the empty name, each inside under its own."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self.levels: dict[str, Any] = {"": procedure.spec, **procedure.inner_specs}
        self._places = {
            spec.bpmn_id: level
            for level, inside in self.levels.items()
            for spec in inside.task_specs.values()
            if spec.bpmn_id
        }

    def spec(self, level: str, shape: str) -> Any | None:
        """The task spec of this name; None when the level has none."""
        inside = self.levels.get(level)
        return None if inside is None else inside.task_specs.get(shape)

    def level_of(self, element: str) -> str | None:
        """On which level a shape lies; None when there is no such shape."""
        return self._places.get(element)

    @property
    def elements(self) -> frozenset[str]:
        """The ids of all its shapes."""
        return frozenset(self._places)

    def name_of(self, element: str) -> str:
        """What the owner calls a shape; its id when he gave it no name."""
        level = self._places.get(element)
        spec = None if level is None else self.spec(level, element)
        return str(spec.bpmn_name or element) if spec is not None else element

    def former_names(self) -> dict[str, str]:
        """By the id that a shape had before (property `dahulu`), the id that it has now."""
        found = {}
        for inside in self.levels.values():
            for spec in inside.task_specs.values():
                properties = (getattr(spec, "extensions", None) or {}).get("properties", {})
                if spec.bpmn_id and properties.get("dahulu"):
                    found[str(properties["dahulu"]).strip()] = str(spec.bpmn_id)
        return found

    def reach(self, level: str, shape: str, *, without: str = "") -> set[str]:
        """Names of everything that a token at a shape may come to, itself and the events on its
        edge included; `without` ends every way there."""
        specs = self.levels[level].task_specs
        split = f"{shape}{SPLIT}"
        waiting, found = [split if split in specs else shape], set[str]()
        while waiting:
            name = waiting.pop()
            if name in found or name not in specs:
                continue
            found.add(name)
            if name != without:
                waiting.extend(specs[name]._outputs)
        return found


def is_passive(spec: Any) -> bool:
    """Whether it only waits beside or behind an activity, so that it may go with its shape."""
    return isinstance(spec, (BoundaryEvent, BoundaryEventJoin, _EndJoin))


def is_entrance(spec: Any, inside: Any) -> bool:
    """Whether a single token may be put there: a task of one person, a sub-process or a loop."""
    if spec is None or spec.bpmn_id != spec.name or is_passive(spec):
        return False
    body = inside.task_specs[spec.task_spec] if is_loop(spec) else spec
    return isinstance(body, (UserTaskMixin, SubWorkflowTaskMixin))


def door(spec: Any, inside: Any) -> str:
    """The name of what a token enters first: the split before the events on its edge, if any."""
    split = f"{spec.name}{SPLIT}"
    return split if split in inside.task_specs else str(spec.name)


def edge_events(inside: Any, shape: str) -> Iterator[Any]:
    """The specs of the events on the edge of an activity."""
    split = inside.task_specs.get(f"{shape}{SPLIT}")
    for spec in split.outputs if split is not None else ():
        if isinstance(spec, BoundaryEvent):
            yield spec
