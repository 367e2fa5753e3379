"""How much longer an open task gets, and what cannot be granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.calendar_year import LAST_YEAR, calendar_year
from processes.engine.calendar import END_OF_DAY
from processes.engine.durations import DurationError, parse_span
from processes.engine.granted import Extension
from processes.errors import Conflict, FieldError, InvalidAnswers
from processes.store.regions import find_region
from processes.store.tables import DayKind, Task

if TYPE_CHECKING:
    from processes.office import Office

#: furthest a deadline is moved at once, in working days
MOST_DAYS = 250
#: latest day of a deadline: no days off are known after it
LAST_DAY = date(LAST_YEAR, 12, 31)
SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class Until:
    """What is wished: a day, a number of working days, or neither for the task's own span again."""

    due_on: date | None = None
    working_days: int | None = None

    def check(self) -> None:
        """Raise InvalidAnswers when no task whatever could be given that."""
        if self.due_on is not None and self.working_days is not None:
            raise _wrong("due_on", "errors.day_or_days")
        if self.due_on is not None and self.due_on > LAST_DAY:
            raise _wrong("due_on", "errors.due_on_reach", last=LAST_DAY)
        if self.working_days is not None:
            _check_reach(self.working_days)


def longer(session: Session, office: Office, task: Task, until: Until, now: datetime) -> Extension:
    """How much longer an open task gets.

    Raises Conflict when its clock stands still, and InvalidAnswers for a day or a number that makes
    no sense, such as a day on which the offices of its region do not work.
    """
    refuse_paused(task)
    until.check()
    calendar, region = office.calendar, task.region_code
    today = calendar.today(now, region)
    start = max(today, calendar.today(task.due_at, region)) if task.due_at else today
    due_on, days = until.due_on, None
    if due_on is None:
        days = until.working_days if until.working_days is not None else _own_days(task)
        _check_reach(days)
        due_on = calendar.add_working_days(start, days, region)
    if due_on <= start:
        raise _wrong("due_on", "errors.not_later", day=start)
    if not calendar.is_working_day(due_on, region):
        raise _day_off(session, office, due_on, region)
    due_at = datetime.combine(due_on, END_OF_DAY, calendar.zone(region))
    return Extension(granted_on=today, working_days=days, until=due_at)


def refuse_paused(task: Task) -> None:
    """Raise Conflict when the clock of a task stands still."""
    if task.paused_at is not None:
        raise Conflict("errors.is_paused")


def _check_reach(days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise _wrong("working_days", "errors.days_reach", most=MOST_DAYS)


def _own_days(task: Task) -> int:
    """The working days the owner gives this task; 5 where he says it otherwise."""
    try:
        span = parse_span(task.due_rule)
    except DurationError:
        return 5
    return int(span.count) if span.unit == "hari_kerja" else 5


def _day_off(session: Session, office: Office, day: date, region: str) -> InvalidAnswers:
    """That a region does not work on a day, why, and when it works again."""
    holiday = _name_of(session, office, day, region)
    weekend = "saturday" if day.weekday() == SATURDAY else "sunday"
    return _wrong(
        "due_on",
        "errors.due_on_holiday" if holiday else f"errors.due_on_{weekend}",
        day=day,
        name=holiday,
        region=find_region(session, region).name,
        next=office.calendar.add_working_days(day, 1, region),
    )


def _name_of(session: Session, office: Office, day: date, region: str) -> str:
    """What a day off is called, by the region's own word first; empty of a mere weekend."""
    lines = [
        line
        for line in calendar_year(session, office, day.year, region).days
        if line.day == day and line.kind is not DayKind.WORKDAY
    ]
    return max(lines, key=lambda line: len(line.region)).name if lines else ""


def _wrong(field: str, key: str, **values: Any) -> InvalidAnswers:
    return InvalidAnswers({field: FieldError(key, **values)})
