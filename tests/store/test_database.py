"""What both databases promise: durable writes, steady reads, no lost update, no naive moment."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError, InvalidRequestError, OperationalError, StatementError

from processes.errors import SettingsError
from processes.store.database import Database, insert_missing
from processes.store.engines import journal_mode
from processes.store.numbers import next_number
from processes.store.tables import Counter, Region, Sweep
from tests.conftest import postgres_with


def run_together(*acts: Callable[[], object]) -> None:
    """Run the acts in threads that start at one moment; raise what one of them raised."""
    barrier, failures = threading.Barrier(len(acts)), list[BaseException]()

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            act()
        except BaseException as error:  # noqa: BLE001  (handed to the test's own thread)
            failures.append(error)

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]


def test_two_writers_at_a_barrier_lose_nothing(database: Database) -> None:
    with database.write() as session:
        session.add(Counter(name="perkara", value=0))

    def count_up() -> None:
        for _ in range(25):
            with database.write() as session:
                counter = session.scalars(select(Counter).with_for_update()).one()
                counter.value += 1

    run_together(count_up, count_up)
    with database.read() as session:
        assert session.scalars(select(Counter.value)).one() == 50


def test_a_reader_cannot_write(database: Database) -> None:
    with database.read() as session, pytest.raises(DBAPIError, match=r"read-?only"):
        session.execute(text("DELETE FROM region"))


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.read() as reader:
        assert reader.scalars(select(Counter.value)).all() == []
        with database.write() as writer:
            writer.add(Counter(name="perkara", value=1))
        assert reader.scalars(select(Counter.value)).all() == []
    with database.read() as reader:
        assert reader.scalars(select(Counter.value)).all() == [1]


def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            session.add(Counter(name="perkara", value=1))
            session.flush()
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as session:
        assert session.scalars(select(Counter)).all() == []


def test_rows_stay_readable_after_their_session(database: Database) -> None:
    with database.read() as session:
        bogor = session.get(Region, "32.01")
    with database.write() as session:
        counter = Counter(name="perkara", value=7)
        session.add(counter)
    assert bogor is not None
    assert (bogor.name, counter.value) == ("Kabupaten Bogor", 7)


def test_a_naive_moment_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001  (that is the point)
    with pytest.raises(StatementError, match="time zone"), database.write() as session:
        session.add(Sweep(name="timers", finished_at=naive))


def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    jayapura = timezone(timedelta(hours=9))
    moment = datetime(2026, 3, 2, 0, 30, 1, 234567, tzinfo=jayapura)
    with database.write() as session:
        session.add(Sweep(name="timers", finished_at=moment))
    with database.read() as session:
        found = session.scalars(select(Sweep.finished_at)).one()
    assert found == moment
    assert found.tzinfo is UTC


def test_inserting_what_is_there_already_changes_nothing(database: Database) -> None:
    rows = [{"name": "a", "value": 1}, {"name": "b", "value": 1}]
    with database.write() as session:
        session.add(Counter(name="a", value=9))
        session.flush()
        assert insert_missing(session, Counter, rows) == 1
    with database.read() as session:
        query = select(Counter.name, Counter.value).order_by(Counter.name)
        assert [tuple(row) for row in session.execute(query)] == [("a", 9), ("b", 1)]


def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    statement = "INSERT INTO official (id, region_code, role, person_id, position, status, active)"
    values = "VALUES ('x', '99.99', 'sekda', 'nobody', 'Sekda', 'definitif', TRUE)"
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), database.write() as session:
        session.execute(text(f"{statement} {values}"))


def test_sqlite_syncs_every_commit(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        assert session.scalar(text("PRAGMA synchronous")) == 2
        assert session.scalar(text("PRAGMA journal_mode")) in ("wal", "delete")


def test_only_a_database_that_is_thrown_away_waits_for_no_disk(
    sqlite_database: Database, tmp_path: Path
) -> None:
    scratch = Database.open_scratch(tmp_path / "uji.sqlite3")
    for database, synced in ((scratch, 0), (sqlite_database, 2)):
        with database.write() as session:
            assert session.scalar(text("PRAGMA synchronous")) == synced
    scratch.close()


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 53, 4), "WAL"),
    ],
)
def test_a_sqlite_with_the_wal_reset_bug_gets_the_rollback_journal(
    version: tuple[int, ...], mode: str
) -> None:
    assert journal_mode(version) == mode


def test_a_system_sqlite_serves_as_well(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, open_database: Callable[[str], Database]
) -> None:
    monkeypatch.setattr("processes.store.engines.sqlite_module", lambda: sqlite3)
    database = open_database(sqlite_url)
    with database.read() as session:
        wanted = journal_mode(sqlite3.sqlite_version_info).lower()
        assert session.scalar(text("PRAGMA journal_mode")) == wanted

    def count_up() -> None:
        for _ in range(10):
            with database.write() as session:
                next_number(session, "perkara")

    run_together(count_up, count_up)
    with database.read() as session:
        assert session.scalars(select(Counter.value)).one() == 20


def test_the_database_file_is_for_its_owner_only(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        path = session.execute(text("PRAGMA database_list")).one()[2]
    assert Path(path).stat().st_mode & 0o777 == 0o600


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(SettingsError, match="KSDD_DATABASE_URL"):
        Database.open("sqlite+pysqlite://")


def test_a_postgres_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match=r"127\.0\.0\.1") as caught:
        Database.open("postgresql+psycopg://ksdd:rahasia@127.0.0.1:9/ksdd")
    assert "rahasia" not in str(caught.value)


@pytest.mark.postgres
def test_a_postgres_that_may_lose_commits_is_refused(
    fresh_postgres_url: str, postgres_database: Database
) -> None:
    name = fresh_postgres_url.split("?")[0].rsplit("/", 1)[1]
    with postgres_database.connect_to_write() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    with pytest.raises(SettingsError, match="synchronous_commit"):
        Database.open(fresh_postgres_url)


@pytest.mark.postgres
def test_a_postgres_that_keeps_bytes_instead_of_letters_is_refused(postgres_url: str) -> None:
    made = "CREATE DATABASE ksdd_bytes ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    statement = f"{made} TEMPLATE template0"
    with (
        postgres_with(postgres_url, statement, "ksdd_bytes") as url,
        pytest.raises(SettingsError, match=r"SQL_ASCII.*ENCODING 'UTF8'"),
    ):
        Database.open(url)


@pytest.mark.postgres
def test_a_user_who_owns_no_database_is_told_how_it_becomes_his(
    postgres_url: str, open_database: Callable[[str], Database]
) -> None:
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with postgres_with(
        postgres_url, "CREATE DATABASE ksdd_foreign ENCODING 'UTF8'", "ksdd_foreign"
    ) as url:
        with admin.connect() as connection:
            connection.execute(text("CREATE ROLE tamu LOGIN"))
        his = make_url(url).set(username="tamu").render_as_string(hide_password=False)
        database = open_database(his)
        command = "ALTER DATABASE ksdd_foreign OWNER TO tamu"
        with pytest.raises(SettingsError, match=command):
            database.begin()
        with admin.connect() as connection:
            connection.execute(text(command))
        database.begin()
    with admin.connect() as connection:
        connection.execute(text("DROP ROLE tamu"))
    admin.dispose()


def test_what_postgresql_prepared_is_kept_from_one_transaction_to_the_next(
    postgres_database: Database,
) -> None:
    prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%counter%'")
    for _ in range(9):
        with postgres_database.write() as session:
            session.scalars(select(Counter)).all()
        with postgres_database.read() as session:
            session.scalars(select(Counter.value)).all()
    with postgres_database.read() as session:
        assert session.scalar(prepared) >= 2


def test_a_session_that_ended_is_asked_nothing_more(database: Database) -> None:
    with database.read() as reading:
        reading.scalars(select(Counter)).all()
    with database.write() as writing:
        writing.scalars(select(Counter)).all()
    for ended in (reading, writing):
        with pytest.raises(InvalidRequestError, match="closed"):
            ended.scalars(select(Counter)).all()


def test_connections_that_the_server_ended_while_they_lay_idle_are_not_missed(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert _asked_at_once(postgres_database, 3) == [1, 1, 1]
    monkeypatch.setattr("processes.store.engines.FRESH", 0)
    with postgres_database.read() as session:
        assert session.scalar(ended) == 2
    assert _asked_at_once(postgres_database, 3) == [1, 1, 1]


def _asked_at_once(database: Database, times: int) -> list[object]:
    """The answers over as many connections, all in use together."""
    with ExitStack() as stack:
        sessions = [stack.enter_context(database.read()) for _ in range(times)]
        return [session.scalar(text("SELECT 1")) for session in sessions]


def _end(database: Database, pid: object) -> None:
    """Let the server end one of its connections."""
    other = create_engine(database.engine.url)
    with other.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)"))
    other.dispose()


def test_a_connection_that_was_lost_at_work_fails_once(postgres_database: Database) -> None:
    with postgres_database.read() as session:
        own = session.scalar(text("SELECT pg_backend_pid()"))
    _end(postgres_database, own)
    with pytest.raises(OperationalError), postgres_database.read() as session:
        session.scalar(text("SELECT 1"))
    with postgres_database.read() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_look_at_the_database_ends_quietly_when_the_server_left_in_its_middle(
    postgres_database: Database,
) -> None:
    with postgres_database.read() as session:
        own = session.scalar(text("SELECT pg_backend_pid()"))
        _end(postgres_database, own)
        with pytest.raises(OperationalError):
            session.scalar(text("SELECT 1"))
    with postgres_database.read() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_glance_begins_no_transaction(postgres_database: Database) -> None:
    with postgres_database.write() as session:
        session.add(Counter(name="perkara", value=1))
    for _ in range(2):
        with postgres_database.glance() as session:
            assert session.scalar(select(Counter.value)) == 1
            raw: Any = session.connection().connection.driver_connection
            assert raw.info.transaction_status.name == "IDLE"
    with postgres_database.write() as session:
        session.get_one(Counter, "perkara").value = 2
    with postgres_database.read() as session:
        assert session.scalar(select(Counter.value)) == 2
