"""Alarms: when somebody is told, kept as rows so that no restart forgets one.

An alarm waits until it fired or was dropped. Whoever fires it takes it by a conditional update in
the transaction that also writes the messages: fired and told are one thing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from processes.store.among import Texts, among
from processes.store.bulk import SearchedUpdate
from processes.store.kinds import RUNG
from processes.store.tables import Alarm, AlarmKind, Case, CaseStatus, Message, MessageStatus
from processes.store.undelivered import drop_unsent
from processes.store.worded import KEPT_WORDS, Worded, spoken, worded

#: tries after which an alarm waits for an administrator instead of the clock
MOST_ATTEMPTS = 3
#: between two tries
PAUSE = timedelta(minutes=2)
#: a pause that ends further ahead than this was noted by a clock that has been set back since
CLOCK_ERROR = timedelta(minutes=10)
_ALARM = Alarm.metadata.tables["alarm"]
_WAITING = and_(Alarm.fired_at.is_(None), Alarm.dropped_at.is_(None))
#: nobody is urged to do what a halted case would refuse; its alarms wait until it goes on
_GOES_ON = Alarm.case_id.not_in(select(Case.id).where(Case.status == CaseStatus.INCIDENT))
#: of plain columns, and put into words once: every sweep asks it, most for nothing
_DUE = (
    select(_ALARM.c.id)
    .where(_WAITING, _GOES_ON, _ALARM.c.due_at <= bindparam("now"))
    .where(among(_ALARM.c.kind, bindparam("kinds", type_=Texts())))
    .where(_ALARM.c.attempts < MOST_ATTEMPTS)
    .where(
        or_(
            _ALARM.c.retry_at.is_(None),
            _ALARM.c.retry_at <= bindparam("now"),
            _ALARM.c.retry_at > bindparam("later"),
        )
    )
    .order_by(_ALARM.c.attempts, _ALARM.c.due_at, _ALARM.c.id)
    .limit(bindparam("most", type_=Integer))
)


def due_ids(session: Session, now: datetime, kinds: Collection[AlarmKind], limit: int) -> list[str]:
    """Ids of waiting alarms whose moment has come, in the order of their moments.

    Those that failed before come after those that did not, so that they hold nobody up; those that
    failed too often and those of a halted case do not come at all.
    """
    later = now + PAUSE + CLOCK_ERROR
    wanted = [kind.value for kind in kinds]
    connection = session.connection()
    due = _due(spoken(connection))
    asked = due.ready({"now": now, "later": later, "kinds": wanted, "most": limit})
    return [row[0] for row in connection.exec_driver_sql(due.text, asked)]


@lru_cache(maxsize=KEPT_WORDS)
def _due(dialect: Dialect) -> Worded:
    return worded(_DUE, dialect)


def is_behind(session: Session, since: datetime) -> bool:
    """Whether an alarm that was due by `since` has not even been tried."""
    untried = select(Alarm.id).where(_WAITING, _GOES_ON, Alarm.due_at <= since, Alarm.attempts == 0)
    return session.scalar(untried.limit(1)) is not None


def take(session: Session, alarm_id: str, now: datetime) -> Alarm | None:
    """Mark a waiting alarm as fired; None when somebody else fired, dropped or moved it first."""
    due = update(Alarm).where(Alarm.id == alarm_id, Alarm.due_at <= now, _WAITING)
    taken = due.values(fired_at=now)
    if session.scalar(taken.returning(Alarm.id)) is None:
        return None
    return session.get_one(Alarm, alarm_id, populate_existing=True)


def drop_of_task(session: Session, task_id: str, now: datetime) -> None:
    """Take the point from every waiting alarm of a task, and from what rang but did not go out."""
    session.execute(update(Alarm).where(Alarm.task_id == task_id, _WAITING).values(dropped_at=now))
    drop_unsent(session, task_id)


_OF_CLOSED = SearchedUpdate(
    Alarm,
    where=lambda p: and_(
        Alarm.case_id == p.one("case"),
        Alarm.task_id.is_not(None),
        ~p.among(Alarm.task_id, "still_open"),
        _WAITING,
    ),
    sets={"dropped_at": "now"},
)


def drop_of_closed(
    session: Session, case_id: str, still_open: Collection[str], now: datetime
) -> None:
    """Take the point from the waiting alarms of every task of the case that is not open."""
    _OF_CLOSED.later(session, case=case_id, still_open=still_open, now=now)


def drop_of_agreement(session: Session, case_id: str, now: datetime) -> None:
    """Take the point from what waits for the end of the case's agreement."""
    session.execute(
        update(Alarm)
        .where(Alarm.case_id == case_id, Alarm.task_id.is_(None), _WAITING)
        .values(dropped_at=now)
    )


