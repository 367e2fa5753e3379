"""What a worker does when beat wakes it: one task per sweep, none of which carries data."""

from __future__ import annotations

import fcntl
import logging
import platform
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path

from celery import Celery
from sqlalchemy.exc import DBAPIError

from processes.errors import KsddError, OldTables, SettingsError, StorageFull, Unavailable
from processes.office import Office
from processes.sentences import say
from processes.settings import Settings
from processes.store.documents import FULL
from processes.store.trouble import told
from worker import sweeps
from worker.lasting import Lasting
from worker.summons import Summons, one_at_a_time
from worker.turns import held, turn
from worker.watch import PERIOD

log = logging.getLogger(__name__)

#: the sweep of the letters, for which several workers are woken when there are many
LETTERS = "sweep_outbox"
#: each other sweep by the name of its task
SWEEPS = {
    "sweep_timers": sweeps.sweep_timers,
    "sweep_reminders": sweeps.sweep_reminders,
    "sweep_escalations": sweeps.sweep_escalations,
    "sweep_documents": sweeps.sweep_documents,
    "sweep_events": sweeps.sweep_events,
    "sweep_history": sweeps.sweep_history,
    "sweep_repairs": sweeps.sweep_repairs,
    "sweep_trials": sweeps.sweep_trials,
    "sweep_ping": sweeps.sweep_ping,
}
#: those that a server elsewhere, or much work, may keep waiting: one process of a machine is enough
#: for each. The letters have one of each worker (`summons`)
SLOW = frozenset(
    {
        "sweep_documents",
        "sweep_events",
        "sweep_history",
        "sweep_trials",
        "sweep_ping",
    }
)

#: those that send something, beside the letters
SENDING = frozenset({"sweep_events"})

#: seconds after which a sweep is ended that may take longer than the others: a trial on a machine
#: that has much else to do. When the broker gives it to another worker meanwhile, that one finds
#: the trial held
PATIENT = {"sweep_trials": {"time_limit": 1200}}


def register(app: Celery, settings: Settings) -> None:
    """Give the application its sweeps. Each process opens its own office at its first sweep:

    an open database must not be carried over a fork.
    """

    @cache
    def office() -> Office:
        return Office.open(settings)

    def swept(name: str) -> Callable[[], None]:
        def run() -> None:
            if name not in SLOW:
                SWEEPS[name](office(), sweeps.utc_now)
                return
            one = alone(settings.data / f"{name}-{platform.node()}.lock")
            sends = turn(settings) if name in SENDING else nullcontext(True)
            with one as is_alone, sends as may_send:
                if is_alone and may_send:
                    SWEEPS[name](office(), sweeps.utc_now)

        return run

    lasting = Lasting()
    for name in SWEEPS:
        app.task(name=name, shared=False, **PATIENT.get(name, {}))(
            _calm(swept(name), lasting, proves=name not in SLOW)
        )
    app.task(name=LETTERS, shared=False)(
        _calm(_delivery(app, settings, office), lasting, proves=False)
    )


def _calm(run: Callable[[], None], lasting: Lasting, *, proves: bool) -> Callable[[], None]:
    """The sweep, which writes one line when database or disk let nobody work, and not a traceback
    every few seconds; what is due then is found by a later one. Other failures are faults of ours.

    Whether its coming to an end `proves` that all is well: some end without having asked anything.
    """

    def calm() -> None:
        try:
            run()
        except (KsddError, DBAPIError, OSError) as error:
            why = _trouble(error)
            if why is None:
                raise
            if lasting.is_news(time.monotonic()):
                log.error("%s", say("worker.sweeps_stand", "id", why=why, period=f"{PERIOD:g}"))
            return
        lasted = lasting.over(time.monotonic()) if proves else None
        if lasted is not None:
            log.warning("%s", say("worker.sweeps_go_on", "id", seconds=round(lasted)))

    return calm


def _trouble(error: KsddError | DBAPIError | OSError) -> str | None:
    """What keeps a sweep from its work, in words; None when that is a fault of ours."""
    if isinstance(error, OSError):
        return StorageFull("errors.database_full").say() if error.errno in FULL else None
    if isinstance(error, KsddError):
        is_known = isinstance(error, SettingsError | OldTables | StorageFull | Unavailable)
        return error.say() if is_known else None
    known = told(error)
    if known is None or isinstance(known, StorageFull):
        return known.say() if known else None
    said = str(error.orig or "").strip().partition("\n")[0]
    return say("worker.database_away", "id", why=said)


def _delivery(app: Celery, settings: Settings, office: Callable[[], Office]) -> Callable[[], None]:
    alone_in_worker = one_at_a_time()

    def deliver() -> None:
        summons = Summons(app, LETTERS)
        with alone_in_worker() as is_alone, turn(settings) as may_send:
            if is_alone and may_send:
                sweeps.sweep_outbox(office(), sweeps.utc_now, more=summons.note)
        summons.pass_on()

    return deliver


def alone(path: Path) -> AbstractContextManager[bool]:
    """Whether nobody else on this machine is at it: a server elsewhere that keeps one sweep waiting
    must not take every process from the others."""
    return held(path, fcntl.LOCK_EX)
