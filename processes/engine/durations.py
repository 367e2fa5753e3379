"""Lengths of time as an owner writes them: `5 hari kerja`, `30 hari`, `6 bulan`, `P10D`, `PT24H`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from processes.errors import KsddError

Unit = Literal["hari_kerja", "hari", "bulan", "jam"]

#: no span may reach further than this many years
MOST_YEARS = 100
PER_YEAR: dict[Unit, int] = {"hari_kerja": 240, "hari": 365, "bulan": 12, "jam": 8760}
WORDS = re.compile(r"(\d{1,6})\s+(hari kerja|hari|bulan|jam)")
ISO = re.compile(r"P(?:(\d{1,6})([YMWD])|T(\d{1,6})H)")


class DurationError(KsddError):
    """A length of time cannot be read."""

    status = 422
    default_key = "durations.unreadable"


@dataclass(frozen=True, kw_only=True)
class Span:
    """A length of time: so many working days, calendar days, months or hours."""

    count: int
    unit: Unit


def parse_span(text: str) -> Span:
    """The span in the owner's words or in ISO 8601 with one unit; DurationError otherwise.

    Zero, negative lengths and more than a hundred years are refused.
    """
    bare = " ".join(text.split())
    words = WORDS.fullmatch(bare.lower())
    iso = ISO.fullmatch(bare.upper())
    if words:
        span = _span(int(words[1]), words[2].replace(" ", "_"))
    elif iso:
        span = _iso_span(iso)
    else:
        raise DurationError(value=bare[:40])
    if span.count == 0:
        raise DurationError("durations.zero", value=bare[:40])
    if span.count > MOST_YEARS * PER_YEAR[span.unit]:
        raise DurationError("durations.too_long", value=bare[:40], years=MOST_YEARS)
    return span


def _span(count: int, unit: str) -> Span:
    units: dict[str, Unit] = {
        "hari_kerja": "hari_kerja",
        "hari": "hari",
        "bulan": "bulan",
        "jam": "jam",
    }
    return Span(count=count, unit=units[unit])


def _iso_span(found: re.Match[str]) -> Span:
    if found[3] is not None:
        return Span(count=int(found[3]), unit="jam")
    count = int(found[1])
    match found[2]:
        case "Y":
            return Span(count=count * 12, unit="bulan")
        case "M":
            return Span(count=count, unit="bulan")
        case "W":
            return Span(count=count * 7, unit="hari")
        case _:
            return Span(count=count, unit="hari")
