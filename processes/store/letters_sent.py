"""How many letters addresses got, counting those on their way."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.orm import Session

from processes.store.among import among
from processes.store.tables import Message, MessageStatus

#: a channel and an address on it
Place = tuple[str, str]


def counts(
    session: Session,
    places: Collection[Place],
    *,
    since: datetime,
    now: datetime,
    besides: Collection[str],
) -> dict[Place, int]:
    """Letters to each of several addresses since a moment, without the messages (ids) `besides`;
    an address that got none is not among the keys.

    Messages that share a letter count once.
    """
    sent = and_(
        Message.status.in_((MessageStatus.SENT, MessageStatus.DELIVERED)), Message.sent_at >= since
    )
    on_their_way = and_(Message.status == MessageStatus.WAITING, Message.lease_until > now)
    query = (
        select(Message.channel, Message.address, func.count())
        .where(
            among(Message.address, {address for _, address in places}),
            Message.shares_with.is_(None),
            not_(among(Message.id, besides)),
            or_(sent, on_their_way),
        )
        .group_by(Message.channel, Message.address)
    )
    return {(channel, address): found for channel, address, found in session.execute(query)}
