"""How a region numbers its letters: its own pattern, with month and year put in by themselves."""

from __future__ import annotations

import re
from datetime import date

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
#: what a pattern may leave to the day on which it is shown
PLACES = ("{bulan_romawi}", "{bulan}", "{tahun}")
_ANY_PLACE = re.compile(r"\{[^{}]*\}|[{}]")


def fill(pattern: str, today: date) -> str:
    """The pattern as it reads on a day: `119/…-Kesber/{bulan_romawi}/{tahun}` in July 2026 is
    `119/…-Kesber/VII/2026`."""
    values = (ROMAN[today.month - 1], f"{today.month:02}", str(today.year))
    for place, value in zip(PLACES, values, strict=True):
        pattern = pattern.replace(place, value)
    return pattern


def unknown_place(pattern: str) -> str | None:
    """The first place in braces that no day can fill; None when there is none."""
    return next((p for p in _ANY_PLACE.findall(pattern) if p not in PLACES), None)
