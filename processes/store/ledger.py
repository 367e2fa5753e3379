"""The ledger of messages: what happened to each and when, in words that claim no more than that.

A message is made when its row is; everything after that is a line here. Nobody knows that a message
was read: a link that was asked for may have been asked for by a program that looks for danger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from processes.store.tables import LedgerEntry, Link, Message, MessageEvent

#: what is said of a message that was sent, in order
SENT = (LedgerEntry.PREPARED, LedgerEntry.ACCEPTED)


def note(
    session: Session,
    message: Message,
    kind: LedgerEntry,
    *,
    now: datetime,
    by: str = "",
    said: str = "",
    channel: str | None = None,
    link_id: str | None = None,
) -> None:
    """Add a line; `by` is a person as it is printed, `said` what a server or a person said."""
    session.add(
        MessageEvent(
            message_id=message.id,
            kind=kind,
            at=now,
            channel=channel or message.channel,
            by=by[:300],
            note=said[:2000],
            link_id=link_id,
        )
    )


def note_sent(session: Session, message_id: str, channel: str, now: datetime) -> None:
    """Add that a message was written and then accepted by its channel."""
    for kind in SENT:
        session.add(MessageEvent(message_id=message_id, kind=kind, at=now, channel=channel))


def lines_of(session: Session, message_ids: Collection[str]) -> dict[str, list[MessageEvent]]:
    """The lines of several messages, each in the order they were added."""
    found: dict[str, list[MessageEvent]] = defaultdict(list)
    query = select(MessageEvent).where(MessageEvent.message_id.in_(message_ids))
    order = {kind: number for number, kind in enumerate(LedgerEntry)}
    for line in sorted(session.scalars(query), key=lambda line: (line.at, order[line.kind])):
        found[line.message_id].append(line)
    return dict(found)


def carrier_of(session: Session, link: Link) -> Message | None:
    """The message that carried a link to its official; None for one that was only shown."""
    return session.scalar(_carrier(link))


def _carrier(link: Link) -> Select[Message]:
    carries = Message.link_id == link.id
    if link.carried_by is not None:
        carries = Message.id == link.carried_by
    return select(Message).where(carries).limit(1)


def is_fetched(session: Session, link: Link) -> bool:
    """Whether there is nothing to note of a link: no message, or it was asked for before."""
    before = exists().where(
        MessageEvent.message_id == Message.id,
        MessageEvent.kind == LedgerEntry.FETCHED,
        MessageEvent.link_id == link.id,
    )
    found = session.scalar(_carrier(link).with_only_columns(before))
    return found is None or found


def note_fetched(session: Session, link: Link, now: datetime) -> None:
    """Note that a link was asked for, once for each link."""
    # two that ask at once come one after the other
    carrier = session.scalar(_carrier(link).with_for_update())
    if carrier is None:
        return
    if not is_fetched(session, link):
        note(session, carrier, LedgerEntry.FETCHED, now=now, link_id=link.id)
