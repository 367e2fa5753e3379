"""One sweep: ask the database what is due, do a little, look again; then say that it ran."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from processes import actions
from processes.office import Office
from processes.store import sweeps as heartbeat
from worker.channels import channel_of
from worker.delivery import sending
from worker.ping import ping
from worker.watch import PERIOD
from worker.webhook_delivery import deliver_round, note_late

#: cases or messages per transaction batch: small, so that pages are never kept waiting
BATCH = 20
#: letters that are claimed, written and sent together: they keep no page waiting
LETTERS = 100
#: seconds after which a sweep leaves the rest to the next one, so that no sweep waits long for the
#: others; below PERIOD
BUDGET = 4.0

Clock = Callable[[], datetime]
#: says in the middle of long work that it still goes on
Alive = Callable[[], None]


def utc_now() -> datetime:
    """The present moment; the worker's only look at the clock."""
    return datetime.now(UTC)


def sweep_timers(office: Office, clock: Clock) -> int:
    """Count the cases that are behind the calendar, then fire every BPMN timer that is due;
    returns how many cases were touched."""

    def some(now: datetime, _alive: Alive) -> int:
        counted = actions.recount_cases(office, now=now, limit=BATCH)
        return counted or actions.fire_timers(office, now=now, limit=BATCH)

    return _sweep(office, "timers", some, clock)


def sweep_reminders(office: Office, clock: Clock) -> int:
    """Remind whoever is to be reminded; returns how many alarms rang."""

    def some(now: datetime, _alive: Alive) -> int:
        actions.change_substitutes(office, now=now)
        return actions.fire_alarms(office, kinds=actions.REMINDERS, now=now, limit=BATCH)

    return _sweep(office, "reminders", some, clock)


def sweep_escalations(office: Office, clock: Clock) -> int:
    """Tell the house what is late, or hand it over, and write the digests and anchors of the
    morning; returns how many alarms rang and for how many regions there were any."""

    def some(now: datetime, _alive: Alive) -> int:
        written = actions.write_digests(office, now=now, limit=BATCH)
        written += actions.mail_anchors(office, now=now)
        return written + actions.fire_alarms(
            office, kinds=actions.ESCALATIONS, now=now, limit=BATCH
        )

    return _sweep(office, "escalations", some, clock)


def sweep_documents(office: Office, clock: Clock) -> int:
    """Ask the virus scanner, if there is one, for the files it has not answered for; and forget
    what was kept for a while only."""

    def some(now: datetime, alive: Alive) -> int:
        actions.forget_old(office, now=now)
        return actions.scan_documents(office, now=now, limit=BATCH, alive=alive)

    return _sweep(office, "documents", some, clock)


def sweep_outbox(
    office: Office, clock: Clock, more: Callable[[bool], None] = lambda _more: None
) -> int:
    """Deliver every message that is due; returns how many letters were tried.

    `more` hears after each batch whether more may wait. Without a mail server (in production) the
    mails wait, and the board says so.
    """
    with sending(office, channel_of(office.settings)) as sender:

        def some(now: datetime, alive: Alive) -> int:
            batch = sender.deliver_batch(now, LETTERS, alive=alive)
            more(batch.is_full)
            return batch.tried

        return _sweep(office, "outbox", some, clock)


def sweep_events(office: Office, clock: Clock) -> int:
    """Tell the systems of the regions what happened and what is late; returns how many events were
    tried. Apart from the letters, so that a slow receiver keeps none of them back."""
    note_late(office, clock())
    failed: frozenset[str] = frozenset()

    def some(now: datetime, _alive: Alive) -> int:
        nonlocal failed
        done = deliver_round(office, now, without=failed)
        failed |= done.failed
        return done.tried

    return _sweep(office, "events", some, clock)


def sweep_history(office: Office, clock: Clock) -> int:
    """Seal all histories once a day and look through all of them once a day; returns how many
    steps that took."""

    def some(now: datetime, _alive: Alive) -> int:
        return actions.seal_of_the_day(office, now=now) + actions.inspect_some(office, now=now)

    return _sweep(office, "history", some, clock)


def sweep_repairs(office: Office, clock: Clock) -> int:
    """Carry on what administrators ordered for many tasks at once; returns how many parts are
    settled."""

    def some(now: datetime, _alive: Alive) -> int:
        return actions.carry_on_repairs(office, now=now, limit=BATCH)

    return _sweep(office, "repairs", some, clock)


def sweep_trials(office: Office, clock: Clock) -> int:
    """Try out what somebody asks to publish: checks, scenarios and walk; returns how many requests
    were settled."""

    def some(_now: datetime, alive: Alive) -> int:
        return actions.try_requested(office, clock=clock, alive=alive)

    return _sweep(office, "trials", some, clock)


def sweep_ping(office: Office, clock: Clock) -> int:
    """Tell whoever watches from outside that all sweeps are at work; 1 when it was told."""
    return int(ping(office, clock()))


def _sweep(office: Office, name: str, some: Callable[[datetime, Alive], int], clock: Clock) -> int:
    """Repeat `some` until it finds nothing or the time is used up; it is seen to be alive after its
    steps and at its end, but not when it fails at once."""
    pulse = _Pulse(office, name, clock)
    stop_at = time.monotonic() + BUDGET
    while found := some(clock(), pulse.alive):
        pulse.done += found
        pulse.alive()
        if time.monotonic() > stop_at:
            break
    pulse.beat(is_last=True)
    return pulse.done


class _Pulse:
    """The heartbeat of one sweep, which is not written more often than anybody needs it."""

    def __init__(self, office: Office, name: str, clock: Clock) -> None:
        self._office = office
        self._name = name
        self._clock = clock
        self._next = time.monotonic() + PERIOD / 2
        self.done = 0

    def alive(self) -> None:
        """Note that the work goes on, when the last note is old enough."""
        if time.monotonic() >= self._next:
            self.beat()

    def beat(self, *, is_last: bool = False) -> None:
        """Note that the sweep ran until now and what it did; in the end, add it to its sum."""
        with self._office.database.write() as session:
            heartbeat.beat(session, self._name, now=self._clock(), done=self.done)
            if is_last:
                heartbeat.count(session, self._name, self.done)
        self._next = time.monotonic() + PERIOD / 2
