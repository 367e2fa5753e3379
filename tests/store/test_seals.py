"""Seals stand for all histories, and whoever changes what was sealed is found."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from processes.store import anchors, chains, history, seals
from processes.store.database import Database
from processes.store.tables import Case, Seal, SealedHead
from tests.store.cast import a_case
from tests.store.test_database import run_together
from tests.store.test_history import tamper, tell

DAY = timedelta(days=1)


def make_seal(database: Database, now: datetime) -> Seal | None:
    with database.read() as session:
        last, heads = seals.newest(session), seals.unsealed(session)
    with database.write() as session:
        return seals.add(session, heads, after=last, now=now)


def some_case(database: Database, now: datetime, entries: int = 3) -> Case:
    with database.write() as session:
        made = a_case(session, now)
    tell(database, made, now, *(f"langkah {n}" for n in range(entries)))
    return made


@pytest.fixture
def cases(database: Database, now: datetime) -> list[Case]:
    """Two cases of three entries that are sealed, one of them with two more that are not."""
    made = [some_case(database, now), some_case(database, now)]
    make_seal(database, now)
    tell(database, made[0], now + DAY, "empat", "lima")
    return made


def found(database: Database) -> tuple[str, int] | None:
    with database.read() as session:
        broken = history.verify(session)
        if broken is not None:
            return broken.reason, broken.seq
        seal = seals.verify(session)
        return None if seal is None else (seal.reason, seal.number)


def test_a_seal_names_the_heads_that_went_on_since_the_last_one(
    database: Database, cases: list[Case], now: datetime
) -> None:
    second = make_seal(database, now + DAY)
    empty = make_seal(database, now + 2 * DAY)
    assert second is not None
    assert empty is not None
    with database.read() as session:
        heads = session.execute(
            select(SealedHead.seal_number, SealedHead.case_id, SealedHead.seq).order_by(
                SealedHead.seal_number, SealedHead.seq
            )
        ).all()
    assert sorted(tuple(row) for row in heads) == sorted(
        [(1, cases[0].id, 3), (1, cases[1].id, 3), (2, cases[0].id, 5)]
    )
    assert (second.number, empty.number, empty.previous) == (2, 3, second.hash)
    assert found(database) is None


def test_two_who_seal_at_once_make_one_seal(
    database: Database, cases: list[Case], now: datetime
) -> None:
    with database.read() as session:
        last, heads = seals.newest(session), seals.unsealed(session)
    made: list[Seal | None] = []

    def seal() -> None:
        with database.write() as session:
            made.append(seals.add(session, heads, after=last, now=now))

    run_together(seal, seal)
    assert sorted(seal is None for seal in made) == [False, True]
    assert found(database) is None


@pytest.mark.parametrize("table", ["seal", "sealed_head"])
@pytest.mark.parametrize("what", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_seal(
    database: Database, cases: list[Case], table: str, what: str
) -> None:
    column = {"seal": "root", "sealed_head": "head"}[table]
    with pytest.raises(DBAPIError, match="append-only"), database.connect_to_write() as connection:
        connection.execute(text(what.format(table, column)))


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["seal", "sealed_head", "history"])
def test_postgres_refuses_to_truncate_seals(postgres_database: Database, table: str) -> None:
    with (
        pytest.raises(DBAPIError, match="append-only"),
        postgres_database.connect_to_write() as connection,
    ):
        connection.execute(text(f"TRUNCATE {table} CASCADE"))


def test_sqlite_refuses_to_replace_a_seal(sqlite_database: Database, now: datetime) -> None:
    some_case(sqlite_database, now)
    make_seal(sqlite_database, now)
    for statement in (
        "INSERT OR REPLACE INTO seal SELECT number, at, previous, 'x', hash FROM seal",
        "INSERT OR REPLACE INTO sealed_head SELECT seal_number, case_id, case_number, 1, head"
        " FROM sealed_head",
    ):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            sqlite_database.connect_to_write() as connection,
        ):
            connection.execute(text(statement))


def test_what_no_longer_refuses_changes_is_named(database: Database) -> None:
    with database.read() as session:
        assert seals.unguarded(session) == []
    tamper(database, "SELECT 1")
    with database.read() as session:
        missing = seals.unguarded(session)
    # on PostgreSQL the tampering switches off those of one table only
    assert missing == (["history"] if database.is_postgres else list(seals.GUARDED))


def unlock(database: Database) -> None:
    """Switch off what refuses changes of seals, as somebody who owns the database can."""
    tamper(database, "SELECT 1")
    if database.is_postgres:
        with database.connect_to_write() as connection:
            for table in ("seal", "sealed_head"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


def rewrite(database: Database, case_id: str, seq: int) -> None:
    """Write an entry anew and everything after it with right hashes, as a forger would."""
    tamper(database, "SELECT 1")
    with database.write() as session:
        case = session.get_one(Case, case_id)
        previous = ""
        for entry in session.scalars(
            select(history.History).where(history.History.case_id == case_id).order_by("seq")
        ):
            if entry.seq >= seq:
                entry.details = {**entry.details, "palsu": entry.seq == seq}
                entry.previous = previous
                entry.hash = history.hash_of(entry)
            previous = entry.hash
        case.history_head = previous


def test_a_chain_that_was_written_anew_contradicts_its_seal(
    database: Database, cases: list[Case]
) -> None:
    rewrite(database, cases[0].id, 2)
    assert found(database) == ("sealed", 3)


def test_what_was_written_anew_before_it_was_sealed_contradicts_nothing(
    database: Database, cases: list[Case]
) -> None:
    rewrite(database, cases[0].id, 4)
    assert found(database) is None


def test_a_tail_that_was_cut_with_its_head_is_missed_by_the_seal(
    database: Database, cases: list[Case]
) -> None:
    with database.read() as session:
        head = session.scalar(
            text("SELECT hash FROM history WHERE case_id = :c AND seq = 2"), {"c": cases[1].id}
        )
    tamper(database, f"DELETE FROM history WHERE case_id = '{cases[1].id}' AND seq > 2")
    with database.connect_to_write() as connection:
        connection.execute(
            text("UPDATE case_file SET history_seq = 2, history_head = :h WHERE id = :c"),
            {"h": head, "c": cases[1].id},
        )
    assert found(database) == ("cut", 3)


def test_a_case_that_was_removed_whole_is_missed_by_the_seal(
    database: Database, cases: list[Case]
) -> None:
    case = cases[1]
    tamper(database, f"DELETE FROM history WHERE case_id = '{case.id}'")
    with database.connect_to_write() as connection:
        connection.execute(text("DELETE FROM party WHERE case_id = :c"), {"c": case.id})
        connection.execute(text("DELETE FROM case_file WHERE id = :c"), {"c": case.id})
    with database.read() as session:
        broken = history.verify(session)
    assert broken is not None
    assert (broken.reason, broken.case_number) == ("gone", case.number)
    assert case.number in broken.say()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE seal SET at = '2020-01-01 00\\:00\\:00' WHERE number = 1", "content"),
        ("UPDATE seal SET root = 'x' WHERE number = 1", "content"),
        ("UPDATE seal SET hash = 'x' WHERE number = 1", "content"),
        ("UPDATE seal SET previous = 'x' WHERE number = 1", "previous"),
        (
            "DELETE FROM sealed_head WHERE seal_number = 2;"
            "UPDATE seal SET number = 7 WHERE number = 2",
            "missing",
        ),
        ("UPDATE sealed_head SET case_number = 'x'", "heads"),
        ("UPDATE sealed_head SET seq = 99 WHERE seal_number = 1", "cut"),
        ("UPDATE sealed_head SET head = 'x' WHERE seal_number = 1", "sealed"),
        ("DELETE FROM sealed_head", "heads"),
    ],
)
def test_tampering_with_seals_is_found(
    database: Database, cases: list[Case], now: datetime, statement: str, reason: str
) -> None:
    make_seal(database, now + DAY)
    unlock(database)
    with database.connect_to_write() as connection:
        for each in statement.split(";"):
            connection.execute(text(each))
    broken = found(database)
    assert broken is not None
    assert broken[0] == reason


def test_seals_forged_with_right_hashes_contradict_what_was_kept_outside(
    database: Database, cases: list[Case], now: datetime
) -> None:
    with database.read() as session:
        kept = seals.newest(session)
    assert kept is not None
    rewrite(database, cases[0].id, 2)
    unlock(database)
    with database.connect_to_write() as connection:
        connection.execute(text("DELETE FROM sealed_head"))
        connection.execute(text("DELETE FROM seal"))
    make_seal(database, now)
    assert found(database) is None
    with database.read() as session:
        assert seals.with_hash(session, kept.hash) is None


def test_fingerprints_are_found_in_a_letter() -> None:
    one, two = "a" * 64, "0123456789abcdef" * 4
    mail = f"Segel ke-3, sidik: {one}\nlain {two.upper()} dan {one}\n{'b' * 65}"
    assert anchors.hashes_in(mail) == [one, two]


def test_looking_in_steps_sees_the_same(
    database: Database, cases: list[Case], now: datetime
) -> None:
    with database.read() as session:
        whole = chains.look_through(session)
        step = chains.look_at_some(session, after="")
        end = chains.look_at_some(session, after=step.reached)
    assert (whole.cases, whole.entries) == (step.cases, step.entries) == (2, 8)
    assert end.cases == 0


@pytest.mark.parametrize("number", [1, seals.SEALS_AT_ONCE, seals.SEALS_AT_ONCE + 1])
def test_of_many_seals_each_is_held_against_its_own_heads(
    sqlite_database: Database, now: datetime, number: int
) -> None:
    case = some_case(sqlite_database, now, entries=1)
    for day in range(seals.SEALS_AT_ONCE + 2):
        make_seal(sqlite_database, now + day * DAY)
        tell(sqlite_database, case, now + day * DAY, f"hari {day}")
    assert found(sqlite_database) is None
    unlock(sqlite_database)
    with sqlite_database.connect_to_write() as connection:
        forged = f"UPDATE sealed_head SET case_number = 'lain' WHERE seal_number = {number}"
        connection.execute(text(forged))
    assert found(sqlite_database) == ("heads", number)
