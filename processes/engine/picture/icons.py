"""The small marks inside shapes: kinds of task, kinds of event, gateways, loops."""

from __future__ import annotations

import math

from processes.engine.picture.canvas import PAPER, Canvas, Point


def _round(angle: float, radius: float, x: float, y: float) -> Point:
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def user(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """Head and shoulders, in a square of 16 whose upper left corner is given."""
    path = f"M{x + 1} {y + 15.5}v-3c0-3 3-4.5 7-4.5s7 1.5 7 4.5v3z"
    canvas.add("path", d=path, fill=PAPER, stroke=ink, stroke_width=1.1)
    canvas.add("circle", cx=x + 8, cy=y + 4.5, r=3.8, fill=PAPER, stroke=ink, stroke_width=1.1)
    hair = f"M{x + 4.4} {y + 3.6}c1.5 1.2 5.5 1.2 7.2 0a3.8 3.8 0 0 0-7.2 0z"
    canvas.add("path", d=hair, fill=ink)


def script(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """A curled sheet with lines."""
    path = f"M{x + 5} {y + 1}h10c-3 3-4 5-1.5 7s0 5-2.5 7h-10c3-2.5 4-4.5 1.5-7s-1-4.5 2.5-7z"
    canvas.add("path", d=path, fill=PAPER, stroke=ink, stroke_width=1.1)
    for down, across in ((3.6, 4.6), (6.4, 4.4), (9.4, 5.2), (12.2, 4.4)):
        start = x + across
        canvas.line([(start, y + down), (start + 5.6, y + down)], stroke=ink, stroke_width=1)


def business_rule(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """A table with a head."""
    canvas.add("rect", x=x, y=y + 2, width=16, height=12, fill=PAPER, stroke=ink, stroke_width=1.1)
    canvas.add("rect", x=x, y=y + 2, width=16, height=3.6, fill="#b9bbc2", stroke=ink)
    canvas.line([(x, y + 9.8), (x + 16, y + 9.8)], stroke=ink, stroke_width=1)
    canvas.line([(x + 5, y + 5.6), (x + 5, y + 14)], stroke=ink, stroke_width=1)


def service(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """A gear."""
    teeth = []
    for tooth in range(8):
        angle = tooth * math.pi / 4
        for turn, radius in ((-0.28, 5.6), (-0.2, 7.8), (0.2, 7.8), (0.28, 5.6)):
            teeth.append(_round(angle + turn, radius, x + 8, y + 8))
    canvas.polygon(teeth, fill=PAPER, stroke=ink, stroke_width=1.1)
    canvas.add("circle", cx=x + 8, cy=y + 8, r=2.6, fill=PAPER, stroke=ink, stroke_width=1.1)


def envelope(canvas: Canvas, x: float, y: float, ink: str, *, filled: bool = False) -> None:
    """A letter: light when awaited, dark when sent."""
    area, fold = (ink, PAPER) if filled else (PAPER, ink)
    canvas.add("rect", x=x, y=y + 3, width=16, height=10.5, fill=area, stroke=ink, stroke_width=1.1)
    canvas.line([(x, y + 3), (x + 8, y + 9), (x + 16, y + 3)], stroke=fold, stroke_width=1.1)


def sent(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """A letter that is sent."""
    envelope(canvas, x, y, ink, filled=True)


def manual(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """A hand."""
    path = (
        f"M{x + 1} {y + 7}l4.5-4h3l-2 3h8.5v1.8h-6.5v.6h7v1.8h-7v.6h6v1.8h-6v.6h4.5v1.8h-9"
        "c-1.8 0-3-1.2-3-2.7z"
    )
    canvas.add("path", d=path, fill=PAPER, stroke=ink, stroke_width=0.9)


def clock(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """A clock around a centre."""
    canvas.add("circle", cx=x, cy=y, r=9.5, fill=PAPER, stroke=ink, stroke_width=1.4)
    for hour in range(12):
        angle = hour * math.pi / 6
        ends = [_round(angle, 7.6, x, y), _round(angle, 9.2, x, y)]
        canvas.line(ends, stroke=ink, stroke_width=1)
    canvas.line([(x + 2.2, y - 6.6), (x, y), (x + 4.6, y + 0.8)], stroke=ink, stroke_width=1.4)


def message(canvas: Canvas, x: float, y: float, ink: str, *, thrown: bool) -> None:
    """A letter around a centre."""
    envelope(canvas, x - 8, y - 8.2, ink, filled=thrown)


def error(canvas: Canvas, x: float, y: float, ink: str, *, thrown: bool) -> None:
    """A flash around a centre."""
    flash = [(-7.5, 7.5), (-3.2, -5.6), (1.8, 1.6), (6.8, -7.8), (3.2, 6.4), (-2.2, -0.6)]
    area = ink if thrown else PAPER
    canvas.polygon([(x + a, y + b) for a, b in flash], fill=area, stroke=ink, stroke_width=1.2)


def signal(canvas: Canvas, x: float, y: float, ink: str, *, thrown: bool) -> None:
    """A triangle around a centre."""
    area = ink if thrown else PAPER
    points = [(x, y - 8.0), (x + 8, y + 6), (x - 8, y + 6)]
    canvas.polygon(points, fill=area, stroke=ink, stroke_width=1.2)


def terminate(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """A full disc around a centre."""
    canvas.add("circle", cx=x, cy=y, r=9.5, fill=ink)


def gateway(canvas: Canvas, kind: str, x: float, y: float, ink: str) -> None:
    """The sign inside a gateway around its centre."""
    strokes: dict[str, list[tuple[float, float]]] = {
        "exclusiveGateway": [(-6.5, -8), (6.5, 8), (-6.5, 8), (6.5, -8)],
        "parallelGateway": [(-11, 0), (11, 0), (0, -11), (0, 11)],
        "complexGateway": [(-10, 0), (10, 0), (0, -10), (0, 10)],
    }
    ends = strokes.get(kind, [])
    for start, end in zip(ends[::2], ends[1::2], strict=True):
        line = [(x + start[0], y + start[1]), (x + end[0], y + end[1])]
        canvas.line(line, stroke=ink, stroke_width=3.6)
    if kind == "inclusiveGateway":
        canvas.add("circle", cx=x, cy=y, r=11, fill="none", stroke=ink, stroke_width=2.8)
    if kind == "eventBasedGateway":
        for radius in (13.0, 10.6):
            canvas.add("circle", cx=x, cy=y, r=radius, fill="none", stroke=ink, stroke_width=1)
        corners = [_round(-math.pi / 2 + i * 2 * math.pi / 5, 6.8, x, y) for i in range(5)]
        canvas.polygon(corners, fill="none", stroke=ink, stroke_width=1.1)


def loop_mark(canvas: Canvas, x: float, y: float, ink: str, *, sequential: bool) -> None:
    """Three bars: upright for all at once, lying for one after the other."""
    for step in (-4.0, 0.0, 4.0):
        bar = [(x - 5.5, y + step), (x + 5.5, y + step)]
        if not sequential:
            bar = [(x + step, y - 5.5), (x + step, y + 5.5)]
        canvas.line(bar, stroke=ink, stroke_width=2)


def collapsed_mark(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """A plus in a box: there is more inside."""
    canvas.add("rect", x=x - 7, y=y - 7, width=14, height=14, fill=PAPER, stroke=ink)
    canvas.line([(x - 4, y), (x + 4, y)], stroke=ink, stroke_width=1.4)
    canvas.line([(x, y - 4), (x, y + 4)], stroke=ink, stroke_width=1.4)


TASKS = {
    "userTask": user,
    "scriptTask": script,
    "businessRuleTask": business_rule,
    "serviceTask": service,
    "sendTask": sent,
    "receiveTask": envelope,
    "manualTask": manual,
}
