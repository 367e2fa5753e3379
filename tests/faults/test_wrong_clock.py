"""A clock that ran a year ahead and is set right: what it wrote must keep nobody waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from processes.store import alarms, outbox, sweeps
from processes.store.database import Database
from processes.store.tables import Alarm, AlarmKind, Message
from tests.journeys.answers import Journey
from tests.journeys.town import Town

YEAR = timedelta(days=365)


def put(database: Database, now: datetime) -> None:
    with database.write() as session:
        outbox.put(session, key="kabar", kind="kabar", address="kabag@x.example", now=now)


def claimed(database: Database, now: datetime) -> list[str]:
    with database.write() as session:
        return [message.key for message in outbox.claim(session, now, 10)]


def test_a_message_written_by_the_wrong_clock_is_due(database: Database, now: datetime) -> None:
    put(database, now + YEAR)
    assert claimed(database, now) == ["kabar"]
    assert claimed(database, now) == []
    assert claimed(database, now + outbox.LEASE) == ["kabar"]


def test_a_lease_taken_by_the_wrong_clock_does_not_last(database: Database, now: datetime) -> None:
    put(database, now)
    assert claimed(database, now + YEAR) == ["kabar"]
    assert claimed(database, now) == ["kabar"]
    assert claimed(database, now) == []


def test_a_pause_begun_by_the_wrong_clock_does_not_last(database: Database, now: datetime) -> None:
    put(database, now)
    assert claimed(database, now + YEAR) == ["kabar"]
    with database.write() as session:
        [message] = session.scalars(select(Message))
        outbox.mark_failed(session, message.id, error="451", now=now + YEAR)
    assert claimed(database, now) == ["kabar"]


def test_a_clock_that_is_a_little_ahead_takes_nothing_from_others(
    database: Database, now: datetime
) -> None:
    put(database, now)
    ahead = now + timedelta(minutes=5)
    assert claimed(database, ahead) == ["kabar"]
    assert claimed(database, now) == []


def test_an_alarm_that_failed_under_the_wrong_clock_is_tried_again(both: Town) -> None:
    Journey(both, ["32.01", "32.02"])
    with both.office.database.write() as session:
        alarm = session.scalars(select(Alarm).order_by(Alarm.due_at)).first()
        assert alarm is not None
        alarms.note_failure(session, alarm.id, "rusak", both.now + YEAR)
    with both.office.database.read() as session:
        due = alarms.due_ids(session, alarm.due_at, [AlarmKind.REMINDER], 10)
    assert due == [alarm.id]


@pytest.mark.parametrize(("ahead", "is_late"), [(timedelta(minutes=1), False), (YEAR, True)])
def test_a_sweep_that_claims_to_run_in_the_future_is_not_trusted(
    database: Database, now: datetime, ahead: timedelta, is_late: bool
) -> None:
    with database.write() as session:
        sweeps.beat(session, "timers", now=now + ahead)
    with database.read() as session:
        late = sweeps.late(sweeps.beats(session), now, {"timers": timedelta(minutes=2)})
    assert late == (["timers"] if is_late else [])
