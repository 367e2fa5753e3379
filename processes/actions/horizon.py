"""What is near, in every region: until when today and the next working days reach."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from processes.engine.calendar import WorkingCalendar
from processes.office import Office
from processes.store.questions.standing import Bounds, Horizon

#: working days that count as near
NEAR_DAYS = 5


def horizon_of(office: Office, now: datetime) -> Horizon:
    """Today and the next five working days in each region, by the calendar as it is now."""
    zones = office.kept_calendar.zones
    today = {zone: now.astimezone(ZoneInfo(zone)).date() for zone in set(zones.values())}
    regions = tuple(sorted((code, zone, today[zone]) for code, zone in zones.items()))
    return Horizon(now=now, bounds=_bounds(office.calendar, regions))


@lru_cache(maxsize=2)
def _bounds(
    calendar: WorkingCalendar, regions: tuple[tuple[str, str, date], ...]
) -> tuple[Bounds, ...]:
    """Regions that share their bounds together, the largest such company last and unnamed."""
    together: dict[tuple[datetime, datetime], set[str]] = defaultdict(set)
    for code, zone, today in regions:
        last = calendar.add_working_days(today, NEAR_DAYS, code)
        together[_end(today, zone), _end(last, zone)].add(code)
    ordered = sorted(together.items(), key=lambda each: len(each[1]))
    return tuple(
        Bounds(
            today_ends=ends[0],
            soon_ends=ends[1],
            regions=frozenset(codes) if number < len(ordered) - 1 else None,
        )
        for number, (ends, codes) in enumerate(ordered)
    )


def _end(day: date, zone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
