"""Messages: what waits, what is put aside, what is to be sent by hand, as far as one may see it.

A viewer of some regions sees what goes to their officials, and as the pemrakarsa what waits for a
hand to bring it to a contact whom a partner without officials named with its code: nobody else
would. What lost its point is not listed as
waiting: the worker lets go of it when its turn comes, and nobody need send it by hand.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from processes.store.kinds import CODE, still_has_point
from processes.store.questions.pages import Page, rows_of_page
from processes.store.questions.partners import CONTACT_NAMED
from processes.store.tables import (
    Case,
    History,
    Message,
    MessageStatus,
    Official,
    PartyCode,
    Person,
    Task,
)
from processes.store.viewer import Viewer
from processes.store.ways import HAND

#: what somebody may have to do something about
WANTED = (MessageStatus.BY_HAND, MessageStatus.PARKED, MessageStatus.WAITING)


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """A message with whom it is for and what it is about, where it has that."""

    message: Message
    official: Official | None
    person: Person | None
    task: Task | None
    case: Case | None


def page_of_messages(
    session: Session,
    viewer: Viewer,
    *,
    page: int,
    statuses: Collection[MessageStatus] = (),
    region: str | None = None,
    case_id: str | None = None,
) -> Page[Addressed]:
    """One page of the messages the viewer may see, the newest first; no status means all."""
    query = seen_messages(viewer)
    if statuses:
        query = query.where(Message.status.in_(statuses), or_(~_unsent(), still_has_point()))
    if region is not None:
        query = query.where(Official.region_code == region)
    if case_id is not None:
        query = query.where(Message.case_id == case_id)
    ordered = query.order_by(Message.created_at.desc(), Message.id)
    rows, total = rows_of_page(session, ordered, page)
    return Page(items=[_addressed(row) for row in rows], number=page, total=total)


def find_message(session: Session, viewer: Viewer, message_id: str) -> Addressed | None:
    """One message as the viewer may see it; None when there is none, or none for him."""
    row = session.execute(seen_messages(viewer).where(Message.id == message_id)).one_or_none()
    return None if row is None else _addressed(row)


def wanted_messages(session: Session, viewer: Viewer, limit: int = 500) -> list[Addressed]:
    """All that waits for somebody or something, for a printed list: by person, oldest first."""
    query = seen_messages(viewer).where(Message.status.in_(WANTED), still_has_point())
    ordered = query.order_by(Official.region_code, Person.name, Message.created_at, Message.id)
    return [_addressed(row) for row in session.execute(ordered.limit(limit))]


def refused_messages(session: Session, viewer: Viewer, now: datetime, *, limit: int) -> list[str]:
    """The messages (ids) that were refused and wait for a later try, the oldest first."""
    query = _refused(viewer, now).with_only_columns(Message.id)
    return list(session.scalars(query.order_by(Message.created_at, Message.id).limit(limit)))


def count_refused(session: Session, viewer: Viewer, now: datetime) -> int:
    """How many messages these are."""
    return session.scalar(_refused(viewer, now).with_only_columns(func.count())) or 0


def _refused(viewer: Viewer, now: datetime) -> Select[Message, Official, Person, Task, Case]:
    return seen_messages(viewer).where(
        Message.status == MessageStatus.WAITING,
        Message.last_error.is_not(None),
        Message.not_before > now,
        Message.channel != HAND,
        Message.kind != CODE,
        still_has_point(),
    )


def count_of_messages(viewer: Viewer, status: MessageStatus) -> Select[int]:
    """A query: how many messages the viewer may see in a state that wants somebody."""
    query = seen_messages(viewer).where(Message.status == status, still_has_point())
    return query.with_only_columns(func.count())


def messages_of_case(viewer: Viewer, case_id: str) -> Select[Message, Official, Person, Task, Case]:
    """The messages about a case that the viewer may see, unordered, with whom they are for."""
    return seen_messages(viewer).where(Message.case_id == case_id)


def _unsent() -> ColumnElement[bool]:
    return Message.status.in_(WANTED)


def seen_messages(viewer: Viewer) -> Select[Message, Official, Person, Task, Case]:
    """A query: the messages the viewer may see, with whom they are for and what they are about."""
    query = (
        select(Message, Official, Person, Task, Case)
        .outerjoin(Official, Official.id == Message.official_id)
        .outerjoin(Person, Person.id == Official.person_id)
        .outerjoin(Task, Task.id == Message.task_id)
        .outerjoin(Case, Case.id == Message.case_id)
    )
    if viewer.sees_everything:
        return query
    regions = viewer.regions or ()
    to_contact = and_(Message.channel == HAND, Case.region_code.in_(regions), _is_contact())
    return query.where(or_(Official.region_code.in_(regions), to_contact))


def _is_contact() -> ColumnElement[bool]:
    """Whether the official was named by his region with its code, in whatever case."""
    named = (
        select(History.seq)
        .join(PartyCode, PartyCode.case_id == History.case_id)
        .where(PartyCode.region_code == Official.region_code, History.kind == CONTACT_NAMED)
        .where(History.details["official"].as_string() == Official.id)
    )
    return exists(named.correlate(Official))


def _addressed(row: Any) -> Addressed:
    message, official, person, task, case = row
    return Addressed(message=message, official=official, person=person, task=task, case=case)
