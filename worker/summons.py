"""Many letters, many hands: while more wait than one batch takes, other workers are woken too.

A summons is a wake-up like that of beat, and as little is lost with it: whoever is woken asks the
database what is due. Each worker sends with one of its processes at a time, so that a mail server
that keeps letters waiting does not take all of them; two workers send side by side, and which of
them sends what is decided by whose claim it is.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import mkstemp

from celery import Celery
from kombu.exceptions import OperationalError

#: seconds between two summonses of one sender, and after which one that nobody took is forgotten
EVERY, FORGOTTEN_AFTER = 1.0, 10


class Summons:
    """What one sweep does to wake others to the same work."""

    def __init__(self, app: Celery, name: str) -> None:
        self._app = app
        self._name = name
        self._last = time.monotonic() - EVERY
        self._is_heard = True
        self._more = False

    def note(self, more: bool) -> None:
        """Note after each batch whether more waits; wake others now and then as long as it does."""
        self._more = more
        if more and time.monotonic() - self._last >= EVERY:
            self._send()

    def pass_on(self) -> None:
        """Have somebody carry on at once with what is left at the end of the sweep."""
        if self._more:
            self._send()

    def _send(self) -> None:
        if not self._is_heard:
            return
        try:
            self._app.send_task(self._name, expires=FORGOTTEN_AFTER, retry=False)
        except OperationalError:
            # the broker is away, and asking once more takes seconds: beat wakes them later
            self._is_heard = False
        self._last = time.monotonic()


def one_at_a_time() -> Callable[[], AbstractContextManager[bool]]:
    """For the process that forks the others: whether none of those is at it already.

    A lock on a file without a name, which all of them share; it ends with the process that holds
    it, however that ends.
    """
    file, name = mkstemp()
    Path(name).unlink()

    @contextmanager
    def alone() -> Iterator[bool]:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            try:
                yield True
            finally:
                fcntl.lockf(file, fcntl.LOCK_UN)

    return alone
