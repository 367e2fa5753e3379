"""Days as people type them into a form: `31/12/2026`, `31 Desember 2026`, `31-Des-2026`.

A day stands before its month, as letters in Indonesia write it, unless the year comes first; a
year has four digits, so that nothing is guessed. Names of months may be Indonesian or English,
whole or from three letters on.
"""

from __future__ import annotations

import re
from datetime import date

from processes.sentences.dates import MONTHS

#: longest text that is looked at
_LONGEST = 40
_BETWEEN = r"\s*[-/.\s]\s*"
_DAY_FIRST = re.compile(
    rf"(?P<day>[0-9]{{1,2}}){_BETWEEN}(?P<month>[0-9]{{1,2}}){_BETWEEN}(?P<year>[0-9]{{4}})"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>[0-9]{{4}}){_BETWEEN}(?P<month>[0-9]{{1,2}}){_BETWEEN}(?P<day>[0-9]{{1,2}})"
)
_BY_NAME = re.compile(
    r"(?P<day>[0-9]{1,2})[-/.,\s]*(?P<month>[a-z]{3,9})[-/.,\s]*(?P<year>[0-9]{4})", re.I
)
#: ways of writing a month beside its names, and the number of each
_OTHERWISE = {"pebruari": 2, "agt": 8, "ags": 8, "nopember": 11}
_NAMED = _OTHERWISE | {
    name.lower(): number for names in MONTHS.values() for number, name in enumerate(names, start=1)
}


def typed_day(typed: str) -> tuple[int, int, int] | None:
    """Year, month and day of a date, which may be none of the calendar; None when it is written in
    no way that can be read without guessing."""
    if len(typed) > _LONGEST:
        return None
    text = typed.strip()
    found = _DAY_FIRST.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    if found is not None:
        return int(found["year"]), int(found["month"]), int(found["day"])
    found = _BY_NAME.fullmatch(text)
    month = _month(found["month"].lower()) if found else None
    return (int(found["year"]), month, int(found["day"])) if found and month else None


def day_of(parts: tuple[int, int, int]) -> date | None:
    """The day of a year, month and day; None when the calendar has none such."""
    try:
        return date(*parts)
    except ValueError:
        return None


def _month(word: str) -> int | None:
    """The number of a month that is written out, or of which the first letters are."""
    return next((number for name, number in _NAMED.items() if name.startswith(word)), None)
