"""What a worker does when beat wakes it: one task per sweep, none of which carries data."""

from __future__ import annotations

from functools import cache

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

    @app.task(name="sweep_documents")
    def sweep_documents() -> None:
        sweeps.sweep_documents(office(), sweeps.utc_now)

    @app.task(name="sweep_outbox")
    def sweep_outbox() -> None:
        sweeps.sweep_outbox(office(), sweeps.utc_now)

    @app.task(name="sweep_events")
    def sweep_events() -> None:
        sweeps.sweep_events(office(), sweeps.utc_now)
