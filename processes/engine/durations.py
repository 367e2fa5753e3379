"""Lengths of time as owners write them: `5 hari kerja`, `30 hari`, `P10D`, `P6M`, `PT24H`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from processes.errors import KsddError

Unit = Literal["hari_kerja", "hari", "bulan", "jam"]

#: most digits of one number; five reach past every deadline that can be meant
_COUNT = r"([0-9]{1,5})"
_WORDS = re.compile(rf"{_COUNT}\s+(hari\s+kerja|hari\s+kalender|hari|minggu|bulan|tahun|jam)", re.I)
_ISO = re.compile(
    rf"P(?:{_COUNT}Y)?(?:{_COUNT}M)?(?:{_COUNT}W)?(?:{_COUNT}D)?"
    rf"(T(?:{_COUNT}H)?(?:{_COUNT}M)?(?:{_COUNT}S)?)?",
    re.I,
)
_UNITS: dict[str, tuple[int, Unit]] = {
    "hari kerja": (1, "hari_kerja"),
    "hari kalender": (1, "hari"),
    "hari": (1, "hari"),
    "minggu": (7, "hari"),
    "bulan": (1, "bulan"),
    "tahun": (12, "bulan"),
    "jam": (1, "jam"),
}


class DurationError(KsddError):
    """A length of time, a reminder or an escalation cannot be read."""

    status = 422
    default_key = "durations.unreadable"


@dataclass(frozen=True, kw_only=True)
class Span:
    """A length of time in one unit; a month is a calendar month, not thirty days."""

    #: whole and never negative; only hours may be a fraction (`PT30M` is half an hour)
    count: int | float
    #: working days, calendar days, months or hours
    unit: Unit


def parse_span(text: str) -> Span:
    """The span that `text` means, in the owner's words or in ISO 8601.

    Years are months and weeks are days, but one text keeps to months, to days, or to time: `P1M10D`
    is refused, because its length depends on which part is added first. Raises DurationError.
    """
    bare = text.strip()
    if len(bare) > 60:
        raise DurationError(text=_shown(bare))
    if bare.startswith("-"):
        raise DurationError("durations.negative", text=_shown(bare))
    words = _WORDS.fullmatch(bare)
    if words:
        factor, unit = _UNITS[" ".join(words[2].lower().split())]
        return Span(count=int(words[1]) * factor, unit=unit)
    found = _ISO.fullmatch(bare)
    if found is None or bare[-1:] in "PpTt":
        raise DurationError(text=_shown(bare))
    return _iso_span(found, bare)


def _iso_span(found: re.Match[str], text: str) -> Span:
    years, months, weeks, days, time, hours, minutes, seconds = found.groups()
    if ((years or months) and (weeks or days or time)) or (weeks and time):
        raise DurationError("durations.mixed", text=_shown(text))
    if years or months:
        return Span(count=_int(years) * 12 + _int(months), unit="bulan")
    if not time:
        return Span(count=_int(weeks) * 7 + _int(days), unit="hari")
    length = ((_int(days) * 24 + _int(hours)) * 60 + _int(minutes)) * 60 + _int(seconds)
    whole, rest = divmod(length, 3600)
    return Span(count=length / 3600 if rest else whole, unit="jam")


def _int(digits: str | None) -> int:
    return int(digits or 0)


def _shown(text: str) -> str:
    """An owner's text, short enough to be quoted in a sentence."""
    return text if len(text) <= 40 else f"{text[:40]}…"
