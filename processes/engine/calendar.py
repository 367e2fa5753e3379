"""Working days of Indonesian governments: Monday to Friday without holidays and joint leave.

The national days come from the package `holidays` (`national_days.py`). Regional days and days of
a newer decree come from outside (`entered_days.py`) and go before them.
"""

from __future__ import annotations

import calendar as months
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import ceil
from zoneinfo import ZoneInfo

from processes.engine.durations import DurationError, Span
from processes.engine.entered_days import EnteredDays
from processes.engine.national_days import national_year

#: the hour of the last day at which a deadline ends, in the region's zone
END_OF_DAY = time(16)
#: zone of the whole country where no region is named
NATIONAL_ZONE = "Asia/Jakarta"
#: most working days that are counted at once; about a hundred and sixty years
MOST_WORKING_DAYS = 40_000


@dataclass(frozen=True, kw_only=True)
class Doubts:
    """Why a date counted in working days may still move."""

    #: a feast in between has no decreed date yet
    estimated: bool
    #: the first year in between whose joint leave is not known yet
    unknown_year: int | None


NO_DOUBTS = Doubts(estimated=False, unknown_year=None)


class WorkingCalendar:
    """Counts working days, each region with its own zone and the days entered for it.

    It never changes: when `entered` changes, make a new one. Region None is the whole country, in
    WIB. Safe to share between threads.
    """

    def __init__(
        self, zones: Callable[[str], ZoneInfo], entered: EnteredDays | None = None
    ) -> None:
        self._zones = zones
        self._entered = entered or EnteredDays()
        self._working_days = lru_cache(maxsize=4096)(self._read_year)

    def zone(self, region: str | None = None) -> ZoneInfo:
        """The region's zone."""
        return ZoneInfo(NATIONAL_ZONE) if region is None else self._zones(region)

    def today(self, now: datetime, region: str | None = None) -> date:
        """The day that it is in the region at the aware moment `now`."""
        if now.tzinfo is None:
            raise ValueError("an aware moment is required")
        return now.astimezone(self.zone(region)).date()

    def working_days(self, year: int, region: str | None = None) -> tuple[int, ...]:
        """The working days of one year as ordinals, ascending."""
        return self._working_days(year, region)

    def is_working_day(self, day: date, region: str | None = None) -> bool:
        """Whether the region's offices work on that day."""
        days = self._working_days(day.year, region)
        at = bisect_right(days, day.toordinal())
        return at > 0 and days[at - 1] == day.toordinal()

    def is_estimated(self, day: date) -> bool:
        """Whether the day is off by an estimate of the moon's calendar only."""
        return day in national_year(day.year).estimated and not self._entered.settles(day)

    def has_joint_leave(self, year: int) -> bool:
        """Whether the joint leave of that year is known; until then its deadlines may move."""
        return national_year(year).has_joint_leave or self._entered.has_joint_leave(year)

    def doubts(self, first: date, last: date) -> Doubts:
        """What may still move a date counted in working days from `first` to `last`.

        A feast that is expected the day after may come on the last day itself.
        """
        years, eve = range(first.year, last.year + 1), last + timedelta(days=1)
        looked_at = range(first.year, eve.year + 1)
        estimated = (day for year in looked_at for day in national_year(year).estimated)
        return Doubts(
            estimated=any(first < day <= eve and self.is_estimated(day) for day in estimated),
            unknown_year=next((year for year in years if not self.has_joint_leave(year)), None),
        )

    def add_working_days(self, day: date, count: int, region: str | None = None) -> date:
        """The `count`-th working day after `day`, which is not counted; before it when negative.

        0 gives the day itself, working or not. Raises DurationError beyond the calendar's reach.
        """
        if count == 0:
            return day
        if abs(count) > MOST_WORKING_DAYS:
            raise DurationError("durations.too_long")
        year = day.year
        days = self._working_days(year, region)
        # `before` working days of this year lie before or, counting forward, on the day itself.
        before = bisect_right(days, day.toordinal() - (count < 0))
        at = before + count - (count > 0)
        while at >= len(days):
            at -= len(days)
            year += 1
            days = self._working_days(year, region)
        while at < 0:
            year -= 1
            days = self._working_days(year, region)
            at += len(days)
        return date.fromordinal(days[at])

    def working_days_between(self, first: date, last: date, region: str | None = None) -> int:
        """Working days after `first` up to and with `last`; negative when `last` is earlier."""
        if last < first:
            return -self.working_days_between(last, first, region)
        whole = sum(len(self._working_days(year, region)) for year in range(first.year, last.year))
        return whole + self._until(last, region) - self._until(first, region)

    def after_working_days(self, start: date, count: int, region: str | None = None) -> datetime:
        """16:00 of the `count`-th working day after `start`, in the region's zone."""
        return self._end(self.add_working_days(start, count, region), region)

    def due(self, span: Span, start: date, region: str | None = None) -> datetime:
        """16:00 of the last day of a span, in the region's zone; the day it starts is not counted.

        Calendar days and months that end on a day off stay there. A month ends on the same day
        number, or on the last day of a shorter month. Hours are rounded up to whole days, because
        only the day of the start is known. Raises DurationError beyond the year 9999.
        """
        try:
            return self._end(self._last_day(span, start, region), region)
        except (OverflowError, ValueError) as error:
            raise DurationError("durations.too_long") from error

    def _last_day(self, span: Span, start: date, region: str | None) -> date:
        match span.unit:
            case "hari_kerja":
                return self.add_working_days(start, int(span.count), region)
            case "hari":
                return start + timedelta(days=span.count)
            case "bulan":
                return _add_months(start, int(span.count))
            case "jam":
                return start + timedelta(days=ceil(span.count / 24))

    def _end(self, day: date, region: str | None) -> datetime:
        return datetime.combine(day, END_OF_DAY, self.zone(region))

    def _until(self, day: date, region: str | None) -> int:
        """Working days of the year up to and with `day`."""
        return bisect_right(self._working_days(day.year, region), day.toordinal())

    def _read_year(self, year: int, region: str | None) -> tuple[int, ...]:
        """The working days of one year as ordinals, ascending."""
        if not date.min.year <= year < date.max.year:
            raise DurationError("durations.too_long")
        off, said = national_year(year).off, self._entered.days_of(year)
        first, end = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
        days = (date.fromordinal(ordinal) for ordinal in range(first, end))

        def is_off(day: date) -> bool:
            told = self._entered.says(day, region) if day in said else None
            return (day.weekday() > 4 or day in off) if told is None else told

        working = tuple(day.toordinal() for day in days if not is_off(day))
        if region is None:
            return working
        # Five hundred regions have the nation's year: they share one tuple.
        national = self._working_days(year, None)
        return national if working == national else working


def _add_months(start: date, count: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))
