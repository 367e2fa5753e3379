"""Days that somebody entered into the calendar: regional days off, new decrees, days of work.

A region's own word about a day goes before its province's, that before the nation's, and all of
them before what the package `holidays` and the days of the week say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

#: code under which a day holds in the whole country
EVERYWHERE = ""


@dataclass(frozen=True, kw_only=True)
class EnteredDay:
    """What was decreed of one day."""

    day: date
    #: code of a region; EVERYWHERE for the whole country
    region: str
    #: False for a day of work, even on a weekend
    is_off: bool
    is_joint_leave: bool = False


class EnteredDays:
    """Everything that was entered and stands; never changed once made."""

    def __init__(self, days: Iterable[EnteredDay] = ()) -> None:
        entered = tuple(days)
        self._said = {(each.day, each.region): each.is_off for each in entered}
        self._of_year: dict[int, set[date]] = defaultdict(set)
        for each in entered:
            self._of_year[each.day.year].add(each.day)
        self._joint_years = frozenset(each.day.year for each in entered if each.is_joint_leave)

    def says(self, day: date, region: str | None) -> bool | None:
        """Whether the day is off in a region (None: in the whole country); None: nothing said."""
        codes = (EVERYWHERE,) if region is None else (region, region[:2], EVERYWHERE)
        return next((self._said[day, code] for code in codes if (day, code) in self._said), None)

    def days_of(self, year: int) -> frozenset[date]:
        """The days of a year of which anything is said anywhere."""
        return frozenset(self._of_year.get(year, ()))

    def settles(self, day: date) -> bool:
        """Whether a decree for the whole country says what the day is."""
        return (day, EVERYWHERE) in self._said

    def has_joint_leave(self, year: int) -> bool:
        """Whether joint leave of that year was entered."""
        return year in self._joint_years
