"""Messages that come about together and may share one letter: nobody gets a pile of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from processes.store.tables import Message, MessageStatus


def let_share(session: Session, case_id: str, now: datetime) -> None:
    """Let what was put in the outbox about a case at this very moment share letters."""
    session.execute(
        update(Message)
        .where(Message.case_id == case_id, Message.created_at == now)
        .where(Message.status == MessageStatus.WAITING)
        .values(collapsible=True)
    )


def let_share_at_once(session: Session, official_ids: Collection[str], now: datetime) -> None:
    """Let what was put in the outbox for these officials at this very moment share one letter per
    address, where it is more than one."""
    session.flush()
    fresh = and_(
        Message.official_id.in_(official_ids),
        Message.created_at == now,
        Message.status == MessageStatus.WAITING,
    )
    several = (
        select(Message.channel, Message.address)
        .where(fresh)
        .group_by(Message.channel, Message.address)
        .having(func.count() > 1)
    )
    for channel, address in session.execute(several).all():
        session.execute(
            update(Message)
            .where(fresh, Message.channel == channel, Message.address == address)
            .values(collapsible=True)
        )
