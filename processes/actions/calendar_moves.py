"""What another calendar would do to every running case, before anything is changed."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.recounting import counted_by
from processes.engine.calendar import WorkingCalendar
from processes.store import calendar_days
from processes.store.tables import CalendarDay, Case

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Move:
    """A deadline, or a timer of the procedure, that becomes another one."""

    case_id: str
    case_number: str
    case_title: str
    #: None for a timer
    task_id: str | None
    name: str
    #: code of the region whose days are counted
    region: str
    before: datetime
    after: datetime


@dataclass(frozen=True, kw_only=True)
class Moves:
    """Everything that moves, by case and in the order of the dates that hold now."""

    found: list[Move]
    #: numbers of cases that cannot be counted; they keep their dates
    uncountable: list[str]


def moves_by(
    session: Session, office: Office, days: Iterable[CalendarDay], *, now: datetime
) -> Moves:
    """What moves when these days alone stand in the calendar from `now` on; writes nothing."""
    days = list(days)
    calendar = office.kept_calendar.with_days(days)
    changed = _changed(calendar_days.standing(session), days)
    if not changed:
        return Moves(found=[], uncountable=[])
    # the day begins first in the east
    first = datetime.combine(min(day for day, _ in changed), time(), UTC) - timedelta(days=1)
    codes = {code for _, code in changed}
    reach = None if "" in codes else codes
    found: list[Move] = []
    uncountable: list[str] = []
    for case in calendar_days.in_reach(session, first, reach):
        try:
            found += _of_case(session, office, case, calendar, now)
        except Exception:
            # one case that cannot be counted must not hide what happens to the others
            log.exception("calendar preview failed", extra={"case": case.id})
            uncountable.append(case.number)
    return Moves(found=found, uncountable=uncountable)


def _changed(
    before: Collection[CalendarDay], after: Collection[CalendarDay]
) -> set[tuple[date, str]]:
    """The days, each with where it holds, of which something else is said."""
    old = {(row.day, row.region_code, row.kind) for row in before}
    new = {(row.day, row.region_code, row.kind) for row in after}
    return {(day, code) for day, code, _ in old ^ new}


def _of_case(
    session: Session, office: Office, case: Case, calendar: WorkingCalendar, now: datetime
) -> list[Move]:
    counted = counted_by(session, office, case, calendar, since=now, now=now)
    tasks = [
        (each.task.id, office.titled(each.task), each.task.region_code, each.before, each.after)
        for each in counted.tasks
        if each.moves
    ]
    timers = [
        (None, each.name, each.region or case.region_code, each.before, each.after)
        for each in counted.timers
    ]
    moves = [
        Move(
            case_id=case.id,
            case_number=case.number,
            case_title=case.title,
            task_id=task_id,
            name=name,
            region=region,
            before=before,
            after=after,
        )
        for task_id, name, region, before, after in (*tasks, *timers)
    ]
    return sorted(moves, key=lambda move: (move.before, move.name))
