"""How the way of mails stands: when a letter was taken last, and what was refused since.

One refusal says little; two of one letter, with no letter taken meanwhile, say that the server is
away, or that its address or password is wrong.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from processes.store import sweeps
from processes.store.tables import LedgerEntry, Message, MessageEvent, MessageStatus, Sweep
from processes.store.tries import CLOCK_ERROR
from processes.store.ways import MAIL

#: under this name stands among the sweeps when a mail was taken last
TAKEN = "mail"
#: so often a letter is refused before it counts
REFUSALS = 2
#: what is brought forward goes out one after the other in this pace
PACE = timedelta(seconds=1)


def last_taken(session: Session, now: datetime) -> datetime | None:
    """When a mail was taken last; None when that is not known, as by a clock that was wrong."""
    found = session.scalar(select(Sweep.finished_at).where(Sweep.name == TAKEN))
    return None if found is None or found > now + CLOCK_ERROR else found


def stalled(since: datetime | None) -> Select[str, datetime, datetime]:
    """The mails (id) that wait although they were tried, and that were refused again and again with
    none taken since: with their first refusal (`first`) and last one (`last`)."""
    refused = (
        select(
            Message.id,
            func.min(MessageEvent.at).label("first"),
            func.max(MessageEvent.at).label("last"),
        )
        .join(MessageEvent, MessageEvent.message_id == Message.id)
        .where(Message.status == MessageStatus.WAITING, Message.channel == MAIL)
        .where(Message.last_error.is_not(None))
        .where(MessageEvent.kind == LedgerEntry.REFUSED, MessageEvent.channel == MAIL)
        .group_by(Message.id)
        .having(func.count() >= REFUSALS)
    )
    return refused if since is None else refused.where(MessageEvent.at > since)


def note_taken(session: Session, *, count: int, now: datetime) -> int:
    """Note that mails were taken; what waited because none was, is brought forward, the oldest
    first and one after the other. How many letters that are."""
    # senders beside this one wait here, and then find nothing to bring forward
    session.execute(select(Sweep.name).where(Sweep.name == TAKEN).with_for_update())
    forward = _bring_forward(session, last_taken(session, now), now)
    sweeps.beat(session, TAKEN, now=now, done=count)
    sweeps.count(session, TAKEN, count)
    return forward


def _bring_forward(session: Session, since: datetime | None, now: datetime) -> int:
    waiting = stalled(since).subquery()
    free = or_(Message.lease_until.is_(None), Message.lease_until <= now)
    query = (
        select(Message.id, Message.not_before)
        .where(Message.id.in_(select(waiting.c.id)), Message.not_before > now, free)
        .order_by(Message.created_at, Message.id)
        .with_for_update(skip_locked=True)
    )
    moved = [
        {"id": each.id, "not_before": now + number * PACE}
        for number, each in enumerate(session.execute(query))
        if each.not_before > now + number * PACE
    ]
    if moved:
        session.execute(update(Message), moved)
    return len(moved)
