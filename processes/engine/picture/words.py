"""How wide words are and how they break into lines, without asking a font.

Widths are those of Helvetica (Arial and Liberation Sans are the same), in thousandths of the font
size. A machine that draws with another font gets the same lines; `textLength` keeps them inside.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

#: font families, the first that a machine has
FAMILY = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
#: height of a line, in font sizes
LEADING = 1.2

#: letters of a text that are looked at; no box of a drawing holds more
MOST_LETTERS = 2000

_BY_WIDTH = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[]\\ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckszvxy",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}
_WIDTHS = {letter: width for width, letters in _BY_WIDTH.items() for letter in letters}


@dataclass(frozen=True, kw_only=True)
class Block:
    """Lines of text at one font size."""

    lines: tuple[str, ...]
    size: float

    @property
    def height(self) -> float:
        """Height of all lines."""
        return len(self.lines) * self.size * LEADING


def width_of(text: str, size: float) -> float:
    """Width of a text on one line."""
    return sum(map(_letter, text)) * size / 1000


def _letter(letter: str) -> int:
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    if unicodedata.combining(letter):
        return 0
    return 1000 if unicodedata.east_asian_width(letter) in "WF" else 720


def fit(text: str, width: float, height: float, sizes: tuple[float, ...]) -> Block:
    """The text in a box, at the first of `sizes` at which it fits.

    At the last size, words that are too long are broken and lines that are too many end in "…".
    """
    words = text[:MOST_LETTERS].split()
    for size in sizes:
        lines = _lines(words, width, size)
        if lines is not None and len(lines) * size * LEADING <= height:
            return Block(lines=tuple(lines), size=size)
    size = sizes[-1]
    pieces = [piece for word in words for piece in _broken(word, width, size)]
    lines = _lines(pieces, width, size) or []
    most = max(1, int(height / (size * LEADING)))
    if len(lines) > most:
        lines = [*lines[: most - 1], _shortened(lines[most - 1] + " …", width, size)]
    return Block(lines=tuple(lines), size=size)


def _lines(words: list[str], width: float, size: float) -> list[str] | None:
    """Words filled into lines; None when one word alone is too wide."""
    lines: list[str] = []
    for word in words:
        if width_of(word, size) > width:
            return None
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _broken(word: str, width: float, size: float) -> list[str]:
    """A word in pieces that fit, each but the last with a hyphen."""
    pieces, rest = [], word
    while rest and width_of(rest, size) > width:
        cut = 1
        while cut < len(rest) and width_of(rest[: cut + 1] + "-", size) <= width:
            cut += 1
        if cut >= len(rest):
            break
        pieces.append(rest[:cut] + "-")
        rest = rest[cut:]
    return [*pieces, rest] if rest else pieces


def _shortened(line: str, width: float, size: float) -> str:
    while len(line) > 1 and width_of(line, size) > width:
        line = line[:-3].rstrip(" -") + " …" if len(line) > 4 else "…"
    return line
