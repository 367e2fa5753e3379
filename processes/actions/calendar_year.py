"""The calendar of one year as people read it: every day off, and who says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.engine.national_days import national_year, package_version
from processes.store import calendar_days
from processes.store.tables import CalendarDay, DayKind

if TYPE_CHECKING:
    from processes.office import Office

#: years whose days can be shown
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, kw_only=True)
class DayLine:
    """One day of which the calendar says something."""

    day: date
    kind: DayKind
    name: str
    #: code of the region where it holds; empty for the whole country
    region: str
    decree: str
    #: where that stands: the package and its version, or what was entered
    source: str
    #: whether its date is an estimate that no decree has settled
    estimated: bool
    #: who entered it and when, and the id of its row; None for a day of the package
    id: str | None
    entered_by: str | None
    entered_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CalendarYear:
    """A year in a region, or in the whole country."""

    year: int
    days: Sequence[DayLine]
    #: what was entered and taken back
    removed: Sequence[CalendarDay]
    joint_leave_known: bool


def calendar_year(session: Session, office: Office, year: int, region: str | None) -> CalendarYear:
    """What holds in a region in a year; without a region everything that was entered anywhere."""
    codes = None if region is None else {"", region[:2], region}
    entered = calendar_days.of_year(session, year, codes)
    standing = [row for row in entered if row.removed_at is None]
    settled = {row.day for row in standing if row.region_code == ""}
    lines = [
        *(line for line in _national(year, office) if line.day not in settled),
        *map(_line, standing),
    ]
    return CalendarYear(
        year=year,
        days=sorted(lines, key=lambda line: (line.day, line.region)),
        removed=[row for row in entered if row.removed_at is not None],
        joint_leave_known=office.calendar.has_joint_leave(year),
    )


def _national(year: int, office: Office) -> list[DayLine]:
    known = national_year(year)
    return [
        DayLine(
            day=day,
            kind=DayKind.JOINT_LEAVE if day in known.joint else DayKind.NATIONAL,
            name=known.names[day],
            region="",
            decree="",
            source=f"holidays {package_version()}",
            estimated=office.calendar.is_estimated(day),
            id=None,
            entered_by=None,
            entered_at=None,
        )
        for day in known.off
    ]


def _line(row: CalendarDay) -> DayLine:
    return DayLine(
        day=row.day,
        kind=row.kind,
        name=row.name,
        region=row.region_code,
        decree=row.decree,
        source=row.source,
        estimated=False,
        id=row.id,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
    )
