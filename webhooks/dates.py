"""Days and moments on pages: written as letters write them."""

from __future__ import annotations

from datetime import date

from processes.sentences.dates import MONTHS
from processes.sentences.dates import day as day
from processes.sentences.dates import moment as moment


def short(value: date, language: str = "id") -> str:
    """A day without its name, for example `2 Juni 2026`."""
    return f"{value.day} {MONTHS[language][value.month - 1]} {value.year}"
