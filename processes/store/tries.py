"""When a message is tried, and tried again: the schedule, and clocks that were wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from processes.store.tables import Message, Sweep

#: pause after the first, second … failed try; after one more the message is parked.
#: Source: the retry schedule of Standard Webhooks, 75 hours in all.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
TRIES = len(PAUSES) + 1
#: a moment further ahead than this, beyond what our own waiting explains, was written by a wrong
#: clock that has been set right since
CLOCK_ERROR = timedelta(minutes=10)
#: the name under which `ksdd tick` notes the moment as of which it looks (`sweeps.beat`)
TICK = "tick"


def unless_ticked(now: datetime, ahead: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether `ahead` holds and was not written by a `ksdd tick` as of a moment that is still to
    come: what one wrote is left to the next one, and what one is about to send is left to it."""
    ticked = select(Sweep.name).where(Sweep.name == TICK, Sweep.finished_at > now)
    return and_(ahead, ~ticked.exists())


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether a message's moment has come; one that only a wrong clock can have written does not
    count."""
    furthest = now + CLOCK_ERROR
    wrong = or_(
        Message.created_at > furthest,
        and_(Message.attempts > 0, Message.not_before > furthest + PAUSES[-1]),
    )
    return or_(Message.not_before <= now, unless_ticked(now, wrong))


def is_early(message: Message, now: datetime) -> bool:
    """Whether a claimed message was taken before its own next try, to share a letter."""
    furthest = now + CLOCK_ERROR
    in_time = now < message.not_before <= furthest + PAUSES[-1]
    return in_time and message.attempts > 0 and message.created_at <= furthest
