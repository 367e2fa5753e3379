"""Whose turn it is to send in a trial installation: the workers', or that of one `ksdd tick`.

A tick looks as of a moment of its own. What a worker has claimed by the clock of the machine looks
free to it, and the other way round; so while one of them sends the other does not.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from processes.office import Office
from processes.settings import Settings
from processes.store import sweeps
from processes.store.tries import TICK
from worker.tick import tick

#: the file in the data folder that stands for the turn
FILE = "sending.lock"


@contextmanager
def turn(settings: Settings) -> Iterator[bool]:
    """Whether a worker may send now; a tick waits until it has done so."""
    if not settings.is_development:
        yield True
        return
    with held(settings.data / FILE, fcntl.LOCK_SH) as is_held:
        yield is_held


@contextmanager
def held(path: Path, how: int) -> Iterator[bool]:
    """Whether a file that stands for something could be locked (`LOCK_EX`, `LOCK_SH`) at once."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def tick_in_turn(office: Office, now: datetime) -> dict[str, int]:
    """`tick` beside workers that are at work: they leave what it writes to it and to later ticks,
    until the clock of the machine has come to `now`."""
    with (office.settings.data / FILE).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with office.database.write() as session:
            before = sweeps.beats(session).get(TICK)
            furthest = now if before is None else max(now, before.finished_at)
            sweeps.beat(session, TICK, now=furthest)
        return tick(office, now)
