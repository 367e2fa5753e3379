"""The picture of an owner's diagram as SVG, drawn from its own coordinates without a browser.

For pages, mails and prints: open shapes carry their number of tokens, late ones a red badge, and
what is done is tinted. It looks like bpmn-js to the eye and is drawn by our own code.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from processes.engine.picture.canvas import Canvas, clean, number
from processes.engine.picture.layout import Box, Drawn, read_layout
from processes.engine.picture.marking import AREAS, Mark, badge, underline
from processes.engine.picture.shapes import below_label, flow, flow_label, painter
from processes.engine.picture.words import Block, fit
from processes.engine.xml import load_xml
from processes.sentences import say

#: paper around the outermost shapes
MARGIN = 20.0
OPEN = "#1d5fd1"
LATE = "#c62828"
#: kinds painted below flows, outer before inner; everything else lies above them
GROUND = ("participant", "lane", "subProcess", "transaction", "adHocSubProcess", "group")

#: kinds with a word of their own in titles
NAMED = frozenset(
    (
        "participant",
        "lane",
        "userTask",
        "scriptTask",
        "businessRuleTask",
        "subProcess",
        "startEvent",
        "endEvent",
        "boundaryEvent",
        "sequenceFlow",
        "messageFlow",
    )
)


#: areas of the five steps of heat, and their signs for whoever does not see colours
HEAT = ("#fffbeb", "#ffefb8", "#ffdc85", "#ffbd6b", "#f7946b")
SIGNS = ("■□□□□", "■■□□□", "■■■□□", "■■■■□", "■■■■■")


@dataclass(frozen=True, kw_only=True)
class Pin:
    """What a map says of one shape beside its tasks."""

    #: address of what lies behind it
    link: str
    #: 1 (quick) to 5 (slower than allowed); None where nothing is known
    heat: int | None
    #: the same and more in words
    note: str


def draw(
    xml: bytes,
    open_shapes: Mapping[str, int] | None = None,
    late: Mapping[str, int] | None = None,
    done: Collection[str] = (),
    *,
    pins: Mapping[str, Pin] | None = None,
    marks: Mapping[str, Mark] | None = None,
    language: str = "id",
) -> str:
    """The SVG of a BPMN file's first plane.

    `open_shapes`: open tasks by element id; `late`: how many of them are late; `done`: ids of
    shapes and flows a token has passed; `pins`: what a map says of shapes; `marks`: what is new,
    gone or different (what is not drawn marks the shape it lies in). Every element a
    `<g data-element="id">` with a `<title>` for readers who cannot see it; everything from the file
    is escaped. A file without coordinates gives a small picture that says so. Raises DiagramRefused
    when it is no sound XML.
    """
    root = load_xml(xml, "diagram.bpmn", language)
    layout = read_layout(root)
    picture = _Picture(open_shapes or {}, late or {}, frozenset(done), pins or {}, language)
    picture.marks = lifted(marks or {}, root, layout)
    if not layout:
        return picture.nothing()
    for drawn in _in_order(layout):
        picture.paint(drawn)
    for drawn in layout:
        flow_label(picture.canvas, drawn)
    for drawn in layout:
        if drawn.box is not None:
            below_label(picture.canvas, drawn, drawn.box)
            picture.badges(drawn.id, drawn.box)
    for drawn in layout:
        if drawn.id in picture.marks:
            badge(picture.canvas, drawn, picture.marks[drawn.id])
    return picture.framed(_frame(layout))


def _in_order(layout: list[Drawn]) -> list[Drawn]:
    """Grounds, then flows, then shapes, then the events on their borders."""

    def height(drawn: Drawn) -> tuple[int, int]:
        if drawn.kind in GROUND and (drawn.expanded or drawn.kind in ("participant", "lane")):
            outer = GROUND.index(drawn.kind)
            return (min(outer, 2), len(list(drawn.element.iterancestors())))
        if drawn.box is None:
            return (3, 0)
        return (5, 0) if drawn.kind == "boundaryEvent" else (4, 0)

    return sorted(layout, key=height)


class _Picture:
    def __init__(
        self,
        open_shapes: Mapping[str, int],
        late: Mapping[str, int],
        done: frozenset[str],
        pins: Mapping[str, Pin],
        language: str,
    ) -> None:
        self.canvas = Canvas()
        self.open_shapes = open_shapes
        self.late = late
        self.done = done
        self.pins = pins
        self.marks: Mapping[str, Mark] = {}
        self.language = language

    def paint(self, drawn: Drawn) -> None:
        """One shape or flow with its title."""
        states = self._states(drawn.id)
        classes = " ".join(["bpmn-" + drawn.kind, *(f"is-{state}" for state in states)])
        self.canvas.open_group(drawn.id, classes, self._title(drawn))
        passed = drawn.id in self.done
        pin, mark = self.pins.get(drawn.id), self.marks.get(drawn.id)
        if mark is not None:
            underline(self.canvas, drawn, mark)
            is_ground = drawn.expanded or drawn.kind in ("participant", "lane")
            drawn = drawn if is_ground else replace(drawn, fill=AREAS[mark])
        if pin is not None:
            self.canvas.open_link(pin.link, self._title(drawn))
            drawn = replace(drawn, fill=HEAT[pin.heat - 1] if pin.heat else drawn.fill)
        if drawn.box is None:
            flow(self.canvas, drawn, _is_default(drawn), passed)
        else:
            painter(drawn.kind)(self.canvas, drawn, drawn.box, passed)
        if pin is not None:
            self.canvas.close_link()
        self.canvas.close_group()

    def _states(self, own_id: str) -> list[str]:
        known = {"open": self.open_shapes, "late": self.late}
        states = [state for state, where in known.items() if where.get(own_id, 0) > 0]
        if own_id in self.marks:
            states.append(self.marks[own_id].value)
        return [*states, "done"] if own_id in self.done else states

    def _title(self, drawn: Drawn) -> str:
        name = clean(drawn.name) or drawn.id
        parts = [f"{say(f'picture.{_word(drawn.kind)}', self.language)}: {name}"]
        for key, where in (("open", self.open_shapes), ("late", self.late)):
            if where.get(drawn.id, 0) > 0:
                parts.append(say(f"picture.{key}", self.language, count=where[drawn.id]))
        if drawn.id in self.done:
            parts.append(say("picture.done", self.language))
        if drawn.id in self.marks:
            parts.append(say(f"picture.mark_{self.marks[drawn.id].value}", self.language))
        if drawn.id in self.pins:
            parts.append(self.pins[drawn.id].note)
        return "; ".join(parts)

    def badges(self, own_id: str, box: Box) -> None:
        """On the upper edge: the number of tokens at the corner, that of late ones before it."""
        right = box.x + box.width
        if self.open_shapes.get(own_id, 0) > 0:
            self._badge(right, box.y, str(self.open_shapes[own_id]), OPEN)
        if self.late.get(own_id, 0) > 0:
            before = 30 if self.open_shapes.get(own_id, 0) < 100 else 46
            self._badge(right - before, box.y, f"! {self.late[own_id]}", LATE)
        pin = self.pins.get(own_id)
        if pin is not None and pin.heat:
            sign = Block(lines=(SIGNS[pin.heat - 1],), size=13)
            top = box.y + box.height - 7
            self.canvas.text(sign, box.x + 32, top, width=1000, halo=True)

    def _badge(self, x: float, y: float, text: str, colour: str) -> None:
        width = 20.0 if len(text) < 3 else 12.0 + 6.5 * len(text)
        white = "#ffffff"
        self.canvas.add(
            "rect", x=x - width / 2, y=y - 10, width=width, height=20, rx=10, fill=colour,
            stroke=white, stroke_width=2,
        )  # fmt: skip
        self.canvas.text(Block(lines=(text,), size=12), x, y - 7.2, width=1000, fill=white)

    def nothing(self) -> str:
        """The picture of a file without coordinates."""
        block = fit(say("picture.nothing", self.language), 380, 60, (14.0, 12.0))
        self.canvas.text(block, 200, 40 - block.height / 2, width=380)
        return self.framed(Box(0, 0, 400, 80))

    def framed(self, frame: Box) -> str:
        """Everything painted, in its frame."""
        size = [number(v) for v in (frame.x, frame.y, frame.width, frame.height)]
        label = say("picture.label", self.language)
        # what is shown as one image hides the links inside it from who cannot see it
        role = "group" if self.pins else "img"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(size)}" '
            f'width="{size[2]}" height="{size[3]}" role="{role}" aria-label="{label}">'
            f"{self.canvas.written()}</svg>"
        )


def lifted(marks: Mapping[str, Mark], root: Any, layout: list[Drawn]) -> dict[str, Mark]:
    """The marks of what is drawn; what is not marks the nearest shape around it as changed."""
    drawn = {each.id for each in layout}
    elements = {each.get("id"): each for each in root.iter() if each.get("id") in marks}
    found = {own: mark for own, mark in marks.items() if own in drawn}
    for own, element in elements.items():
        if own not in drawn:
            around = (each.get("id") for each in element.iterancestors())
            near = next((each for each in around if each in drawn), None)
            if near is not None:
                found.setdefault(near, Mark.CHANGED)
    return found


def _word(kind: str) -> str:
    """The key of the word for a kind of element; rarer kinds share one."""
    if kind in NAMED:
        return kind
    for ending, word in (("Gateway", "gateway"), ("Event", "event"), ("ask", "task")):
        if kind.endswith(ending):
            return word
    return "other"


def _is_default(drawn: Drawn) -> bool:
    """Whether a flow is the default of the shape it leaves."""
    parent = drawn.element.getparent()
    source = drawn.element.get("sourceRef")
    return parent is not None and any(
        each.get("id") == source and each.get("default") == drawn.id for each in parent
    )


def _frame(layout: list[Drawn]) -> Box:
    """The smallest rectangle around everything, with a margin and room for labels below."""
    xs, ys = [], []
    for drawn in layout:
        for box in (drawn.box, drawn.label):
            if box is not None:
                xs += [box.x, box.x + box.width]
                ys += [box.y, box.y + box.height]
        xs += [x for x, _ in drawn.points]
        ys += [y for _, y in drawn.points]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return Box(left, top, max(xs) - left + MARGIN, max(ys) - top + MARGIN + 20)
