"""How many letters an address got, counting those on their way."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from processes.store.tables import Message, MessageStatus


def count(
    session: Session,
    message: Message,
    *,
    since: datetime,
    now: datetime,
    besides: Collection[str],
) -> int:
    """Letters to the address of a message since a moment, without the messages (ids) `besides`.

    Messages that share a letter count once.
    """
    sent = and_(
        Message.status.in_((MessageStatus.SENT, MessageStatus.DELIVERED)), Message.sent_at >= since
    )
    on_their_way = and_(Message.status == MessageStatus.WAITING, Message.lease_until > now)
    query = select(func.count()).where(
        Message.address == message.address,
        Message.channel == message.channel,
        Message.shares_with.is_(None),
        Message.id.not_in(besides),
        or_(sent, on_their_way),
    )
    return session.scalar(query) or 0
