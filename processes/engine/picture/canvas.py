"""SVG as text, with everything that comes from a file escaped."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from processes.engine.picture.words import FAMILY, LEADING, Block, width_of

INK = "#22242a"
PAPER = "#ffffff"

# What XML 1.0 has no place for, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

HALO = f' paint-order="stroke" stroke="{PAPER}" stroke-width="3" stroke-linejoin="round"'

Point = tuple[float, float]


def clean(text: str) -> str:
    """The text on one line, without what XML cannot hold."""
    return " ".join(_FORBIDDEN.sub("", text).split())


def number(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.1f}".removesuffix(".0")


class Canvas:
    """Collects the elements of one picture in the order in which they are painted."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def open_group(self, own_id: str, classes: str, title: str) -> None:
        """Start the group of one shape; pages find it by `data-element`."""
        attributes = f"data-element={quoteattr(clean(own_id))} class={quoteattr(classes)}"
        self.parts.append(f"<g {attributes}><title>{escape(clean(title))}</title>")

    def close_group(self) -> None:
        """End the group."""
        self.parts.append("</g>")

    def open_link(self, address: str, label: str) -> None:
        """Start a link around what follows."""
        self.parts.append(f"<a href={quoteattr(address)} aria-label={quoteattr(clean(label))}>")

    def close_link(self) -> None:
        """End the link."""
        self.parts.append("</a>")

    def add(self, tag: str, /, **attributes: str | float) -> None:
        """One element; `stroke_width=2` is written as `stroke-width="2"`."""
        written = "".join(
            f" {name.rstrip('_').replace('_', '-')}={quoteattr(_value(value))}"
            for name, value in attributes.items()
        )
        self.parts.append(f"<{tag}{written}/>")

    def line(self, points: list[Point], /, **attributes: str | float) -> None:
        """An open line through points."""
        self.add("polyline", points=_points(points), fill="none", **attributes)

    def polygon(self, points: list[Point], /, **attributes: str | float) -> None:
        """A closed shape."""
        self.add("polygon", points=_points(points), **attributes)

    def text(
        self,
        block: Block,
        x: float,
        top: float,
        *,
        width: float,
        fill: str = INK,
        halo: bool = False,
    ) -> None:
        """Lines centred at `x`, the first one's upper edge at `top`, in a box of `width`.

        `halo`: with a thin rim of paper, to be read where lines cross it.
        """
        rim = HALO if halo else ""
        for index, line in enumerate(block.lines):
            y = top + block.size * (LEADING * index + 0.95)
            self._line_of_text(line, x, y, block.size, width, fill, rim)

    def upright_text(self, block: Block, left: float, y: float, *, width: float) -> None:
        """Lines read upwards and centred at `y`, the first one's upper edge at `left`."""
        for index, line in enumerate(block.lines):
            x = left + block.size * (LEADING * index + 0.95)
            turn = f' transform="rotate(-90 {number(x)} {number(y)})"'
            self._line_of_text(line, x, y, block.size, width, INK, turn)

    def _line_of_text(
        self, line: str, x: float, y: float, size: float, width: float, fill: str, extra: str
    ) -> None:
        natural = width_of(line, size)
        # Another font may be wider; a line that nearly fills its box is held to its length.
        held = (
            f' textLength="{number(natural)}" lengthAdjust="spacingAndGlyphs"'
            if natural > width * 0.75
            else ""
        )
        self.parts.append(
            f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" '
            f'font-family={quoteattr(FAMILY)} text-anchor="middle" fill={quoteattr(fill)}'
            f"{held}{extra}>{escape(clean(line))}</text>"
        )

    def written(self) -> str:
        """Everything so far."""
        return "".join(self.parts)


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)


def _points(points: list[Point]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)
