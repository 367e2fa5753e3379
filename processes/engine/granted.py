"""What was granted to the clock of a task by hand, pauses and extensions, and what that does to it.

Each grant moves the deadline, and with it the timers on the edge of the task. The same grants can
be applied again when the day from which the clock counts, or the calendar, turns out to be another:

- a pause shifts every moment by its working days, those before the clock started left out; what
  stopped on its last day and goes on on a day off ends on the next working day;
- an extension by working days adds them to whatever deadline there is then;
- an extension to a day stands as it was set, unless the deadline without it is later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from processes.engine.calendar import END_OF_DAY, WorkingCalendar


@dataclass(frozen=True, kw_only=True)
class Pause:
    """The clock stood still from one day to another."""

    stopped: date
    started: date


@dataclass(frozen=True, kw_only=True)
class Extension:
    """The deadline was moved."""

    granted_on: date
    #: how many working days were added; None when a day was set
    working_days: int | None
    #: the deadline it gave when it was granted
    until: datetime


Grant = Pause | Extension


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The clock of an open task by some calendar."""

    calendar: WorkingCalendar
    region: str
    #: the day from which it counts; None while nothing says so
    starts_on: date | None
    #: the deadline by the owner's words alone; None when they give none
    base: datetime | None
    #: the oldest first
    grants: tuple[Grant, ...] = ()

    def deadline(self) -> datetime | None:
        """The deadline with everything that was granted."""
        due = self.base
        for grant in self.grants:
            due = self.deadline_after(grant, due)
        return due

    def through(self, moment: datetime) -> datetime:
        """When a timer fires that its words alone set to `moment`."""
        due = self.base
        for grant in self.grants:
            later = self.deadline_after(grant, due)
            moment = self.moment_after(grant, moment, due, later)
            due = later
        return moment

    def deadline_after(self, grant: Grant, before: datetime | None) -> datetime | None:
        """What a grant makes of a deadline."""
        if isinstance(grant, Extension):
            return self._extended(grant, before)
        stopped = self._stopped(grant)
        if before is None or (stopped > grant.stopped and stopped >= grant.started):
            return before
        left = self.left(grant.stopped, before)
        if left == 0 and not self.calendar.is_working_day(grant.started, self.region):
            # what was due on the day it stopped is not due on a day off
            left = 1
        day = self.calendar.add_working_days(grant.started, left, self.region)
        return datetime.combine(day, END_OF_DAY, self.calendar.zone(self.region))

    def moment_after(
        self, grant: Grant, moment: datetime, before: datetime | None, after: datetime | None
    ) -> datetime:
        """What a grant that makes `after` of the deadline `before` makes of a timer.

        One that stands at the deadline goes with it, and those behind it keep their distance. Of
        those ahead of it a pause shifts each by its working days, an extension none.
        """
        if before is not None and after is not None and moment >= before:
            return self._behind(moment, before, after)
        if isinstance(grant, Extension):
            return moment
        stopped, days = self._stopped(grant), 0
        if stopped < grant.started:
            days = self.calendar.working_days_between(stopped, grant.started, self.region)
        return self._shifted(moment, self._day(moment), days)

    def _behind(self, moment: datetime, before: datetime, after: datetime) -> datetime:
        """A moment at or behind a deadline, at the same distance from the new one."""
        if after == before or moment == before:
            return after if moment == before else moment
        distance = self.calendar.working_days_between(
            self._day(before), self._day(moment), self.region
        )
        return self._shifted(moment, self._day(after), distance)

    def left(self, stopped: date, due: datetime) -> int:
        """Working days from the day on which the clock stopped to its deadline."""
        first = max(stopped, self.starts_on or stopped)
        return self.calendar.working_days_between(first, self._day(due), self.region)

    def _extended(self, grant: Extension, before: datetime | None) -> datetime:
        if grant.working_days is None:
            return max(grant.until, before or grant.until)
        start = max(grant.granted_on, self._day(before) if before else grant.granted_on)
        return self.calendar.after_working_days(start, grant.working_days, self.region)

    def _stopped(self, pause: Pause) -> date:
        return max(pause.stopped, self.starts_on or pause.stopped)

    def _day(self, moment: datetime) -> date:
        return self.calendar.today(moment, self.region)

    def _shifted(self, moment: datetime, day: date, working_days: int) -> datetime:
        """So many working days after a day, at the hour of `moment`."""
        local = moment.astimezone(self.calendar.zone(self.region))
        there = self.calendar.add_working_days(day, working_days, self.region)
        return datetime.combine(there, local.timetz())
