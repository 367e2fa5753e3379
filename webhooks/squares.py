"""Square codes (QR) that go into a page as a picture."""

from __future__ import annotations

import segno
from markupsafe import Markup


def square(address: str) -> Markup:
    """The square of an address, as SVG."""
    return Markup(segno.make(address).svg_inline(scale=4, light="#fff"))
