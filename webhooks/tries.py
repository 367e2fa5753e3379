"""Slowing down those who guess: only unknown tokens count, a valid link is never refused."""

from __future__ import annotations

from processes.errors import TooManyTries
from processes.store import limits
from webhooks.clock import now
from webhooks.current import address, office


def count_failure() -> None:
    """Note that this caller knew no valid token; TooManyTries when it guesses too often."""
    with office().database.write() as session:
        tries = limits.note_failure(session, address(), now())
    if tries > limits.TRIES_PER_MINUTE:
        raise TooManyTries
