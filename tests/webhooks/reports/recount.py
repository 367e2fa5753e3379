"""The figures of a report, found again from the exported log alone, day by day and slowly."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from xml.etree import ElementTree

from processes.engine.calendar import WorkingCalendar

SPACE = "{http://www.xes-standard.org/}"


@dataclass(kw_only=True)
class Work:
    """One task as the log tells it."""

    case: str
    element: str
    stage: int
    region: str
    role: str
    opened: datetime
    closed: datetime | None = None
    is_done: bool = False
    due: datetime | None = None
    received: date | None = None
    paused: list[tuple[datetime, datetime]] = field(default_factory=list)
    stopped: datetime | None = None


def works(log: bytes) -> Iterator[Work]:
    """Every task in the log."""
    for trace in ElementTree.fromstring(log).iter(f"{SPACE}trace"):
        case = _told(trace)["concept:name"]
        open_: dict[str, Work] = {}
        for event in trace.iter(f"{SPACE}event"):
            told = _told(event)
            at = datetime.fromisoformat(told["time:timestamp"])
            what, task = told["lifecycle:transition"], told["concept:instance"]
            if what == "start":
                open_[task] = Work(
                    case=case,
                    element=told["ksdd:element"],
                    stage=int(told["ksdd:stage"]),
                    region=told["org:group"],
                    role=told["org:role"],
                    opened=at,
                )
                continue
            work = open_[task]
            if what == "suspend":
                work.stopped = at
            elif what == "resume":
                assert work.stopped is not None
                work.paused.append((work.stopped, at))
            else:
                work.closed, work.is_done = at, what == "complete"
                due, received = told.get("ksdd:due"), told.get("ksdd:received")
                work.due = datetime.fromisoformat(due) if due else None
                work.received = date.fromisoformat(received) if received else None
        yield from open_.values()


def _told(element: ElementTree.Element) -> dict[str, str]:
    return {each.get("key", ""): each.get("value", "") for each in element if each.get("key")}


@dataclass(frozen=True, kw_only=True)
class Recounted:
    """What stands in one line of a report."""

    count: int
    middle: float
    slowest_tenth: int
    in_time: int
    returns: int
    calendar_days: float


def recount(
    found: list[Work], calendar: WorkingCalendar, first: date, last: date
) -> dict[str, Recounted]:
    """By element, of the tasks finished between the two days."""
    by_element: dict[str, list[Work]] = defaultdict(list)
    returns: dict[str, int] = defaultdict(int)
    known: set[tuple[str, str, str]] = set()
    for work in sorted(found, key=lambda each: each.opened):
        key = (work.case, work.element, work.region)
        opened = _day(work.opened, work.region, calendar)
        returns[work.element] += key in known and first <= opened <= last
        known.add(key)
        closed = work.closed and _day(work.closed, work.region, calendar)
        if work.is_done and closed and first <= closed <= last:
            by_element[work.element].append(work)
    return {
        element: _recounted(some, returns[element], calendar)
        for element, some in by_element.items()
    }


def _recounted(some: list[Work], returns: int, calendar: WorkingCalendar) -> Recounted:
    lengths = sorted(_length(work, calendar) for work in some)
    elapsed = [(work.closed - work.opened).total_seconds() / 86_400 for work in some if work.closed]
    return Recounted(
        count=len(some),
        middle=statistics.median(lengths),
        slowest_tenth=lengths[ceil(len(lengths) * 9 / 10) - 1],
        in_time=sum(bool(work.closed and work.due and work.closed <= work.due) for work in some),
        returns=returns,
        calendar_days=statistics.median(elapsed),
    )


def _length(work: Work, calendar: WorkingCalendar) -> int:
    """Working days after the first day up to the last, without those of pauses, one by one."""
    assert work.closed is not None
    last = _day(work.closed, work.region, calendar)
    day = _day(work.opened, work.region, calendar)
    if work.received is not None:
        day = min(max(day, work.received), last)
    still: set[date] = set()
    for stopped, started in work.paused:
        at, until = (_day(moment, work.region, calendar) for moment in (stopped, started))
        while at < until:
            at += timedelta(days=1)
            still.add(at)
    total = 0
    while day < last:
        day += timedelta(days=1)
        total += day not in still and calendar.is_working_day(day, work.region)
    return total


def _day(moment: datetime, region: str, calendar: WorkingCalendar) -> date:
    return moment.astimezone(calendar.zone(region)).date()
