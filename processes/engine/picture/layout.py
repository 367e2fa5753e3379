"""Where the owner drew each shape and flow: the diagram interchange part of a BPMN file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from processes.engine.attributes import BPMN
from processes.engine.picture.canvas import Point

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
COLOURS = (
    ("{http://bpmn.io/schema/bpmn/biocolor/1.0}", "stroke", "fill"),
    (
        "{http://www.omg.org/spec/BPMN/non-normative/color/1.0}",
        "border-color",
        "background-color",
    ),
)
HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
#: furthest a coordinate may lie from the origin
FURTHEST = 100_000.0


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One shape or flow as drawn, with the element it stands for."""

    id: str
    kind: str
    element: Any
    #: rectangle of a shape; None for a flow
    box: Box | None
    #: corners of a flow, in order; empty for a shape
    points: tuple[Point, ...]
    #: where the owner put its label; None: at the usual place
    label: Box | None
    horizontal: bool
    expanded: bool
    #: line and area colours the owner gave it, empty when none
    stroke: str
    fill: str

    @property
    def name(self) -> str:
        """Its label."""
        return str(self.element.get("name") or "")


def read_layout(root: Any) -> list[Drawn]:
    """Everything on the first plane of a file, in the file's order.

    Other planes hold the insides of collapsed sub-processes. What has no sound coordinates, stands
    for nothing, or lies inside a collapsed sub-process is left out.
    """
    elements = {e.get("id"): e for e in root.iter(f"{{{BPMN}}}*") if e.get("id")}
    plane = root.find(f"{{{DI}}}BPMNDiagram/{{{DI}}}BPMNPlane")
    if plane is None:
        return []
    found = [d for each in plane if (d := _drawn(each, elements)) is not None]
    closed = {d.id for d in found if d.kind in ("subProcess", "transaction") and not d.expanded}
    return [d for d in found if not closed & set(_around(d.element))]


def _around(element: Any) -> Iterator[str]:
    """Ids of the elements around an element."""
    for parent in element.iterancestors():
        yield parent.get("id", "")


def _drawn(item: Any, elements: dict[str, Any]) -> Drawn | None:
    element = elements.get(item.get("bpmnElement"))
    if element is None:
        return None
    box = box_of(item.find(f"{{{DC}}}Bounds"))
    points = tuple(filter(None, (_point(p) for p in item.findall(f"{{{DD}}}waypoint"))))
    is_flow = item.tag == f"{{{DI}}}BPMNEdge"
    if (len(points) < 2) if is_flow else (box is None):
        return None
    stroke, fill = _colours(item)
    return Drawn(
        id=element.get("id"),
        kind=element.tag.rpartition("}")[2],
        element=element,
        box=None if is_flow else box,
        points=points if is_flow else (),
        label=box_of(item.find(f"{{{DI}}}BPMNLabel/{{{DC}}}Bounds")),
        horizontal=item.get("isHorizontal", "true") == "true",
        expanded=item.get("isExpanded", "false") == "true",
        stroke=stroke,
        fill=fill,
    )


def _colours(item: Any) -> tuple[str, str]:
    for space, stroke, fill in COLOURS:
        found = [item.get(space + name) or "" for name in (stroke, fill)]
        if any(found):
            line, area = (value if HEX.fullmatch(value) else "" for value in found)
            return line, area
    return "", ""


def _coordinate(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= FURTHEST else None


def box_of(bounds: Any) -> Box | None:
    """The rectangle of a `Bounds` element; None without sound coordinates."""
    if bounds is None:
        return None
    values = [_coordinate(bounds.get(name)) for name in ("x", "y", "width", "height")]
    sound = [value for value in values if value is not None]
    return Box(*sound) if len(sound) == 4 and sound[2] >= 0 and sound[3] >= 0 else None


def _point(waypoint: Any) -> Point | None:
    x, y = _coordinate(waypoint.get("x")), _coordinate(waypoint.get("y"))
    return None if x is None or y is None else (x, y)
