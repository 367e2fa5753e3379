"""What a deadline is by its record: the owner's words, then every extension and pause in turn.

Each row says from which day it counts and how; so the same rows give the deadline by any calendar.
A receipt date that is entered or corrected later takes the place of the day from which the words
counted before; what was granted until then is kept, by the rules of `engine.granted`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from processes.engine.calendar import NO_DOUBTS, Doubts, WorkingCalendar
from processes.engine.durations import DurationError, Span, parse_span
from processes.engine.granted import Clock, Extension, Grant, Pause
from processes.store.tables import Deadline, Task

#: why a deadline was written; `OPENED`, `RECEIVED` and `MIGRATED` count by the owner's words
OPENED = "opened"
RECEIVED = "received"
EXTENDED = "extended"
RESUMED = "resumed"
CALENDAR = "calendar"
#: the case got another version of its procedure, whose words count
MIGRATED = "migrated"
_BY_WORDS = (OPENED, RECEIVED, MIGRATED)
#: rows of one and the same moment, in the order in which they can have come about
_ORDER = {
    reason: place
    for place, reason in enumerate((OPENED, RECEIVED, MIGRATED, EXTENDED, RESUMED, CALENDAR))
}
#: how owners say in an expression that working days count
_WORKING = ("kerja", "working_days")

#: the deadline by words that are no plain length of time, as they are read at a moment
ByWords = Callable[[str, datetime], datetime | None]


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


def clock_of(
    rows: Iterable[Deadline], region: str, calendar: WorkingCalendar, by_words: ByWords
) -> Clock:
    """The clock that the record of a task gives by this calendar."""
    known = in_order(rows)
    first = base_of(known)
    return Clock(
        calendar=calendar,
        region=region,
        starts_on=first.starts_on if first else None,
        base=_by_words(first, region, calendar, by_words) if first else None,
        grants=tuple(_grant(row) for row in _granted(known)),
    )


def count(
    rows: Iterable[Deadline], region: str, calendar: WorkingCalendar, by_words: ByWords
) -> Counted | None:
    """The deadline that the record of a task gives by this calendar; None without a record."""
    known = in_order(rows)
    clock, first = clock_of(known, region, calendar, by_words), base_of(known)
    due, since = clock.base, _counts_since(first) if first else None
    for row, grant in zip(_granted(known), clock.grants, strict=True):
        before, due = due, clock.deadline_after(grant, due)
        since = _counts_since(row) if due != before else since
    if due is None:
        return None
    return Counted(at=due, doubts=_doubts(since, due, region, calendar))


def doubt(task: Task, row: Deadline, calendar: WorkingCalendar) -> None:
    """Note at a task what may still move the deadline of its newest row."""
    mark(task, _doubts(_counts_since(row), row.due_at, task.region_code, calendar))


def mark(task: Task, doubts: Doubts) -> None:
    """Keep these doubts with the task."""
    task.due_is_estimated, task.due_unknown_year = doubts.estimated, doubts.unknown_year


def base_of(known: Sequence[Deadline]) -> Deadline | None:
    """The row by whose day the owner's words count: the newest receipt, or the newest version that
    counts by words of its own, else the opening."""
    return next((row for row in reversed(known) if row.reason in _BY_WORDS), None)


def _granted(known: Sequence[Deadline]) -> list[Deadline]:
    return [row for row in known if row.reason not in (*_BY_WORDS, CALENDAR)]


def _grant(row: Deadline) -> Grant:
    if row.paused_on is not None:
        return Pause(stopped=row.paused_on, started=row.starts_on)
    return Extension(granted_on=row.starts_on, working_days=row.working_days, until=row.due_at)


def _by_words(
    row: Deadline, region: str, calendar: WorkingCalendar, by_words: ByWords
) -> datetime | None:
    span = _span(row.rule)
    if span is not None:
        return calendar.due(span, row.starts_on, region)
    if row.reason == MIGRATED:
        # it was set another day than that from which it counts
        noon = datetime.combine(row.starts_on, time(12), calendar.zone(region))
        return by_words(row.rule, noon)
    return by_words(row.rule, row.set_at)


def _span(rule: str) -> Span | None:
    try:
        return parse_span(rule)
    except DurationError:
        return None


def _doubts(since: date | None, due: datetime, region: str, calendar: WorkingCalendar) -> Doubts:
    if since is None:
        return NO_DOUBTS
    return calendar.doubts(since, calendar.today(due, region))


def _counts_since(row: Deadline) -> date | None:
    """From which day on the deadline of a row counts working days; None when it counts none."""
    if row.reason in _BY_WORDS:
        span = _span(row.rule)
        if span is not None:
            counts = span.unit == "hari_kerja"
        else:
            counts = any(word in row.rule for word in _WORKING)
    else:
        counts = row.working_days is not None or row.paused_on is not None
    return row.starts_on if counts else None
