"""Paints one shape or flow as bpmn-js does: pools, lanes, tasks, events, gateways and lines."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from processes.engine.picture import icons
from processes.engine.picture.canvas import INK, PAPER, Canvas, Point
from processes.engine.picture.layout import Box, Drawn
from processes.engine.picture.words import fit, width_of

TASK_SIZES = (12.0, 11.0, 10.0, 9.0)
LABEL_SIZES = (11.0, 10.0, 9.0)
#: width in which bpmn-js breaks the label below an event or gateway
LABEL_WIDTH = 90.0
HEADER = 30.0
DONE = "#e6f4ea"
DATA = frozenset(("dataObjectReference", "dataStoreReference", "group"))
EVENTS = frozenset(
    (
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    )
)


def _colours(drawn: Drawn, done: bool) -> dict[str, str | float]:
    fill = drawn.fill or (DONE if done else PAPER)
    return {"stroke": drawn.stroke or INK, "fill": fill}


def pool(canvas: Canvas, drawn: Drawn, box: Box, done: bool) -> None:
    """A pool or lane, with its name read upwards at its left side."""
    outer = drawn.kind == "participant"
    colours = _colours(drawn, False)
    if not outer and not drawn.fill:
        colours["fill"] = "none"
    _rectangle(canvas, box, stroke_width=1.5, **colours)
    if not drawn.horizontal:
        block = fit(drawn.name, box.width - 10, HEADER - 4, TASK_SIZES)
        middle = box.y + (HEADER - block.height) / 2
        canvas.text(block, box.middle[0], middle, width=box.width - 10)
        return
    empty = outer and drawn.element.get("processRef") is None
    if empty:
        block = fit(drawn.name, box.width - 10, box.height - 10, TASK_SIZES)
        top = box.middle[1] - block.height / 2
        canvas.text(block, box.middle[0], top, width=box.width - 10)
        return
    if outer:
        edge = box.x + HEADER
        canvas.line([(edge, box.y), (edge, box.y + box.height)], stroke=INK, stroke_width=1.5)
    block = fit(drawn.name, box.height - 10, HEADER - 2, TASK_SIZES)
    left = box.x + (HEADER - block.height) / 2
    canvas.upright_text(block, left, box.middle[1], width=box.height - 10)


def _rectangle(canvas: Canvas, box: Box, **attributes: str | float) -> None:
    canvas.add("rect", x=box.x, y=box.y, width=box.width, height=box.height, **attributes)


def task(canvas: Canvas, drawn: Drawn, box: Box, done: bool) -> None:
    """A task with the sign of its kind."""
    colours = _colours(drawn, done)
    thick = 4 if drawn.kind == "callActivity" else 2
    _rectangle(canvas, box, rx=10, stroke_width=thick, **colours)
    icon = icons.TASKS.get(drawn.kind)
    if icon is not None:
        icon(canvas, box.x + 6, box.y + 6, str(colours["stroke"]))
    marked = _loop_mark(canvas, drawn, box, str(colours["stroke"]))
    above, below = (20.0 if icon else 5.0), (16.0 if marked else 5.0)
    _inner_text(canvas, drawn.name, box, above, below)


def _inner_text(canvas: Canvas, name: str, box: Box, above: float, below: float) -> None:
    """A name in the middle of a shape, moved down only where it would cross the sign above."""
    room = Box(box.x + 5, box.y + above, max(20.0, box.width - 10), box.height - above - below)
    block = fit(name, room.width, max(12.0, room.height), TASK_SIZES)
    top = box.middle[1] - block.height / 2
    reach = width_of(block.lines[0], block.size) / 2 if block.lines else 0
    crosses = top < room.y and reach > box.width / 2 - 26
    if crosses or top + block.height > room.y + room.height:
        top = room.middle[1] - block.height / 2
    canvas.text(block, box.middle[0], top, width=room.width)


def _loop_mark(canvas: Canvas, drawn: Drawn, box: Box, ink: str) -> bool:
    loop = next((c for c in drawn.element if _ends(c, "LoopCharacteristics")), None)
    if loop is None:
        return False
    # Beside the box of a collapsed sub-process, which has the middle.
    beside = 18 if _is_scope(drawn) and not drawn.expanded else 0
    x, y = box.middle[0] - beside, box.y + box.height - 10
    icons.loop_mark(canvas, x, y, ink, sequential=loop.get("isSequential") == "true")
    return True


def _ends(element: Any, name: str) -> bool:
    return isinstance(element.tag, str) and element.tag.endswith(name)


def _is_scope(drawn: Drawn) -> bool:
    return drawn.kind in ("subProcess", "transaction", "adHocSubProcess")


def sub_process(canvas: Canvas, drawn: Drawn, box: Box, done: bool) -> None:
    """A sub-process: a frame with its name on top, or a task-like box with a plus."""
    colours = _colours(drawn, done and not drawn.expanded)
    dashed = {"stroke_dasharray": "1 4", "stroke_linecap": "round"}
    by_event = drawn.element.get("triggeredByEvent") == "true"
    _rectangle(canvas, box, rx=10, stroke_width=2, **colours, **(dashed if by_event else {}))
    ink = str(colours["stroke"])
    if not drawn.expanded:
        icons.collapsed_mark(canvas, box.middle[0], box.y + box.height - 9, ink)
        _loop_mark(canvas, drawn, box, ink)
        _inner_text(canvas, drawn.name, box, 5, 18)
        return
    _loop_mark(canvas, drawn, box, ink)
    block = fit(drawn.name, box.width - 20, 30, TASK_SIZES)
    canvas.text(block, box.middle[0], box.y + 5, width=box.width - 20)


def event(canvas: Canvas, drawn: Drawn, box: Box, done: bool) -> None:
    """An event: thin ring for a start, double for one between, thick for an end."""
    x, y = box.middle
    radius = min(box.width, box.height) / 2
    colours = _colours(drawn, done)
    thick = {"startEvent": 2.0, "endEvent": 4.0}.get(drawn.kind, 1.5)
    quiet = "false" in (drawn.element.get("cancelActivity"), drawn.element.get("isInterrupting"))
    rings = {"stroke_dasharray": "6 4"} if quiet else {}
    canvas.add("circle", cx=x, cy=y, r=radius, stroke_width=thick, **colours, **rings)
    if drawn.kind not in ("startEvent", "endEvent"):
        inner = {**colours, "fill": "none"}
        canvas.add("circle", cx=x, cy=y, r=radius - 3.5, stroke_width=thick, **inner, **rings)
    _trigger(canvas, drawn, x, y, str(colours["stroke"]))


def _trigger(canvas: Canvas, drawn: Drawn, x: float, y: float, ink: str) -> None:
    thrown = drawn.kind in ("endEvent", "intermediateThrowEvent")
    for child in drawn.element:
        if _ends(child, "}timerEventDefinition"):
            icons.clock(canvas, x, y, ink)
        elif _ends(child, "}messageEventDefinition"):
            icons.message(canvas, x, y, ink, thrown=thrown)
        elif _ends(child, "}errorEventDefinition"):
            icons.error(canvas, x, y, ink, thrown=thrown)
        elif _ends(child, "}signalEventDefinition"):
            icons.signal(canvas, x, y, ink, thrown=thrown)
        elif _ends(child, "}terminateEventDefinition"):
            icons.terminate(canvas, x, y, ink)


def gateway(canvas: Canvas, drawn: Drawn, box: Box, done: bool) -> None:
    """A diamond with its sign."""
    x, y = box.middle
    corners = [(x, box.y), (box.x + box.width, y), (x, box.y + box.height), (box.x, y)]
    colours = _colours(drawn, done)
    canvas.polygon(corners, stroke_width=2, stroke_linejoin="round", **colours)
    icons.gateway(canvas, drawn.kind, x, y, str(colours["stroke"]))


def below_label(canvas: Canvas, drawn: Drawn, box: Box) -> None:
    """The name of an event or gateway, where the owner put it or below the shape."""
    beside = drawn.kind in EVENTS or drawn.kind.endswith("Gateway") or drawn.kind in DATA
    if not beside or not drawn.name.strip():
        return
    if drawn.label is not None:
        x, top = drawn.label.middle[0], drawn.label.y
        width = max(drawn.label.width, LABEL_WIDTH)
    else:
        x, top, width = box.middle[0], box.y + box.height + 5, LABEL_WIDTH
    block = fit(drawn.name, width, 70, LABEL_SIZES)
    canvas.text(block, x, top, width=width, halo=True)


def note(canvas: Canvas, drawn: Drawn, box: Box, done: bool) -> None:
    """A text annotation, data object or group: quiet, and without signs."""
    if drawn.kind == "textAnnotation":
        text = next((c.text or "" for c in drawn.element if _ends(c, "}text")), "")
        side = [(box.x + 10, box.y), (box.x, box.y), (box.x, box.y + box.height)]
        canvas.line([*side, (box.x + 10, box.y + box.height)], stroke=INK, stroke_width=1.5)
        block = fit(text, box.width - 10, box.height - 6, TASK_SIZES)
        canvas.text(block, box.middle[0] + 3, box.y + 4, width=box.width - 10)
        return
    _rectangle(canvas, box, fill="none", stroke=INK, stroke_width=1.5, stroke_dasharray="8 4")


def flow(canvas: Canvas, drawn: Drawn, default: bool, done: bool) -> None:
    """A sequence flow, message flow or association."""
    ink = drawn.stroke or ("#1b7f3b" if done else INK)
    points = [p for i, p in enumerate(drawn.points) if i == 0 or p != drawn.points[i - 1]]
    if len(points) < 2:
        return
    quiet = drawn.kind in ("association", "dataInputAssociation", "dataOutputAssociation")
    dashes: dict[str, str | float] = {}
    if drawn.kind == "messageFlow":
        dashes = {"stroke_dasharray": "10 6"}
    elif quiet:
        dashes = {"stroke_dasharray": "1 5", "stroke_linecap": "round"}
    tip = points[-1]
    if not quiet:
        points[-1] = _back(points[-2], tip, 8)
    canvas.line(points, stroke=ink, stroke_width=2, stroke_linejoin="round", **dashes)
    if not quiet:
        area = PAPER if drawn.kind == "messageFlow" else ink
        canvas.polygon(_arrow(points[-2], tip), fill=area, stroke=ink, stroke_width=1)
    if drawn.kind == "messageFlow":
        canvas.add("circle", cx=points[0][0], cy=points[0][1], r=4, fill=PAPER, stroke=ink)
    if default:
        canvas.line(_slash(points[0], points[1]), stroke=ink, stroke_width=2)


def flow_label(canvas: Canvas, drawn: Drawn) -> None:
    """The name of a flow, where the owner put it or at its longest stretch."""
    if not drawn.name.strip() or len(drawn.points) < 2:
        return
    if drawn.label is not None:
        x, top, width = drawn.label.middle[0], drawn.label.y, max(drawn.label.width, LABEL_WIDTH)
        block = fit(drawn.name, width, 60, LABEL_SIZES)
    else:
        width = LABEL_WIDTH
        block = fit(drawn.name, width, 60, LABEL_SIZES)
        (x, y), level = _half_way(drawn.points)
        top = y - block.height - 3 if level else y - block.height / 2
    canvas.text(block, x, top, width=width, halo=True)


def _half_way(points: tuple[Point, ...]) -> tuple[Point, bool]:
    """The middle of the longest stretch, and whether that stretch is level."""
    pairs = list(pairwise(points))
    a, b = max(pairs, key=lambda pair: math.dist(*pair))
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), abs(a[1] - b[1]) < 5


def _back(start: Point, end: Point, by: float) -> Point:
    """The point `by` before the end of a stretch."""
    length = math.dist(start, end) or 1
    share = min(by / length, 1)
    return end[0] + (start[0] - end[0]) * share, end[1] + (start[1] - end[1]) * share


def _arrow(start: Point, tip: Point) -> list[Point]:
    angle = math.atan2(tip[1] - start[1], tip[0] - start[0])
    wings = [angle + math.pi - 0.42, angle + math.pi + 0.42]
    return [tip, *((tip[0] + 11 * math.cos(w), tip[1] + 11 * math.sin(w)) for w in wings)]


def _slash(start: Point, after: Point) -> list[Point]:
    """The stroke across a default flow, near its start."""
    x, y = start
    angle = math.atan2(after[1] - y, after[0] - x)
    middle = (x + 12 * math.cos(angle), y + 12 * math.sin(angle))
    across = angle + math.pi / 2.6
    dx, dy = 7 * math.cos(across), 7 * math.sin(across)
    return [(middle[0] - dx, middle[1] - dy), (middle[0] + dx, middle[1] + dy)]


Painter = Callable[[Canvas, Drawn, Box, bool], None]


def painter(kind: str) -> Painter:
    """What paints a kind of shape."""
    if kind in ("participant", "lane"):
        return pool
    if kind in EVENTS:
        return event
    if kind.endswith("Gateway"):
        return gateway
    if kind in ("subProcess", "transaction", "adHocSubProcess"):
        return sub_process
    if kind.endswith("ask") or kind == "callActivity":
        return task
    return note
