"""A letter that was sent is marked by itself, at once, and once."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, text, update

from processes.store import ledger, outbox
from processes.store.database import Database
from processes.store.ledger import SENT
from processes.store.marks import marking
from processes.store.tables import Message, MessageStatus


def claimed(database: Database, now: datetime, *keys: str) -> list[Message]:
    with database.write() as session:
        for key in keys:
            outbox.put(session, key=key, kind="tugas_baru", address="sari@contoh.example", now=now)
    with database.write() as session:
        return sorted(outbox.claim(session, now, 100), key=lambda message: message.key)


def kept(database: Database) -> dict[str, Message]:
    with database.read() as session:
        return {message.key: message for message in session.scalars(select(Message))}


def lines(database: Database, message: Message) -> list[tuple[str, str]]:
    with database.read() as session:
        noted = ledger.lines_of(session, [message.id]).get(message.id, [])
        return [(line.kind, line.channel) for line in noted]


def test_a_mark_is_there_before_the_next_letter_goes_out(database: Database, now: datetime) -> None:
    first, second = claimed(database, now, "a", "b")
    with marking(database) as marks:
        marks.sent(first, subject="Tugas baru" + "!" * 400, now=now)
        found = kept(database)
        assert found["a"].status is MessageStatus.SENT
        assert (found["a"].sent_at, found["a"].lease_until) == (now, None)
        assert found["a"].subject is not None
        assert len(found["a"].subject) == 300
        assert found["b"].status is MessageStatus.WAITING
        assert lines(database, first) == [(kind, "email") for kind in SENT]
        assert lines(database, second) == []


def test_what_arrived_by_other_word_is_not_only_sent_again(
    database: Database, now: datetime
) -> None:
    [message] = claimed(database, now, "a")
    with database.write() as session:
        session.execute(update(Message).values(status=MessageStatus.DELIVERED))
    with marking(database) as marks:
        marks.sent(message, subject="Tugas baru", now=now)
    assert kept(database)["a"].status is MessageStatus.DELIVERED
    assert lines(database, message) == [(kind, "email") for kind in SENT]


@pytest.mark.postgres
def test_a_connection_that_breaks_between_two_letters_leaves_no_mark_out_and_none_twice(
    postgres_database: Database, now: datetime
) -> None:
    database = postgres_database
    first, second = claimed(database, now, "a", "b")
    with marking(database) as marks:
        marks.sent(first, subject="Tugas baru", now=now)
        with database.write() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        marks.sent(second, subject="Tugas baru", now=now)
    assert {message.status for message in kept(database).values()} == {MessageStatus.SENT}
    for message in (first, second):
        assert lines(database, message) == [(kind, "email") for kind in SENT]


@pytest.mark.postgres
def test_nobody_else_is_let_off_waiting_for_the_disk(
    postgres_database: Database, now: datetime
) -> None:
    database = postgres_database
    [message] = claimed(database, now, "a")
    with marking(database) as marks:
        marks.sent(message, subject="Tugas baru", now=now)
        with database.open_to_mark() as other, other.begin():
            assert other.scalar(text("SHOW synchronous_commit")) == "on"
    # the connection of the marks is the one that is given out again
    with database.write() as session:
        assert session.scalar(text("SHOW synchronous_commit")) == "on"
