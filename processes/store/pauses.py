"""Nothing leaves the house after a restore until somebody says so.

The old installation may have sent what waited when the backup was made, then or later. So that
nobody is told twice without a person's word, that is put aside when the sending goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from processes.store.tables import (
    DeliveryStatus,
    Message,
    MessageStatus,
    SendingPause,
    WebhookDelivery,
)

#: why a message was put aside, as the pages show it
MAYBE_SENT = "mungkin sudah dikirim sebelum pemulihan dari cadangan"


def running(session: Session) -> SendingPause | None:
    """The pause that holds back everything now, if there is one."""
    open_ones = select(SendingPause).where(SendingPause.ended_at.is_(None))
    return session.scalar(open_ones.order_by(SendingPause.since).limit(1))


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a pause holds back."""

    #: the moment whose rows the backup held
    made_at: datetime
    #: messages and events that wait
    count: int


def held(session: Session) -> Held | None:
    """What is held back now; None when everything goes out."""
    pause = running(session)
    if pause is None:
        return None
    return Held(made_at=pause.made_at, count=count_held(session))


def begin(session: Session, *, made_at: datetime, now: datetime) -> int:
    """Hold everything back; how many messages and events waited when the backup was made."""
    session.add(SendingPause(made_at=made_at, since=now))
    session.flush()
    return count_held(session)


def count_held(session: Session) -> int:
    """How many messages and events wait to be sent."""
    letters = select(func.count()).where(Message.status == MessageStatus.WAITING)
    events = select(func.count()).where(WebhookDelivery.status == DeliveryStatus.WAITING)
    return (session.scalar(letters) or 0) + (session.scalar(events) or 0)


def end(session: Session, pause: SendingPause, *, by: str, everything: bool, now: datetime) -> int:
    """Let the sending go on; how many messages and events were put aside.

    What came out of the backup and has come due by now may have gone out from the old installation,
    which went on after the backup, perhaps until now; and what had failed before may have been sent
    at any moment. They are put aside with that reason, unless `everything` is to go. What was made
    since the restore is new.
    """
    aside = 0
    if not everything:
        letters = update(Message).where(
            Message.status == MessageStatus.WAITING,
            Message.created_at <= pause.since,
            or_(Message.not_before <= now, Message.attempts > 0),
        )
        events = update(WebhookDelivery).where(
            WebhookDelivery.status == DeliveryStatus.WAITING,
            WebhookDelivery.created_at <= pause.since,
            or_(WebhookDelivery.not_before <= now, WebhookDelivery.attempts > 0),
        )
        values = {"lease_until": None, "last_error": MAYBE_SENT}
        for statement in (
            letters.values(status=MessageStatus.PARKED, **values).returning(Message.id),
            events.values(status=DeliveryStatus.PARKED, **values).returning(WebhookDelivery.id),
        ):
            aside += len(session.execute(statement).all())
    pause.ended_at, pause.ended_by = now, by
    session.flush()
    return aside
