"""When an open case will probably have its agreement in force, from how it went before.

Every case that came into force says how many working days it took from reaching a stage for the
first time. For a case that reached its stage some days ago only those count that took longer than
that; the middle of what they still needed is the estimate. With fewer than five there is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from processes.engine.calendar import WorkingCalendar
from processes.engine.day_count import DayCount
from processes.store.questions.performance import FirstSeen
from webhooks.reports.figures import middle

#: fewer cases than this say nothing
LEAST = 5


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What history says about one case."""

    #: the day; None when too few cases say something
    on: date | None
    #: cases it rests on
    basis: int
    #: working days that the case is in its stage
    since: int


class Experience:
    """How long cases took from each stage until their agreement was in force."""

    def __init__(
        self,
        calendar: WorkingCalendar,
        reached: Iterable[FirstSeen],
        in_force: Mapping[str, datetime],
    ) -> None:
        self._calendar = calendar
        self._count = DayCount(calendar)
        self._needed: dict[int, list[int]] = defaultdict(list)
        for seen in reached:
            done = in_force.get(seen.case_id)
            if done is not None and seen.at <= done:
                self._needed[seen.stage].append(self._between(seen.at, done, seen.region))
        for needed in self._needed.values():
            needed.sort()

    def estimate(self, region: str, stage: int, reached_at: datetime, now: datetime) -> Estimate:
        """When a case of this region, in this stage since then, comes into force."""
        since = self._between(reached_at, now, region)
        rest = [days - since for days in self._needed.get(stage, ()) if days > since]
        if len(rest) < LEAST:
            return Estimate(on=None, basis=len(rest), since=since)
        days = round(middle(rest) or 0)
        today = self._calendar.today(now, region)
        on = self._calendar.add_working_days(today, days, region)
        return Estimate(on=on, basis=len(rest), since=since)

    def _between(self, first: datetime, last: datetime, region: str) -> int:
        zone = self._calendar.zone(region)
        days = first.astimezone(zone).toordinal(), last.astimezone(zone).toordinal()
        return self._count.between(*days, region)
