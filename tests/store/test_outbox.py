"""Messages: told at least once, claimed by one sender at a time, retried, parked in the end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store import outbox, tries
from processes.store.database import Database
from processes.store.tables import Message, MessageStatus
from tests.store.cast import BOGOR, a_case, a_task
from tests.store.test_database import run_together

SECOND = timedelta(seconds=1)


def keys_of(session: Session, status: MessageStatus) -> list[str]:
    """The keys of the messages in a state."""
    return list(session.scalars(select(Message.key).where(Message.status == status)))


def put(database: Database, now: datetime, *keys: str) -> None:
    with database.write() as session:
        for key in keys:
            outbox.put(session, key=key, kind="tugas_baru", address="sari@contoh.example", now=now)


def claim(database: Database, now: datetime, limit: int = 10) -> list[Message]:
    with database.write() as session:
        return outbox.claim(session, now, limit)


def test_the_same_thing_is_told_once(database: Database, now: datetime) -> None:
    with database.write() as session:
        first = outbox.put(
            session, key="k", kind="a", address="x@contoh.example", now=now, values={"n": 1}
        )
        assert first is not None
        assert first.values == {"n": 1}
        assert outbox.put(session, key="k", kind="a", address="x@contoh.example", now=now) is None
    put(database, now, "k")
    assert len(claim(database, now)) == 1


def test_two_transactions_that_tell_the_same_thing_tell_it_once(
    database: Database, now: datetime
) -> None:
    run_together(*[lambda: put(database, now, "a", "b", "c")] * 2)
    assert sorted(message.key for message in claim(database, now)) == ["a", "b", "c"]


def test_claims_by_several_senders_never_overlap(database: Database, now: datetime) -> None:
    put(database, now, *(f"k{n}" for n in range(60)))
    claimed: list[str] = []

    def send_all() -> None:
        while messages := claim(database, now, limit=4):
            claimed.extend(message.key for message in messages)

    run_together(*[send_all] * 4)
    assert sorted(claimed) == sorted({f"k{n}" for n in range(60)})


def test_a_message_is_not_sent_before_its_moment(database: Database, now: datetime) -> None:
    with database.write() as session:
        outbox.put(
            session,
            key="later",
            kind="pengingat",
            address="x@contoh.example",
            now=now,
            not_before=now + 60 * SECOND,
        )
    assert claim(database, now + 59 * SECOND) == []
    assert len(claim(database, now + 60 * SECOND)) == 1


def test_the_message_of_a_dead_sender_is_taken_over_with_the_same_message_id(
    database: Database, now: datetime
) -> None:
    put(database, now, "k")
    [first] = claim(database, now)
    assert claim(database, now + 59 * SECOND) == []
    [second] = claim(database, now + 60 * SECOND)
    assert (second.id, second.message_id) == (first.id, first.message_id)
    assert second.attempts == 2


def test_a_sent_message_is_never_claimed_again(database: Database, now: datetime) -> None:
    put(database, now, "k")
    [message] = claim(database, now)
    with database.write() as session:
        outbox.mark_sent(session, message.id, now=now, subject="Tugas baru")
        late = outbox.mark_failed(session, message.id, error="a slower sender", now=now)
    assert late.status is MessageStatus.SENT
    assert claim(database, now + timedelta(days=9)) == []


def test_a_failing_message_is_tried_ten_times_in_75_hours_and_then_parked(
    database: Database, now: datetime
) -> None:
    put(database, now, "k")
    moment, tries = now, 0
    while messages := claim(database, moment):
        tries += 1
        with database.write() as session:
            message = outbox.mark_failed(session, messages[0].id, error="452 full", now=moment)
        assert claim(database, message.not_before - SECOND) == []
        last, moment = moment, message.not_before
    assert tries == 10
    assert timedelta(hours=75) < last - now < timedelta(hours=76)
    assert (message.status, message.last_error) == (MessageStatus.PARKED, "452 full")


def test_a_message_that_kills_its_senders_is_parked_and_stands_in_no_ones_way(
    database: Database, now: datetime
) -> None:
    put(database, now, "poison")
    for n in range(10):
        assert len(claim(database, now + n * outbox.LEASE)) == 1
    end = now + 10 * outbox.LEASE
    put(database, end, "k")
    assert [message.key for message in claim(database, end)] == ["k"]
    with database.read() as session:
        assert keys_of(session, MessageStatus.PARKED) == ["poison"]


def test_a_parked_message_can_be_sent_again(database: Database, now: datetime) -> None:
    put(database, now, "k")
    with database.write() as session:
        [message] = outbox.claim(session, now, 1)
        message.attempts = tries.TRIES
        outbox.mark_failed(session, message.id, error="gone", now=now)
    with database.write() as session:
        outbox.send_again(session, message.id, now=now)
    assert [m.attempts for m in claim(database, now)] == [1]


def test_what_waits_for_a_closed_task_is_dropped(database: Database, now: datetime) -> None:
    with database.write() as session:
        task = a_task(session, a_case(session, now), BOGOR, now)
        for key in ("a", "b"):
            outbox.put(
                session, key=key, kind="x", address="x@contoh.example", now=now, task_id=task.id
            )
        assert outbox.drop_for_task(session, task.id) == 2
        assert len(keys_of(session, MessageStatus.DROPPED)) == 2
    assert claim(database, now) == []
