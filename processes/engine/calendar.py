"""Working days of Indonesian government offices, per region.

A working day is Monday to Friday (Perpres 21/2023) that is neither a national holiday nor cuti
bersama (both from the package `holidays`, categories public and government) nor a day that the
installation added for the whole country or for the region. An office day ends at 16:00 local time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from processes.engine.durations import Span

CLOSING = time(16, 0)
ESTIMATED = "(perkiraan)"
#: further than this nobody can say when a day off will be
LAST_YEAR = 2200


@lru_cache(maxsize=256)
def _days_off(year: int) -> dict[date, str]:
    """National holidays and cuti bersama of a year, by day."""
    found = holidays.country_holidays(
        "ID", years=year, categories=("public", "government"), language="id"
    )
    return dict(found.items())


@lru_cache(maxsize=256)
def has_joint_leave(year: int) -> bool:
    """Whether the cuti bersama of a year is known yet (a joint decree of three ministers)."""
    found = holidays.country_holidays("ID", years=year, categories=("government",))
    return len(found) > 0


def _no_extra(_day: date, _region: str | None) -> bool:
    return False


class WorkingCalendar:
    """Counts working days; one for the installation, asked per region."""

    def __init__(
        self,
        zones: Callable[[str], ZoneInfo],
        extra: Callable[[date, str | None], bool] = _no_extra,
    ) -> None:
        self._zones = zones
        self._extra = extra

    def zone(self, region: str) -> ZoneInfo:
        """The time zone of a region."""
        return self._zones(region)

    def today(self, now: datetime, region: str) -> date:
        """The date in a region at a moment."""
        return now.astimezone(self.zone(region)).date()

    def is_working_day(self, day: date, region: str | None = None) -> bool:
        """Whether offices of the region work on this day."""
        return day.weekday() < 5 and day not in _days_off(day.year) and not self._extra(day, region)

    def is_estimated(self, day: date) -> bool:
        """Whether this day off rests on an estimate of a moving feast."""
        return ESTIMATED in _days_off(day.year).get(day, "")

    def add_working_days(self, day: date, count: int, region: str | None = None) -> date:
        """The `count`-th working day after `day`, which is not counted itself."""
        while count > 0 and day.year < LAST_YEAR:
            day += timedelta(days=1)
            if self.is_working_day(day, region):
                count -= 1
        return day

    def working_days_between(self, first: date, last: date, region: str | None = None) -> int:
        """Working days after `first` up to and including `last`; negative when `last` is earlier."""
        if last < first:
            return -self.working_days_between(last, first, region)
        days = (last - first).days
        return sum(
            self.is_working_day(first + timedelta(days=n), region) for n in range(1, days + 1)
        )

    def due(self, span: Span, start: date, region: str) -> datetime:
        """16:00 of the last day of a span that began on `start`, in the region's zone.

        Calendar days and months may end on a day off. Hours do not belong to deadlines in days: a
        span in hours ends on the day its hours do.
        """
        return self._closing(self._last_day(span, start, region), region)

    def after_working_days(self, start: date, count: int, region: str) -> datetime:
        """16:00 of the `count`-th working day after `start`, in the region's zone."""
        return self._closing(self.add_working_days(start, count, region), region)

    def _closing(self, day: date, region: str) -> datetime:
        return datetime.combine(day, CLOSING, self.zone(region))

    def _last_day(self, span: Span, start: date, region: str) -> date:
        match span.unit:
            case "hari_kerja":
                return self.add_working_days(start, span.count, region)
            case "bulan":
                return add_months(start, span.count)
            case "jam":
                return start + timedelta(hours=span.count)
            case _:
                return start + timedelta(days=span.count)


def add_months(day: date, count: int) -> date:
    """The same day `count` months later, or that month's last day when it is shorter."""
    years, month = divmod(day.month - 1 + count, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - timedelta(days=1)).day))
