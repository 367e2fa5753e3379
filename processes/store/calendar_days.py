"""Days that were entered into the calendar, and the count of its changes.

Whoever changes the calendar holds its edition's row until his transaction ends, so that changes
come one after the other and each sees the one before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session

from processes.store.asking import Question
from processes.store.database import insert_missing
from processes.store.tables import (
    CalendarChange,
    CalendarChangeKind,
    CalendarDay,
    Case,
    CaseStatus,
    Edition,
    Party,
    Task,
    TaskStatus,
)

#: name under which the version of the package `holidays` is kept
EDITION = "calendar"
#: pause after the first, second … failed attempt at counting a case anew; after one more it waits
#: for an administrator
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
MOST_TRIES = len(PAUSES) + 1
#: a pause that ends further ahead than this was noted by a clock that has been set back since
CLOCK_ERROR = timedelta(minutes=10)


def standing(session: Session) -> list[CalendarDay]:
    """Every day that was entered and not removed, in its order."""
    query = select(CalendarDay).where(CalendarDay.removed_at.is_(None))
    return list(session.scalars(query.order_by(CalendarDay.day, CalendarDay.region_code)))


def of_year(session: Session, year: int, codes: Collection[str] | None) -> list[CalendarDay]:
    """What was entered for a year in some regions (None: in all), removed days too."""
    query = select(CalendarDay).where(
        CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31)
    )
    if codes is not None:
        query = query.where(CalendarDay.region_code.in_(codes))
    order = (CalendarDay.day, CalendarDay.region_code, CalendarDay.entered_at, CalendarDay.id)
    return list(session.scalars(query.order_by(*order)))


#: how often the calendar has changed
NUMBER = Question(lambda _: select(func.max(CalendarChange.number)))


def number(session: Session) -> int:
    """How often the calendar has changed."""
    return NUMBER.first(session) or 0


def changes_since(session: Session, last: int) -> list[CalendarChange]:
    """The changes after the one with this number, the oldest first."""
    query = select(CalendarChange).where(CalendarChange.number > last)
    return list(session.scalars(query.order_by(CalendarChange.number)))


def hold(session: Session) -> Edition:
    """Keep others from changing the calendar until the transaction ends."""
    insert_missing(session, Edition, [{"name": EDITION, "edition": ""}])
    return session.get_one(Edition, EDITION, with_for_update=True, populate_existing=True)


def note_change(
    session: Session,
    kind: CalendarChangeKind,
    *,
    actor: Mapping[str, Any],
    details: Mapping[str, Any],
    now: datetime,
) -> CalendarChange:
    """Count a change of the calendar that the caller holds; every case is to be counted anew."""
    change = CalendarChange(
        number=number(session) + 1, kind=kind, at=now, actor=dict(actor), details=dict(details)
    )
    session.add(change)
    session.execute(update(Case).where(Case.calendar_tries > 0).values(calendar_tries=0))
    session.flush()
    return change


def behind(
    session: Session, last: int, limit: int | None, *, now: datetime | None = None
) -> list[str]:
    """Ids of running cases that were not counted by the calendar's last change yet.

    Those that failed before come last, with `now` only when their pause is over; those that failed
    too often do not come at all.
    """
    query = (
        select(Case.id)
        .where(Case.status == CaseStatus.RUNNING, Case.calendar_number < last)
        .where(Case.calendar_tries < MOST_TRIES)
        .order_by(Case.calendar_tries, Case.id)
    )
    if now is not None:
        query = query.where(_is_over(now))
    return list(session.scalars(query.limit(limit) if limit else query))


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Whether the pause after a case's last failed attempt has ended."""
    retry_at = Case.calendar_retry_at
    wrong = retry_at > now + PAUSES[-1] + CLOCK_ERROR
    return or_(Case.calendar_tries == 0, retry_at.is_(None), retry_at <= now, wrong)


def in_reach(session: Session, first: datetime, regions: Collection[str] | None) -> Sequence[Case]:
    """Running cases with a timer, or a task that is paused or due after the moment `first`, the
    oldest first; with `regions` only those with a party in one of them (None: all)."""
    due = or_(Task.due_at.is_(None), Task.due_at >= first)
    waits = exists().where(Task.case_id == Case.id, Task.status == TaskStatus.OPEN, due)
    query = (
        select(Case)
        .where(Case.status == CaseStatus.RUNNING, or_(Case.next_timer_at.is_not(None), waits))
        .order_by(Case.opened_at, Case.id)
    )
    if regions is not None:
        lies_in = [Party.region_code == code for code in regions]
        lies_in += [Party.region_code.startswith(f"{code}.") for code in regions]
        query = query.where(exists().where(Party.case_id == Case.id, or_(*lies_in)))
    return session.scalars(query).all()


def unknown_years(session: Session, regions: Collection[str] | None) -> dict[int, int]:
    """Years without known joint leave into which open deadlines of some regions (None: all) run,
    with how many do."""
    query = (
        select(Task.due_unknown_year, func.count())
        .where(Task.status == TaskStatus.OPEN, Task.due_unknown_year.is_not(None))
        .group_by(Task.due_unknown_year)
        .order_by(Task.due_unknown_year)
    )
    if regions is not None:
        query = query.where(Task.region_code.in_(regions))
    return {year: count for year, count in session.execute(query) if year is not None}
