"""What a worker does when beat wakes it: one task per sweep, none of which carries data."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from celery import Celery

from processes.office import Office
from processes.settings import Settings
from worker import sweeps


def register(app: Celery, settings: Settings) -> None:
    """Give the application its sweeps. Each process opens its own office at its first sweep:

    an open database must not be carried over a fork.
    """

    @cache
    def office() -> Office:
        return Office.open(settings)

    @app.task(name="sweep_timers")
    def sweep_timers() -> None:
        sweeps.sweep_timers(office(), sweeps.utc_now)

    @app.task(name="sweep_reminders")
    def sweep_reminders() -> None:
        sweeps.sweep_reminders(office(), sweeps.utc_now)

    @app.task(name="sweep_escalations")
    def sweep_escalations() -> None:
        sweeps.sweep_escalations(office(), sweeps.utc_now)

    @app.task(name="sweep_outbox")
    def sweep_outbox() -> None:
        with alone(settings.data / "outbox.lock") as is_alone:
            if is_alone:
                sweeps.sweep_outbox(office(), sweeps.utc_now)


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Whether nobody else on this machine is at it: a mail server that keeps one delivery waiting
    must not take every process from the other sweeps."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
