"""The working calendar as one process keeps it, brought up to date when somebody changed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from processes.engine.calendar import WorkingCalendar
from processes.engine.entered_days import EnteredDay, EnteredDays
from processes.store import calendar_days
from processes.store.tables import CalendarDay, DayKind


class KeptCalendar:
    """The calendar after a number of changes. Safe to share between threads."""

    def __init__(self, zones: Mapping[str, str], session: Session) -> None:
        self._clocks = {name: ZoneInfo(name) for name in set(zones.values())}
        #: IANA zone of every region by its code
        self.zones = zones
        self._kept = (-1, self.with_days(()))
        self.read(session)

    @property
    def calendar(self) -> WorkingCalendar:
        """The calendar as it was read last."""
        return self._kept[1]

    @property
    def number(self) -> int:
        """The change after which it was read."""
        return self._kept[0]

    def read(self, session: Session) -> None:
        """Read it again where it has changed since; a transaction that sees less is ignored."""
        number = calendar_days.number(session)
        if number > self._kept[0]:
            self._kept = (number, self.with_days(calendar_days.standing(session)))

    def with_days(self, days: Iterable[CalendarDay]) -> WorkingCalendar:
        """The calendar as it would be with these days entered."""
        return WorkingCalendar(self._zone, EnteredDays(map(_entered, days)))

    def _zone(self, region: str) -> ZoneInfo:
        return self._clocks[self.zones[region]]


def _entered(row: CalendarDay) -> EnteredDay:
    return EnteredDay(
        day=row.day,
        region=row.region_code,
        is_off=row.kind is not DayKind.WORKDAY,
        is_joint_leave=row.kind is DayKind.JOINT_LEAVE,
    )
