"""`ksdd tick` looks as of another day while workers send by the clock of the machine."""

from __future__ import annotations

import fcntl
from datetime import timedelta

import pytest

from processes import actions
from processes.store import outbox
from processes.store import sweeps as heartbeat
from processes.store.tries import TICK
from tests.journeys.answers import Journey
from tests.journeys.town import Town
from worker import sweeps
from worker.delivery import deliver_due
from worker.turns import FILE, tick_in_turn, turn

BOGOR, SUKABUMI = "32.01", "32.02"
LATER = timedelta(days=14)


def letters(town: Town) -> list[str]:
    """The Message-ID of every letter that was sent."""
    return [
        line
        for path in (town.folder / "mail").glob("*.eml")
        for line in path.read_text().splitlines()
        if line.lower().startswith("message-id")
    ]


def a_tick_is_at_work(town: Town) -> None:
    """It has noted its day, and written what is due by then but not sent it yet."""
    with town.office.database.write() as session:
        heartbeat.beat(session, TICK, now=town.now + LATER)
    kinds = (*actions.REMINDERS, *actions.ESCALATIONS)
    while actions.fire_alarms(town.office, kinds=kinds, now=town.now + LATER, limit=100):
        pass


def test_a_worker_leaves_to_the_tick_what_the_tick_wrote(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    sweeps.sweep_outbox(both.office, lambda: both.now)
    before = letters(both)
    a_tick_is_at_work(both)
    assert sweeps.sweep_outbox(both.office, lambda: both.now) == 0
    assert letters(both) == before
    assert deliver_due(both.office, both.now + LATER) > 0
    after = letters(both)
    assert len(set(after)) == len(after) > len(before)


def test_a_worker_does_not_take_what_a_tick_has_claimed(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    with both.office.database.write() as session:
        heartbeat.beat(session, TICK, now=both.now + LATER)
    with both.office.database.write() as session:
        assert outbox.claim(session, both.now + LATER, 100)
    with both.office.database.write() as session:
        assert outbox.claim(session, both.now, 100) == []


def test_what_lies_ahead_of_a_clock_that_was_set_right_is_sent_where_nobody_ticked(
    both: Town,
) -> None:
    both.now += LATER
    Journey(both, [BOGOR, SUKABUMI])
    both.now -= LATER
    assert sweeps.sweep_outbox(both.office, lambda: both.now) > 0


def test_new_work_is_told_at_once_also_after_a_tick(both: Town) -> None:
    tick_in_turn(both.office, both.now + LATER)
    before = letters(both)
    Journey(both, [BOGOR, SUKABUMI])
    assert sweeps.sweep_outbox(both.office, lambda: both.now) > 0
    assert len(letters(both)) > len(before)


def test_a_tick_waits_for_a_worker_that_sends_and_workers_wait_for_it(town: Town) -> None:
    path = town.settings.data / FILE
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with turn(town.settings) as may_send:
            assert not may_send
    with turn(town.settings) as may_send, turn(town.settings) as another:
        assert may_send
        assert another
        with path.open("w") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_tick_of_an_earlier_day_leaves_the_furthest_one_known(town: Town) -> None:
    tick_in_turn(town.office, town.now + LATER)
    tick_in_turn(town.office, town.now)
    with town.office.database.read() as session:
        assert heartbeat.beats(session)[TICK].finished_at == town.now + LATER
