"""The outbox: what has to be told is written with the change it tells of, and sent later.

A sender claims messages with a lease, sends them outside any transaction, and marks them. When it
dies in between, the lease ends and another one sends: at least once, always with the same
Message-ID. After the last try a message is parked, and the board shows it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, text, true, update
from sqlalchemy.orm import Session

from processes.store import ledger
from processes.store.database import insert_missing
from processes.store.kinds import CODE
from processes.store.tables import LedgerEntry, Message, MessageStatus, new_id
from processes.store.ways import HAND, MAIL

#: pause after the first, second … failed try; after one more the message is parked.
#: Source: the retry schedule of Standard Webhooks, 75 hours in all.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
TRIES = len(PAUSES) + 1
LEASE = timedelta(seconds=60)
#: messages that share one mail at most
MOST_IN_ONE = 500
#: a moment further ahead than this, beyond what our own waiting explains, was written by a wrong
#: clock that has been set right since
CLOCK_ERROR = timedelta(minutes=10)
#: the senders of one installation claim one after the other, for PostgreSQL's advisory lock
CLAIMING = 7_020_919
#: right side of a Message-ID when the installation has no name of its own
DOMAIN = "ksdd.localhost"


def message_id_of(key: str, domain: str = DOMAIN) -> str:
    """The Message-ID of a key: the same at every try."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def put(
    session: Session,
    *,
    key: str,
    kind: str,
    address: str,
    now: datetime,
    channel: str = MAIL,
    case_id: str | None = None,
    task_id: str | None = None,
    official_id: str | None = None,
    link_id: str | None = None,
    values: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    collapsible: bool = False,
    domain: str = DOMAIN,
) -> Message | None:
    """Put a message in the outbox; None when one with this key was put there before.

    One that is `collapsible` may share a mail with others of its kind to the same address. What
    goes by hand is not sent by anybody here: it waits for a person.
    """
    row = {
        "id": new_id(),
        "key": key,
        "kind": kind,
        "channel": channel,
        "address": address,
        "case_id": case_id,
        "task_id": task_id,
        "official_id": official_id,
        "link_id": link_id,
        "values": dict(values or {}),
        "created_at": now,
        "not_before": not_before or now,
        "collapsible": collapsible,
        "status": MessageStatus.BY_HAND if channel == HAND else MessageStatus.WAITING,
        "message_id": message_id_of(key, domain),
    }
    session.flush()
    if not insert_missing(session, Message, [row]):
        return None
    return session.get(Message, row["id"])


def claim(
    session: Session,
    now: datetime,
    limit: int,
    lease: timedelta = LEASE,
    *,
    with_collapsible: bool = True,
    channels: Collection[str] | None = None,
) -> list[Message]:
    """Take up to `limit` messages that are due, for the length of the lease; no one else gets them.

    A message whose senders died with it at every try is parked instead of taken. Without the
    collapsible ones, those wait for more of their kind. `channels` are the ways that are open; None
    takes every one. Whoever claims next waits for the end of this transaction, so that it cannot
    take what may share a mail with these.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": CLAIMING})
    due = _due(now) if with_collapsible else _due(now).where(Message.collapsible.is_(False))
    if channels is not None:
        due = due.where(Message.channel.in_(channels))
    return _take(session, due.limit(limit), now + lease)


def claim_companions(
    session: Session,
    message: Message,
    now: datetime,
    lease: timedelta = LEASE,
    *,
    of_every_kind: bool = False,
) -> list[Message]:
    """Take the other due messages that may share a mail with a collapsible one just taken; or
    everything that is due at its address."""
    if not message.collapsible and not of_every_kind:
        return []
    alike = _due(now).where(
        Message.collapsible.is_(True) if not of_every_kind else true(),
        Message.channel == message.channel,
        Message.address == message.address,
        Message.id != message.id,
        Message.kind != CODE,
    )
    return _take(session, alike.limit(MOST_IN_ONE), now + lease)


def _due(now: datetime) -> Select[Message]:
    """Waiting messages whose moment has come and that nobody has; a moment that only a wrong clock
    can have written does not count."""
    furthest = now + CLOCK_ERROR
    return (
        select(Message)
        .where(
            Message.status == MessageStatus.WAITING,
            or_(
                Message.not_before <= now,
                Message.created_at > furthest,
                and_(Message.attempts > 0, Message.not_before > furthest + PAUSES[-1]),
            ),
            or_(
                Message.lease_until.is_(None),
                Message.lease_until <= now,
                Message.lease_until > furthest + LEASE,
            ),
        )
        .order_by(Message.not_before, Message.id)
        .with_for_update(skip_locked=True)
    )


def _take(session: Session, due: Select[Message], lease_until: datetime) -> list[Message]:
    taken = []
    for message in session.scalars(due).all():
        if message.attempts >= TRIES:
            _park(message, message.last_error or "the sender died at every try")
            continue
        message.attempts += 1
        message.lease_until = lease_until
        message.shares_with = None
        taken.append(message)
    session.flush()
    return taken


def mark_sent(
    session: Session,
    message_id: str,
    *,
    now: datetime,
    subject: str | None = None,
    shares_with: str | None = None,
) -> None:
    """Note that a message (by row id) was accepted by its channel, perhaps in another's letter."""
    message = session.get_one(Message, message_id)
    ledger.note(session, message, LedgerEntry.PREPARED, now=now)
    ledger.note(session, message, LedgerEntry.ACCEPTED, now=now)
    session.execute(
        update(Message)
        .where(Message.id == message_id, Message.status != MessageStatus.DELIVERED)
        .values(
            status=MessageStatus.SENT,
            sent_at=now,
            lease_until=None,
            last_error=None,
            shares_with=shares_with,
            subject=None if subject is None else subject[:300],
        )
    )


