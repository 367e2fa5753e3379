"""Slowing down those who guess: only unknown tokens count, a valid link is never refused."""

from __future__ import annotations

from processes.errors import TooManyTries
from processes.store import limits
from webhooks.clock import now
from webhooks.current import address, office


def count_failure(*, weight: int = 1) -> None:
    """Note that this caller knew no valid token; TooManyTries when it guesses too often.

    Whoever has guessed too often is only looked up, so that a flood writes nothing. A token that
    was good once weighs 0: it takes the same time and counts for nothing.
    """
    with office().database.read() as session:
        blocked = limits.is_blocked(session, address(), now())
    if blocked and weight:
        raise TooManyTries
    if not blocked:
        with office().database.write() as session:
            limits.note_failure(session, address(), now(), weight=weight)
