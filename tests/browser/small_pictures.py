"""Makes the pictures of the owner's page from screenshots: cut to what matters, with few colours.

`python -m tests.browser.small_pictures FROM TO`; `make pictures` takes the screenshots too.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

#: left, top, right, bottom on a screenshot of 1366 by 768 pixels
WORKPLACE = (256, 74, 1366, 768)
CUTS = {
    "paraf": WORKPLACE,
    "dprd": (256, 74, 1366, 640),
    "isian": (600, 74, 1366, 768),
    "peran": (0, 74, 1366, 768),
    "pengingat": (600, 74, 1366, 768),
    "eskalasi": (600, 74, 1366, 768),
    "cabang": WORKPLACE,
    "keputusan": (0, 74, 1366, 560),
    "surel": (0, 74, 1366, 600),
    "tahap_dihapus": (256, 74, 1366, 768),
}
COLOURS = 24


def make(source: Path, target: Path) -> None:
    """Write one small picture for each screenshot of `CUTS`; all of them must be there."""
    target.mkdir(exist_ok=True)
    for name, box in CUTS.items():
        with Image.open(source / f"{name}.png") as whole:
            cut = whole.convert("RGB").crop(box)
        few = cut.quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(target / f"{name}.png", optimize=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
