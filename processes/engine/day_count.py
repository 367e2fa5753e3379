"""Working days between many pairs of days, counted from one list per region.

What `WorkingCalendar.working_days_between` finds with two searches is one subtraction here: the
list holds, for every day, how many working days there were up to it. For reports over hundreds of
thousands of tasks.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from processes.engine.calendar import WorkingCalendar


@dataclass(frozen=True, kw_only=True)
class _Line:
    """How many working days lie before and on each day, from the ordinal `start` on."""

    start: int
    counted: array[int]


class DayCount:
    """Counts by one calendar, which never changes; make a new one when there is a newer calendar.

    Days are ordinals (`date.toordinal`). Not to be shared between threads.
    """

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        self._lines: dict[str, _Line] = {}
        self._nothing = _Line(start=0, counted=array("i"))

    def between(self, first: int, last: int, region: str) -> int:
        """Working days after `first` up to and with `last`; negative when `last` is earlier."""
        line = self._lines.get(region, self._nothing)
        low, high = (first, last) if first <= last else (last, first)
        if low < line.start or high >= line.start + len(line.counted):
            line = self._lines[region] = self._drawn(low, high, region, line)
        return line.counted[last - line.start] - line.counted[first - line.start]

    def _drawn(self, low: int, high: int, region: str, known: _Line) -> _Line:
        """A line that reaches over whole years as far as the known one and these days."""
        if known.counted:
            low = min(low, known.start)
            high = max(high, known.start + len(known.counted) - 1)
        years = range(date.fromordinal(low).year, date.fromordinal(high).year + 1)
        start = date(years[0], 1, 1).toordinal()
        works = bytearray(date(years[-1], 12, 31).toordinal() - start + 1)
        for year in years:
            for day in self._calendar.working_days(year, region):
                works[day - start] = 1
        return _Line(start=start, counted=array("i", accumulate(works)))
