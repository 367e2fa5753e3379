"""What is still in the outbox and overtaken by something newer.

What somebody took to send it from his own telephone is left alone: he may have sent it, and is to
be able to say that it arrived.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session, aliased

from processes.store.kinds import CODE
from processes.store.tables import LedgerEntry, Link, Message, MessageEvent, MessageStatus
from processes.store.ways import HAND


def drop_older_by_hand(session: Session, message: Message) -> None:
    """Let go of what waits for a hand and is overtaken by a newer message about the same: with a
    link for the same purpose, or without any and of the same kind."""
    about = (
        Message.task_id == message.task_id
        if message.task_id is not None
        else and_(Message.task_id.is_(None), Message.kind == message.kind)
    )
    case = Message.case_id == message.case_id if message.case_id else Message.case_id.is_(None)
    session.execute(
        update(Message)
        .where(Message.status == MessageStatus.BY_HAND, Message.id != message.id, about, case)
        .where(Message.official_id == message.official_id, Message.kind != CODE)
        .where(_asks_the_same(message), ~_taken())
        .values(status=MessageStatus.DROPPED)
    )


def drop_older_digests(session: Session, message: Message) -> None:
    """Let go of the digests of this kind to the same official that did not go out yet."""
    unsent = (MessageStatus.WAITING, MessageStatus.PARKED, MessageStatus.BY_HAND)
    session.execute(
        update(Message)
        .where(Message.status.in_(unsent), Message.id != message.id, Message.kind == message.kind)
        .where(Message.official_id == message.official_id, ~_taken())
        .values(status=MessageStatus.DROPPED, lease_until=None)
    )


def _asks_the_same(message: Message) -> ColumnElement[bool]:
    if message.link_id is None:
        return and_(Message.link_id.is_(None), Message.kind == message.kind)
    old, new = aliased(Link), aliased(Link)
    return exists(
        select(old.id)
        .join(new, new.purpose == old.purpose)
        .where(old.id == Message.link_id, new.id == message.link_id)
        .correlate(Message)
    )


def _taken() -> ColumnElement[bool]:
    """Whether somebody took it to send it from his own telephone."""
    return exists(
        select(MessageEvent.id)
        .where(MessageEvent.message_id == Message.id, MessageEvent.channel == HAND)
        .where(MessageEvent.kind == LedgerEntry.PREPARED)
        .correlate(Message)
    )