def has_newer_of_agreement(session: Session, alarm: Alarm, now: datetime) -> bool:
    """Whether a later alarm before the end of the same agreement is due by now as well."""
    newer = (
        select(Alarm.id)
        .where(Alarm.case_id == alarm.case_id, Alarm.kind == alarm.kind, _WAITING)
        .where(Alarm.due_at > alarm.due_at, Alarm.due_at <= now)
    )
    return session.scalar(newer.limit(1)) is not None


def note_failure(session: Session, alarm_id: str, error: str, now: datetime) -> None:
    """Count a failed try; the next one comes after a pause."""
    session.execute(
        update(Alarm)
        .where(Alarm.id == alarm_id)
        .values(attempts=Alarm.attempts + 1, last_error=error[:2000], retry_at=now + PAUSE)
    )


def try_again(session: Session, alarm_id: str) -> bool:
    """Give an alarm that failed too often, or told nobody, to the clock again; False when it is
    none."""
    stuck = update(Alarm).where(Alarm.id == alarm_id, or_(is_stuck(), told_nobody()))
    again = stuck.values(attempts=0, retry_at=None, fired_at=None)
    return session.scalar(again.returning(Alarm.id)) is not None


def is_stuck() -> ColumnElement[bool]:
    """The condition under which an alarm failed too often and waits for an administrator."""
    return and_(_WAITING, Alarm.attempts >= MOST_ATTEMPTS)


def told_nobody() -> ColumnElement[bool]:
    """The condition under which an alarm rang, found nobody, and waits for an administrator."""
    return and_(
        Alarm.fired_at.is_not(None),
        Alarm.dropped_at.is_(None),
        Alarm.attempts >= literal_column(str(MOST_ATTEMPTS)),
    )


def unheard(session: Session, task_id: str) -> set[str]:
    """Ids of the alarms of a task that rang, but whose every message was let go before anybody got
    it."""
    messages = select(Message.key, Message.status).where(
        Message.task_id == task_id, Message.key.startswith(RUNG)
    )
    states: dict[str, set[MessageStatus]] = {}
    for key, status in session.execute(messages):
        states.setdefault(key.removeprefix(RUNG).split(":")[0], set()).add(status)
    return {alarm for alarm, found in states.items() if found == {MessageStatus.DROPPED}}


def next_of_tasks(session: Session, task_ids: Collection[str]) -> dict[str, list[Alarm]]:
    """The alarms that still wait for each of several tasks (ids), by their moments."""
    query = select(Alarm).where(Alarm.task_id.in_(task_ids), _WAITING)
    found: dict[str, list[Alarm]] = {}
    for alarm in session.scalars(query.order_by(Alarm.due_at, Alarm.id)):
        found.setdefault(alarm.task_id or "", []).append(alarm)
    return found


def of_task(session: Session, task_id: str) -> list[Alarm]:
    """Every alarm a task ever had, by its moment."""
    return list(
        session.scalars(select(Alarm).where(Alarm.task_id == task_id).order_by(Alarm.due_at))
    )
