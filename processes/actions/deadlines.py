"""What a deadline is by its record: the owner's words, then every extension and pause in turn.

Each row says from which day it counts and how; so the same rows give the deadline by any calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from processes.engine.calendar import END_OF_DAY, NO_DOUBTS, Doubts, WorkingCalendar
from processes.engine.durations import DurationError, Span, parse_span
from processes.store.tables import Deadline, Task

#: why a deadline was written; `OPENED` and `RECEIVED` count by the owner's words
OPENED = "opened"
RECEIVED = "received"
EXTENDED = "extended"
RESUMED = "resumed"
CALENDAR = "calendar"
#: rows of one and the same moment, in the order in which they can have come about
_ORDER = {
    reason: place for place, reason in enumerate((OPENED, RECEIVED, EXTENDED, RESUMED, CALENDAR))
}
#: how owners say in an expression that working days count
_WORKING = ("kerja", "working_days")

#: the deadline by words that are no plain length of time, as they were read at a moment
ByWords = Callable[[datetime], datetime | None]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A deadline by some calendar."""

    at: datetime
    #: what may still move it
    doubts: Doubts


def in_order(rows: Iterable[Deadline]) -> list[Deadline]:
    """The deadlines of one task, the oldest first."""
    return sorted(rows, key=lambda row: (row.set_at, _ORDER.get(row.reason, len(_ORDER))))


def set_at(rows: Iterable[Deadline]) -> datetime | None:
    """When the deadline of a task was last set, rather than counted on after a pause or by another
    calendar; None without a record."""
    own = [row.set_at for row in rows if row.reason not in (RESUMED, CALENDAR)]
    return max(own, default=None)


def count(
    rows: Iterable[Deadline], region: str, calendar: WorkingCalendar, by_words: ByWords
) -> Counted | None:
    """The deadline that the record of a task gives by this calendar; None without a record.

    What was set to a day, by an administrator or for a reason not known here, stays on it.
    """
    due: datetime | None = None
    last: Deadline | None = None
    for row in in_order(rows):
        if row.reason == CALENDAR:
            continue
        due, last = _next(row, due, region, calendar, by_words), row
    if due is None or last is None:
        return None
    return Counted(at=due, doubts=_doubts(last, due, region, calendar))


def doubt(task: Task, row: Deadline, calendar: WorkingCalendar) -> None:
    """Note at a task what may still move the deadline of its newest row."""
    mark(task, _doubts(row, row.due_at, task.region_code, calendar))


def mark(task: Task, doubts: Doubts) -> None:
    """Keep these doubts with the task."""
    task.due_is_estimated, task.due_unknown_year = doubts.estimated, doubts.unknown_year


def _next(
    row: Deadline,
    before: datetime | None,
    region: str,
    calendar: WorkingCalendar,
    by_words: ByWords,
) -> datetime | None:
    """The deadline after this row, when it was `before` until then."""
    if row.reason in (OPENED, RECEIVED):
        span = _span(row.rule)
        return calendar.due(span, row.starts_on, region) if span else by_words(row.set_at)
    there = calendar.today(before, region) if before else row.starts_on
    if row.working_days is not None:
        start = max(row.starts_on, there)
        return calendar.after_working_days(start, row.working_days, region)
    if row.paused_on is not None and before is not None:
        left = calendar.working_days_between(row.paused_on, there, region)
        day = calendar.add_working_days(row.starts_on, left, region)
        return datetime.combine(day, END_OF_DAY, calendar.zone(region))
    return row.due_at


def _span(rule: str) -> Span | None:
    try:
        return parse_span(rule)
    except DurationError:
        return None


def _doubts(row: Deadline, due: datetime, region: str, calendar: WorkingCalendar) -> Doubts:
    if not _counts_working_days(row):
        return NO_DOUBTS
    first: date = row.starts_on
    return calendar.doubts(first, calendar.today(due, region))


def _counts_working_days(row: Deadline) -> bool:
    if row.reason in (OPENED, RECEIVED):
        span = _span(row.rule)
        if span is not None:
            return span.unit == "hari_kerja"
        return any(word in row.rule for word in _WORKING)
    return row.working_days is not None or row.paused_on is not None
