"""The history of a case is only ever added to, and every tampering is found."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from processes.store import history
from processes.store.database import Database
from processes.store.locks import lock_case
from processes.store.tables import Case
from tests.store.cast import a_case
from tests.store.test_database import run_together

ACTOR = {"kind": "official", "name": "Sari Contoh"}


def tell(database: Database, case: Case, now: datetime, *kinds: str) -> None:
    with database.write() as session:
        locked = lock_case(session, case.id)
        for kind in kinds:
            history.append(
                session, locked, at=now, kind=kind, actor=ACTOR, details={"nilai": 1.50, "ü": None}
            )


@pytest.fixture
def case(database: Database, now: datetime) -> Case:
    """A case with five entries."""
    with database.write() as session:
        made = a_case(session, now)
    tell(database, made, now, "satu", "dua", "tiga", "empat", "lima")
    return made


def broken_at(database: Database) -> tuple[int, str] | None:
    with database.read() as session:
        found = history.verify(session)
    return None if found is None else (found.seq, found.reason)


def tamper(database: Database, statement: str) -> None:
    """Change rows as somebody who owns the database can."""
    with database.connect_to_write() as connection:
        _switch_refusal_off(connection)
        connection.execute(text(statement))


def _switch_refusal_off(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE history DISABLE TRIGGER ALL"))
        return
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for name in connection.scalars(text(names)).all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def test_a_true_history_verifies(database: Database, case: Case) -> None:
    assert broken_at(database) is None


def test_entries_are_numbered_and_chained(database: Database, case: Case) -> None:
    with database.read() as session:
        rows = session.execute(text("SELECT seq, previous, hash FROM history ORDER BY seq")).all()
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert [row.previous for row in rows] == ["", *(row.hash for row in rows[:-1])]


def test_two_writers_at_once_make_one_chain(database: Database, case: Case, now: datetime) -> None:
    def write() -> None:
        for _ in range(10):
            tell(database, case, now, "lagi")

    run_together(write, write)
    assert broken_at(database) is None
    with database.read() as session:
        assert session.get_one(Case, case.id).history_seq == 25


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET kind = 'lain' WHERE seq = 2",
        "DELETE FROM history WHERE seq = 5",
        "DELETE FROM history",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(
    database: Database, case: Case, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="append-only"), database.connect_to_write() as connection:
        connection.execute(text(statement))


@pytest.mark.postgres
def test_postgres_refuses_to_truncate(postgres_database: Database) -> None:
    with (
        pytest.raises(DBAPIError, match="append-only"),
        postgres_database.connect_to_write() as connection,
    ):
        connection.execute(text("TRUNCATE history"))


def test_sqlite_refuses_to_replace(sqlite_database: Database, now: datetime) -> None:
    with sqlite_database.write() as session:
        made = a_case(session, now)
    tell(sqlite_database, made, now, "satu")
    columns = "case_id, seq, at, 'lain', actor, details, previous, hash"
    statement = f"INSERT OR REPLACE INTO history SELECT {columns} FROM history"
    with (
        pytest.raises(DBAPIError, match="append-only"),
        sqlite_database.connect_to_write() as connection,
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE history SET kind = 'lain' WHERE seq = 2", (2, "content")),
        ("UPDATE history SET details = '{\"nilai\": 2}' WHERE seq = 3", (3, "content")),
        ("UPDATE history SET at = '2020-01-01 00:00:00' WHERE seq = 4", (4, "content")),
        ("DELETE FROM history WHERE seq = 1", (1, "missing")),
        ("DELETE FROM history WHERE seq = 3", (3, "missing")),
        ("DELETE FROM history WHERE seq = 5", (5, "missing")),
        ("DELETE FROM history", (1, "missing")),
        ("UPDATE history SET seq = 9 WHERE seq = 5", (5, "missing")),
        ("UPDATE case_file SET history_head = 'x'", (5, "head")),
        ("UPDATE case_file SET history_seq = 4", (5, "head")),
    ],
)
def test_tampering_is_found_at_its_place(
    database: Database, case: Case, statement: str, found: tuple[int, str]
) -> None:
    tamper(database, statement.replace(":", "\\:"))
    assert broken_at(database) == found


def test_an_entry_forged_with_a_right_hash_breaks_the_next_one(
    database: Database, case: Case, now: datetime
) -> None:
    with database.connect_to_write() as connection:
        _switch_refusal_off(connection)
    with database.write() as session:
        entry = session.get_one(history.History, (case.id, 2))
        entry.details = {"palsu": True}
        entry.hash = history.hash_of(entry)
    assert broken_at(database) == (3, "previous")


def test_the_break_is_told_in_a_sentence(database: Database, case: Case) -> None:
    tamper(database, "DELETE FROM history WHERE seq = 3")
    with database.read() as session:
        found = history.verify(session)
    assert found is not None
    assert (
        found.say("id")
        == f"Riwayat perkara {case.number} rusak pada catatan ke-3: catatan ini hilang."
    )
    assert "entry 3" in found.say("en")


def test_what_json_cannot_hold_is_refused(database: Database, case: Case, now: datetime) -> None:
    for value in (float("nan"), now, {1, 2}):
        details = {"v": value}
        with database.write() as session, pytest.raises((TypeError, ValueError)):
            history.append(session, case, at=now, kind="x", actor=ACTOR, details=details)
    assert broken_at(database) is None


def test_a_moment_in_another_zone_is_kept_as_the_same_moment(
    database: Database, case: Case, now: datetime
) -> None:
    tell(
        database, case, (now + timedelta(microseconds=7)).astimezone(ZoneInfo("Asia/Jayapura")), "x"
    )
    assert broken_at(database) is None
    assert json.loads(history.canonical({"b": 1, "a": "é"})) == {"a": "é", "b": 1}
