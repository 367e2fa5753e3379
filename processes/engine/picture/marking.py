"""What is new, gone or different in a drawing: by a colour, a sign and a line of its own.

The sign and the line tell it on paper without colours and to whoever does not see them.
"""

from __future__ import annotations

import enum
import math
from itertools import pairwise

from processes.engine.picture.canvas import Canvas, Point
from processes.engine.picture.layout import Drawn
from processes.engine.picture.words import Block


class Mark(enum.StrEnum):
    """What became of a shape or flow."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


#: by mark: its sign, its colour, the area of its shapes, and how its line is broken
SIGNS = {Mark.ADDED: "+", Mark.REMOVED: "−", Mark.CHANGED: "~"}  # noqa: RUF001
COLOURS = {Mark.ADDED: "#17633a", Mark.REMOVED: "#9c1c1c", Mark.CHANGED: "#6b4700"}
AREAS = {Mark.ADDED: "#d7f0e0", Mark.REMOVED: "#fbdcdc", Mark.CHANGED: "#ffedb8"}
DASHES: dict[Mark, dict[str, str | float]] = {
    Mark.ADDED: {},
    Mark.REMOVED: {"stroke_dasharray": "12 5"},
    Mark.CHANGED: {"stroke_dasharray": "3 4"},
}
#: how far a frame stands off its shape, and how wide it is drawn
OFF, WIDE = 7.0, 4.0
RADIUS = 11.0


def underline(canvas: Canvas, drawn: Drawn, mark: Mark) -> None:
    """A frame around a shape, or a broad band below a flow."""
    dashes = DASHES[mark]
    if drawn.box is None:
        canvas.line(
            list(drawn.points), stroke=AREAS[mark], stroke_width=14, stroke_linejoin="round"
        )
        canvas.line(
            list(drawn.points), stroke=COLOURS[mark], stroke_width=6, stroke_linejoin="round",
            **dashes,
        )  # fmt: skip
        return
    box = drawn.box
    canvas.add(
        "rect", x=box.x - OFF, y=box.y - OFF, width=box.width + 2 * OFF,
        height=box.height + 2 * OFF, rx=8, fill="none", stroke=COLOURS[mark], stroke_width=WIDE,
        **dashes,
    )  # fmt: skip


def badge(canvas: Canvas, drawn: Drawn, mark: Mark) -> None:
    """The sign in a circle: at the upper left corner of a shape, or half-way along a flow."""
    x, y = _place(drawn)
    canvas.add("circle", cx=x, cy=y, r=RADIUS, fill=COLOURS[mark], stroke="#ffffff", stroke_width=2)
    sign = Block(lines=(SIGNS[mark],), size=17)
    canvas.text(sign, x, y - 10.5, width=1000, fill="#ffffff")


def _place(drawn: Drawn) -> Point:
    if drawn.box is not None:
        return drawn.box.x - OFF, drawn.box.y - OFF
    lengths = [math.dist(a, b) for a, b in pairwise(drawn.points)]
    left = sum(lengths) / 2
    for (a, b), length in zip(pairwise(drawn.points), lengths, strict=True):
        if left <= length:
            share = left / (length or 1)
            return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
        left -= length
    return drawn.points[-1]
