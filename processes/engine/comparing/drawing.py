"""A diagram as a comparison looks at it: shapes and flows with their facts, and their stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from processes.engine.picture.layout import Box
from processes.engine.shapes import Stage


@dataclass(frozen=True, kw_only=True)
class Item:
    """One shape, flow or annotation."""

    id: str
    kind: str
    name: str = ""
    #: id of the sub-process around it; empty outside of all
    scope: str = ""
    #: what its owner wrote on it, by the name of the fact; nothing is empty
    facts: Mapping[str, str] = field(default_factory=dict)
    #: form fields as `attributes.read_attributes` reads them
    form: Sequence[Mapping[str, Any]] = ()
    source: str = ""
    target: str = ""
    #: everything else that stands on it
    rest: str = ""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A diagram, by the ids of its elements in the order of the file."""

    process: Item
    shapes: Mapping[str, Item]
    flows: Mapping[str, Item]
    #: participants, lanes and annotations
    around: Mapping[str, Item]
    #: how each element is drawn, and the rectangle of each shape
    drawn: Mapping[str, str]
    boxes: Mapping[str, Box]
    #: everything beside the processes
    rest: str
    #: number of the stage of every shape that has or inherits one
    stages: Mapping[str, int] = field(default_factory=dict)

    def before(self, own: str) -> list[str]:
        """Ids of the shapes from which flows lead here."""
        return self._steps[1].get(own, [])

    def behind(self, own: str) -> list[str]:
        """Ids of the shapes to which flows lead from here."""
        return self._steps[0].get(own, [])

    @cached_property
    def _steps(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        ahead: dict[str, list[str]] = {}
        back: dict[str, list[str]] = {}
        for flow in self.flows.values():
            ahead.setdefault(flow.source, []).append(flow.target)
            back.setdefault(flow.target, []).append(flow.source)
        return ahead, back


def stages_of(drawing: Drawing) -> dict[str, int]:
    """The number of the stage of every shape: its own, that of what it holds, of what is near it,
    or that of the whole process."""
    usual = Stage.read(drawing.process.facts.get("tahap"))
    own = {name: stage.number for name, item in drawing.shapes.items() if (stage := _own(item))}
    for name in drawing.shapes:
        inside = [n for each, n in own.items() if drawing.shapes[each].scope == name]
        if name not in own and inside:
            own[name] = min(inside)
    found = dict(own)
    for name in drawing.shapes:
        near = next((own[each] for each in _nearest(drawing, name) if each in own), None)
        number = near if near is not None or usual is None else usual.number
        if number is not None:
            found.setdefault(name, number)
    return found


def _own(item: Item) -> Stage | None:
    return Stage.read(item.facts.get("tahap"))


def _nearest(drawing: Drawing, own: str) -> Iterator[str]:
    """The shape a boundary event sits on, the shapes before it, those behind it, and the
    sub-process around it, nearest first."""
    seat = drawing.shapes[own].facts.get("pada")
    if seat:
        yield seat
    for steps in (drawing.before, drawing.behind):
        seen, waiting = {own}, list(steps(own))
        while waiting:
            here = waiting.pop(0)
            if here not in seen:
                seen.add(here)
                yield here
                waiting += steps(here)
    if drawing.shapes[own].scope:
        yield drawing.shapes[own].scope
