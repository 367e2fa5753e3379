"""How long what is kept about people stays: the rules, what they would let go, and letting it go.

Without a rule a class of data is kept. Only cases that ended are touched; their history, answers,
documents and papers are the record and stay whatever the rules say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from processes.store import personal_data
from processes.store.personal_data import UNSENT
from processes.store.tables import (
    Base,
    Case,
    CaseStatus,
    DataAccess,
    Document,
    Draft,
    History,
    Kept,
    Link,
    Message,
    MessageEvent,
    MessageStatus,
    PeopleAct,
    PeopleEvent,
    Person,
    RetentionRule,
    Task,
    TaskStatus,
)

#: months that a rule may say
FEWEST, MOST = 1, 1200


@dataclass(frozen=True, kw_only=True)
class Line:
    """One class of data: its rule, how much there is, and how much the rule lets go now."""

    kept: Kept
    #: None: it is kept for ever
    months: int | None
    there: int
    going: int


@dataclass(frozen=True, kw_only=True)
class Record:
    """What stays whatever the rules say: how many entries, answers and documents there are."""

    history: int
    answers: int
    documents: int


def rules(session: Session) -> dict[Kept, RetentionRule]:
    """The rules that were set, by class."""
    return {rule.kept: rule for rule in session.scalars(select(RetentionRule))}


def set_rule(session: Session, kept: Kept, months: int | None, *, by: str, now: datetime) -> None:
    """Keep one class for some months after it has served; None: for ever."""
    rule = session.get(RetentionRule, kept)
    if months is None:
        if rule is not None:
            session.delete(rule)
    elif rule is None:
        session.add(RetentionRule(kept=kept, months=months, set_by=by, set_at=now))
    else:
        rule.months, rule.set_by, rule.set_at = months, by, now
    session.flush()


def look(session: Session, now: datetime) -> list[Line]:
    """Every class with what would go now."""
    found = rules(session)
    return [
        Line(
            kept=kept,
            months=found[kept].months if kept in found else None,
            there=_count(session, kept, None),
            going=_count(session, kept, _since(found[kept].months, now)) if kept in found else 0,
        )
        for kept in Kept
    ]


def record(session: Session) -> Record:
    """How much of the record there is."""

    def rows(table: type[Base], *wanted: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(table).where(*wanted)) or 0

    return Record(
        history=rows(History),
        answers=rows(Task, Task.status == TaskStatus.DONE),
        documents=rows(Document),
    )


def let_go(session: Session, now: datetime) -> dict[Kept, int]:
    """Remove what the rules let go; how many rows of each class that has a rule."""
    found = rules(session)
    going = {}
    for kept in Kept:
        if kept in found:
            since = _since(found[kept].months, now)
            going[kept] = _count(session, kept, since)
            _LETTING_GO[kept](session, since, now)
    session.flush()
    return going


def _since(months: int, now: datetime) -> datetime:
    """The moment some months ago; of a shorter month its last day."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    for day in range(now.day, 27, -1):
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return now.replace(year=year, month=month + 1, day=min(now.day, 28))


def _ended(since: datetime | None) -> Any:
    """Cases (ids) that ended before a moment; None: every case."""
    if since is None:
        return select(Case.id)
    ended = Case.status.not_in((CaseStatus.RUNNING, CaseStatus.INCIDENT))
    return select(Case.id).where(ended, Case.closed_at < since)


def _messages(since: datetime | None) -> ColumnElement[bool]:
    """Messages about cases that ended, and old ones about no case, that still say something."""
    about_none: ColumnElement[bool] = Message.case_id.is_(None)
    if since is not None:
        about_none = and_(about_none, Message.created_at < since)
    return or_(Message.case_id.in_(_ended(since)), about_none)


def _of_tasks(column: Any, since: datetime | None) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = column.in_(select(Task.id).where(Task.case_id.in_(_ended(since))))
    return wanted


def _lines(since: datetime | None) -> ColumnElement[bool]:
    return MessageEvent.message_id.in_(select(Message.id).where(_messages(since)))


def _count(session: Session, kept: Kept, since: datetime | None) -> int:
    """Rows of a class that end before a moment, or all that there are."""
    if kept is Kept.PEOPLE:
        return len(_people_gone(session, since))
    tables: Mapping[Kept, tuple[type[Base], ColumnElement[bool]]] = {
        Kept.MESSAGES: (Message, and_(_messages(since), Message.address != "")),
        Kept.LEDGER: (MessageEvent, _lines(since)),
        Kept.DRAFTS: (Draft, _of_tasks(Draft.task_id, since)),
        Kept.LINKS: (Link, _of_tasks(Link.task_id, since)),
        Kept.ACCESS: (DataAccess, DataAccess.at < since if since else DataAccess.at.is_not(None)),
    }
    table, wanted = tables[kept]
    return session.scalar(select(func.count()).select_from(table).where(wanted)) or 0


def _people_gone(session: Session, since: datetime | None) -> list[Person]:
    """Those whose last office ended before a moment and who are needed for nothing any more. Of
    whom it was not recorded when he left is kept."""
    last = func.max(PeopleEvent.at)
    left = (
        select(PeopleEvent.person_id)
        .where(PeopleEvent.act == PeopleAct.ENDED)
        .group_by(PeopleEvent.person_id)
    )
    if since is not None:
        left = left.having(last < since)
    people = session.scalars(
        select(Person).where(Person.id.in_(left), Person.erased_at.is_(None)).order_by(Person.id)
    )
    return [person for person in people if personal_data.why_kept(session, person) is None]


def _empty_messages(session: Session, since: datetime, now: datetime) -> None:
    unsent = Message.status.in_(UNSENT)
    session.execute(
        update(Message)
        .where(_messages(since))
        .values(
            address="",
            values={},
            subject=None,
            last_error=None,
            status=case((unsent, MessageStatus.DROPPED), else_=Message.status),
        )
    )


def _drop_lines(session: Session, since: datetime, now: datetime) -> None:
    session.execute(delete(MessageEvent).where(_lines(since)))


def _drop_drafts(session: Session, since: datetime, now: datetime) -> None:
    session.execute(delete(Draft).where(_of_tasks(Draft.task_id, since)))


def _drop_links(session: Session, since: datetime, now: datetime) -> None:
    """The messages and ledger lines that carried one stay, without naming it."""
    gone = select(Link.id).where(_of_tasks(Link.task_id, since))
    session.execute(update(Message).where(Message.link_id.in_(gone)).values(link_id=None))
    session.execute(update(MessageEvent).where(MessageEvent.link_id.in_(gone)).values(link_id=None))
    session.execute(delete(Link).where(_of_tasks(Link.task_id, since)))


def _drop_access(session: Session, since: datetime, now: datetime) -> None:
    session.execute(delete(DataAccess).where(DataAccess.at < since))


def _erase_people(session: Session, since: datetime, now: datetime) -> None:
    for person in _people_gone(session, since):
        personal_data.erase(session, person, now)


_LETTING_GO: Mapping[Kept, Callable[[Session, datetime, datetime], None]] = {
    Kept.MESSAGES: _empty_messages,
    Kept.LEDGER: _drop_lines,
    Kept.DRAFTS: _drop_drafts,
    Kept.LINKS: _drop_links,
    Kept.ACCESS: _drop_access,
    Kept.PEOPLE: _erase_people,
}
