"""The square at the end of a letter: where to check it, and what is said of it there.

The page behind the square shows nothing that does not stand beside it in print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import segno

#: a name that no fact of a letter has
NAME = "keaslian"
#: set behind an owner's template, so that no template can leave the square out
SNIPPET = b"""
#{
  let keaslian = json(bytes(sys.inputs.data)).at("keaslian", default: none)
  if keaslian != none {
    block(breakable: false, above: 1.5em, grid(
      columns: (2.2cm, 1fr), column-gutter: 8pt, align: horizon,
      image(bytes(keaslian.qr), format: "svg", width: 2.2cm),
      par(justify: false, text(size: 8pt, fill: black, keaslian.baris.join(linebreak()))),
    ))
  }
}
"""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A square and what stands beside it."""

    #: address of the page on which the paper is checked
    url: str
    #: what the paper is, in short lines
    lines: tuple[str, ...]

    def as_svg(self) -> str:
        """The square as a picture for pages and PDFs."""
        picture = BytesIO()
        # without a size of its own it fills the room that page and letter give it
        self._square().save(picture, kind="svg", border=2, xmldecl=False, omitsize=True)
        return picture.getvalue().decode()

    def as_png(self) -> bytes:
        """The square as a picture for Word."""
        picture = BytesIO()
        self._square().save(picture, kind="png", border=2, scale=6)
        return picture.getvalue()

    def as_fact(self) -> Mapping[str, object]:
        """What `SNIPPET` sets."""
        return {"qr": self.as_svg(), "baris": [*self.lines, self.url]}

    def _square(self) -> segno.QRCode:
        return segno.make(self.url, error="m", micro=False)
