"""One sweep: ask the database what is due, do a little, look again; then say that it ran."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from processes import actions
from processes.office import Office
from processes.store import sweeps as heartbeat
from worker.channels import channel_of
from worker.delivery import deliver_batch
from worker.webhook_delivery import deliver_round, note_late

#: cases or messages per transaction batch: small, so that pages are never kept waiting
BATCH = 20
#: seconds after which a sweep leaves the rest to the next one
BUDGET = 60.0

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment; the worker's only look at the clock."""
    return datetime.now(UTC)


def sweep_timers(office: Office, clock: Clock) -> int:
    """Count the cases that are behind the calendar, then fire every BPMN timer that is due;
    returns how many cases were touched."""

    def some(now: datetime) -> int:
        counted = actions.recount_cases(office, now=now, limit=BATCH)
        return counted or actions.fire_timers(office, now=now, limit=BATCH)

    return _sweep(office, "timers", some, clock)


def sweep_reminders(office: Office, clock: Clock) -> int:
    """Remind whoever is to be reminded; returns how many alarms rang."""

    def some(now: datetime) -> int:
        actions.change_substitutes(office, now=now)
        return actions.fire_alarms(office, kinds=actions.REMINDERS, now=now, limit=BATCH)

    return _sweep(office, "reminders", some, clock)


def sweep_escalations(office: Office, clock: Clock) -> int:
    """Tell the house what is late, or hand it over, and write the digests of the morning; returns
    how many alarms rang."""

    def some(now: datetime) -> int:
        actions.write_digests(office, now=now)
        return actions.fire_alarms(office, kinds=actions.ESCALATIONS, now=now, limit=BATCH)

    return _sweep(office, "escalations", some, clock)


def sweep_documents(office: Office, clock: Clock) -> int:
    """Ask the virus scanner, if there is one, for the files it has not answered for."""

    def some(now: datetime) -> int:
        return actions.scan_documents(office, now=now, limit=BATCH)

    return _sweep(office, "documents", some, clock)


def sweep_outbox(office: Office, clock: Clock) -> int:
    """Deliver every message that is due; returns how many letters were tried.

    Without a mail server (in production) the mails wait, and the board says so.
    """
    mail = channel_of(office.settings)

    def some(now: datetime) -> int:
        return deliver_batch(office, mail, now, BATCH).tried

    return _sweep(office, "outbox", some, clock)


def sweep_events(office: Office, clock: Clock) -> int:
    """Tell the systems of the regions what happened and what is late; returns how many events were
    tried. Apart from the letters, so that a slow receiver keeps none of them back."""
    note_late(office, clock())
    failed: frozenset[str] = frozenset()

    def some(now: datetime) -> int:
        nonlocal failed
        done = deliver_round(office, now, without=failed)
        failed |= done.failed
        return done.tried

    return _sweep(office, "events", some, clock)


def _sweep(office: Office, name: str, some: Callable[[datetime], int], clock: Clock) -> int:
    """Repeat `some` until it finds nothing or the time is used up, then leave a heartbeat."""
    done = 0
    stop_at = time.monotonic() + BUDGET
    while found := some(clock()):
        done += found
        if time.monotonic() > stop_at:
            break
    with office.database.write() as session:
        heartbeat.beat(session, name, now=clock(), done=done)
    return done
