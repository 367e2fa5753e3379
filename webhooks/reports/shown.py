"""Numbers of a report as people read them, in the reader's language."""

from __future__ import annotations

from datetime import date

from processes.sentences.dates import MONTHS
from webhooks.language import language

NONE = "-"


def number(value: float | None) -> str:
    """For example "4" or "4,5"; a dash for nothing."""
    if value is None:
        return NONE
    shown = f"{value:.1f}".removesuffix(".0")
    return shown.replace(".", ",") if language() == "id" else shown


def share(value: float | None) -> str:
    """For example "83 %"; a dash for nothing."""
    return NONE if value is None else f"{value * 100:.0f} %"


def month(value: date) -> str:
    """For example "Juli 2026"."""
    return f"{MONTHS[language()][value.month - 1]} {value.year}"


def short_month(value: date) -> str:
    """For example "Jul 26"."""
    return f"{MONTHS[language()][value.month - 1][:3]} {value.year % 100:02}"
