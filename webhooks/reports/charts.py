"""Bars and lines as SVG: own drawing, no script, no style sheet, readable in black and white.

Every chart has a title and a description for those who do not see it, prints each number beside
its shape, and stands next to a table with the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

INK, QUIET, LINE, FILL = "#17242f", "#4a5866", "#c9d2da", "#0b4a7a"
FONT = 'font-family="system-ui, Noto Sans, Libertinus Serif, sans-serif"'
#: width of a bar chart in its own units: that of a small phone, so that its words stay readable
WIDE = 340
ROW = 40
#: of a line chart
LONG, HIGH = 720, 240


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar."""

    label: str
    value: float
    #: how the value is written beside it
    shown: str
    #: where a mark stands for what was allowed; None without one
    target: float | None = None


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of a line; without a value the line is broken there."""

    label: str
    value: float | None
    shown: str


def bars(identity: str, title: str, description: str, rows: Sequence[Bar]) -> str:
    """A bar for each row, its words above it, and a dashed mark at its target."""
    most = max([1.0, *(max(row.value, row.target or 0) for row in rows)])
    reach = WIDE - 62
    parts = []
    for number, row in enumerate(rows):
        top = number * ROW
        length = max(row.value / most * reach, 1)
        parts.append(_text(0, top + 13, row.label[:56], size=12))
        parts.append(_shape("rect", x=0, y=top + 18, width=length, height=14, fill=FILL))
        if row.target is not None:
            at = row.target / most * reach
            parts.append(_line(at, top + 15, at, top + 35, INK, 2, dash="3 2"))
        parts.append(_text(reach + 8, top + 30, row.shown, size=12, weight="bold"))
    return _svg(identity, title, description, WIDE, max(len(rows), 1) * ROW, "".join(parts))


def lines(
    identity: str, title: str, description: str, points: Sequence[Point], *, most: float = 0
) -> str:
    """One line over the points from 0 up to `most`, or up to the highest of them."""
    most = most or max([1.0, *(point.value for point in points if point.value is not None)])
    left, right, top, bottom = 40, LONG - 16, 24, HIGH - 44
    step = (right - left) / max(len(points) - 1, 1)
    parts = [_line(left, bottom, right, bottom, QUIET, 1), _line(left, top, right, top, LINE, 1)]
    before: tuple[float, float] | None = None
    for number, point in enumerate(points):
        x = left + number * step
        anchor = "end" if number == len(points) - 1 and number else "middle"
        if len(points) <= 12 or number % 2 == len(points) % 2 - 1 or number == len(points) - 1:
            parts.append(_text(x, bottom + 18, point.label, size=11, anchor=anchor))
        if point.value is None:
            before = None
            continue
        y = bottom - point.value / most * (bottom - top)
        if before is not None:
            parts.append(_line(*before, x, y, FILL, 2.5))
        parts.append(_shape("circle", cx=x, cy=y, r=4, fill=FILL, stroke="#fff"))
        parts.append(_text(x, y - 9, point.shown, size=11, anchor=anchor, weight="bold"))
        before = x, y
    return _svg(identity, title, description, LONG, HIGH, "".join(parts))


def _svg(identity: str, title: str, description: str, width: int, height: int, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{identity}-t {identity}-d" {FONT}>'
        f'<title id="{identity}-t">{escape(title)}</title>'
        f'<desc id="{identity}-d">{escape(description)}</desc>{inside}</svg>'
    )


def _text(
    x: float, y: float, words: str, *, size: int, anchor: str = "start", weight: str = "normal"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{INK}" '
        f'text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, stroke: str, width: float, dash: str = ""
) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{stroke}" stroke-width="{width}"{dashed}/>'
    )


def _shape(name: str, **values: float | str) -> str:
    given = (
        f'{key}="{value:.1f}"' if isinstance(value, float) else f'{key}="{value}"'
        for key, value in values.items()
    )
    return f"<{name} {' '.join(given)}/>"
