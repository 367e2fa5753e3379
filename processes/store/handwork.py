"""A message that somebody takes in hand: its row for him alone, whose it is, where it belongs."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.tables import Message, Official, Person


def lock(session: Session, message_id: str) -> Message | None:
    """The message as it stands now, locked until the transaction ends; None when unknown."""
    return session.scalar(
        select(Message)
        .where(Message.id == message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def case_of(session: Session, message_id: str) -> str | None:
    """The case (id) a message is about, if any."""
    return session.scalar(select(Message.case_id).where(Message.id == message_id))


def region_of(session: Session, message: Message) -> str | None:
    """The region whose official it is for; None when it is for no official."""
    if message.official_id is None:
        return None
    return session.get_one(Official, message.official_id).region_code


def person_of(session: Session, message: Message) -> Person | None:
    """Whom it is for; None when it is for no official."""
    if message.official_id is None:
        return None
    return session.get_one(Person, session.get_one(Official, message.official_id).person_id)
