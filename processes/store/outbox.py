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

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select, text, update
from sqlalchemy.orm import Session

from processes.store import ledger
from processes.store.among import among
from processes.store.database import insert_missing
from processes.store.kinds import WAITED_FOR
from processes.store.marks import as_sent
from processes.store.tables import LedgerEntry, Message, MessageStatus, new_id
from processes.store.tries import CLOCK_ERROR, PAUSES, TRIES, is_due, is_early, unless_ticked
from processes.store.ways import HAND, MAIL

#: a message whose sender died at so many tries is claimed by itself from then on: whatever it is
#: that kills, those claimed with it must not lose their tries; only what shares its letter does
SUSPECT = 3
LEASE = timedelta(seconds=60)
#: messages that share one mail at most
MOST_IN_ONE = 500
#: what waits, or comes, this much too late shares one letter per address
CATCHING_UP = timedelta(hours=1)
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
    is_new: bool = False,
) -> Message | None:
    """Put a message in the outbox; None when one with this key was put there before, which cannot
    be when `is_new`: the key names something that was made just now.

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
    if is_new:
        message = Message(**row)
        session.add(message)
        return message
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

    A message whose senders died with it at every try is parked instead of taken; from the third
    such try on it is taken without others, but for those that share its letter. The collapsible
    ones wait for more of their kind unless wanted. `channels` are the open ways; None takes every
    one. Whoever claims next waits for the end of this transaction, so that it cannot take what may
    share a mail with these.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": CLAIMING})
    due = _in_turn(_free(now, is_due(now)))
    if not with_collapsible:
        due = due.where(Message.collapsible.is_(False))
    if channels is not None:
        due = due.where(Message.channel.in_(channels))
    taken: list[Message] = []
    # what is parked makes room for those behind it
    while not taken and (found := session.scalars(due.limit(limit)).all()):
        suspect = next((n for n, message in enumerate(found) if _is_suspect(message)), len(found))
        taken = _take(session, found[: max(suspect, 1)], now, lease)
    return taken


def _is_suspect(message: Message) -> bool:
    """Whether its last sender died with it, and not for the first time."""
    return message.attempts >= SUSPECT and message.lease_until is not None


def claim_companions(
    session: Session,
    message: Message,
    now: datetime,
    lease: timedelta = LEASE,
    *,
    of_every_kind: bool = False,
    early: bool = False,
) -> list[Message]:
    """Take what else waits at the address and may share a letter: what is due and collapsible, and
    what failed before and is old; or everything due, and whatever failed before when `early`.

    What is taken early keeps its own next try, in case this one fails.
    """
    if of_every_kind:
        due, failed = is_due(now), Message.attempts > 0
        wanted = _free(now, or_(due, failed) if early else due)
    else:
        wanted = _alike(now)
    alike = wanted.where(
        Message.channel == message.channel,
        Message.address == message.address,
        Message.id != message.id,
        Message.kind.not_in(WAITED_FOR),
    )
    found = session.scalars(_in_turn(alike).limit(MOST_IN_ONE)).all()
    return _take(session, found, now, lease)


def crowded(session: Session, messages: Collection[Message], now: datetime) -> set[tuple[str, str]]:
    """At which of their channels and addresses something else waits that may share a letter."""
    more = _alike(now).where(
        among(Message.address, {message.address for message in messages}),
        not_(among(Message.id, [message.id for message in messages])),
    )
    found = session.execute(more.with_only_columns(Message.channel, Message.address).distinct())
    return {(channel, address) for channel, address in found}


def _alike(now: datetime) -> Select[Any]:
    """Waiting messages that may share a letter with another to the same address."""
    due, failed = is_due(now), Message.attempts > 0
    old = Message.created_at <= now - CATCHING_UP
    wanted = or_(and_(due, or_(Message.collapsible.is_(True), old)), and_(failed, old))
    return _free(now, wanted).where(Message.kind.not_in(WAITED_FOR))


def _free(now: datetime, wanted: ColumnElement[bool]) -> Select[Any]:
    """Waiting messages that nobody has."""
    return select(Message).where(
        Message.status == MessageStatus.WAITING,
        wanted,
        or_(
            Message.lease_until.is_(None),
            Message.lease_until <= now,
            unless_ticked(now, Message.lease_until > now + CLOCK_ERROR + LEASE),
        ),
    )


def _in_turn(free: Select[Any]) -> Select[Any]:
    """The oldest moment first, each for whoever asks first.

    Those of one moment come in any order: the index then gives the first of a hundred thousand
    without sorting the others.
    """
    ordered = free.order_by(Message.not_before)
    return ordered.with_for_update(skip_locked=True)


def _take(
    session: Session, found: Sequence[Message], now: datetime, lease: timedelta
) -> list[Message]:
    taken = []
    for message in found:
        early = is_early(message, now)
        if message.attempts >= TRIES and not early:
            _park(message, message.last_error or "the sender died at every try")
            continue
        message.attempts += not early
        message.lease_until = now + lease
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
    short = None if subject is None else subject[:300]
    sent = as_sent(message_id, moment=now, subject=short, shares_with=shares_with)
    channel = session.scalar(sent.returning(Message.channel))
    if channel is None:
        channel = session.get_one(Message, message_id).channel
    ledger.note_sent(session, message_id, channel, now)


def mark_failed(session: Session, message_id: str, *, error: str, now: datetime) -> Message:
    """Note a failed try: the message waits for the next one, or is parked after the last. One that
    was tried early waits for the moment it had."""
    message = session.get_one(Message, message_id)
    if message.status is not MessageStatus.WAITING:
        return message
    message.lease_until = None
    message.last_error = error[:2000]
    ledger.note(session, message, LedgerEntry.REFUSED, now=now, said=error)
    if message.attempts >= TRIES and not is_early(message, now):
        _park(message, message.last_error)
    elif not is_early(message, now):
        message.not_before = now + PAUSES[max(message.attempts, 1) - 1]
    session.flush()
    return message


def send_again(session: Session, message_id: str, *, now: datetime) -> None:
    """Let a message that was put aside, taken by hand, or waits for a later try, try anew from the
    start."""
    aside = (MessageStatus.PARKED, MessageStatus.BY_HAND, MessageStatus.WAITING)
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


def is_known(session: Session, key: str) -> bool:
    """Whether a message with this key was ever put in the outbox."""
    return session.scalar(select(Message.id).where(Message.key == key)) is not None


def _park(message: Message, error: str) -> None:
    message.status = MessageStatus.PARKED
    message.lease_until = None
    message.last_error = error