def mark_failed(session: Session, message_id: str, *, error: str, now: datetime) -> Message:
    """Note a failed try: the message waits for the next one, or is parked after the last."""
    message = session.get_one(Message, message_id)
    if message.status is not MessageStatus.WAITING:
        return message
    message.lease_until = None
    message.last_error = error[:2000]
    ledger.note(session, message, LedgerEntry.REFUSED, now=now, said=error)
    if message.attempts >= TRIES:
        _park(message, message.last_error)
    else:
        message.not_before = now + PAUSES[max(message.attempts, 1) - 1]
    session.flush()
    return message


def send_again(session: Session, message_id: str, *, now: datetime) -> None:
    """Let a message that was put aside, or taken by hand, try anew from the start."""
    aside = (MessageStatus.PARKED, MessageStatus.BY_HAND)
    session.execute(
        update(Message)
        .where(Message.id == message_id, Message.status.in_(aside))
        .values(status=MessageStatus.WAITING, attempts=0, not_before=now, lease_until=None)
    )


def drop_for_task(session: Session, task_id: str, *, kind: str | None = None) -> int:
    """Drop what still waits to be told of a task that closed, or of one kind; how many messages."""
    waiting = update(Message).where(
        Message.task_id == task_id, Message.status == MessageStatus.WAITING
    )
    if kind is not None:
        waiting = waiting.where(Message.kind == kind)
    dropped = waiting.values(status=MessageStatus.DROPPED, lease_until=None)
    return len(session.execute(dropped.returning(Message.id)).all())


def drop_older_by_hand(session: Session, message: Message) -> None:
    """Let go of what waits for a hand and is overtaken by a newer message about the same."""
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
        .values(status=MessageStatus.DROPPED)
    )


def drop_older_digests(session: Session, message: Message) -> None:
    """Let go of the digests of this kind to the same official that did not go out yet."""
    unsent = (MessageStatus.WAITING, MessageStatus.PARKED, MessageStatus.BY_HAND)
    session.execute(
        update(Message)
        .where(Message.status.in_(unsent), Message.id != message.id, Message.kind == message.kind)
        .where(Message.official_id == message.official_id)
        .values(status=MessageStatus.DROPPED, lease_until=None)
    )


def is_known(session: Session, key: str) -> bool:
    """Whether a message with this key was ever put in the outbox."""
    return session.scalar(select(Message.id).where(Message.key == key)) is not None


def postpone(session: Session, messages: Sequence[Message], until: datetime) -> None:
    """Give claimed messages back untried, to share one letter at a later moment."""
    for message in messages:
        message.not_before, message.collapsible = until, True
        message.lease_until, message.shares_with = None, None
        message.attempts -= 1
    session.flush()


def counts(session: Session) -> dict[MessageStatus, int]:
    """How many messages there are in each state; states without any are 0."""
    found = session.execute(select(Message.status, func.count()).group_by(Message.status))
    return dict.fromkeys(MessageStatus, 0) | dict(found.all())


def in_state(session: Session, status: MessageStatus, limit: int = 100) -> list[Message]:
    """The oldest messages in a state, for example the parked ones."""
    rows = select(Message).where(Message.status == status)
    return list(session.scalars(rows.order_by(Message.created_at, Message.id).limit(limit)))


def _park(message: Message, error: str) -> None:
    message.status = MessageStatus.PARKED
    message.lease_until = None
    message.last_error = error
