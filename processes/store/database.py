"""One installation's database: SQLite on one machine, PostgreSQL for more; the same promises.

`read()` sees one unchanging moment and cannot write, `glance()` is for a single statement;
`write()` is one transaction that is durable once its block ends. Two writers never lose an update:
SQLite lets one write at a time (`BEGIN IMMEDIATE`), PostgreSQL locks rows (`locks.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, FromClause, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session

from processes.errors import SettingsError
from processes.store import engines
from processes.store.asking import AskingSession
from processes.store.engines import MOMENT, REBUILDS, WAITS, WRITES
from processes.store.writing import WritingSession

#: a session is one transaction: its rows stay readable, and whoever asks it later is refused, or
#: he would begin another one that nobody ends
ONCE: dict[str, Any] = {"expire_on_commit": False, "close_resets_only": False}


class Database:
    """An open database; make it with `Database.open`, one per process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_postgres = engine.dialect.name == "postgresql"
        reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = engine.execution_options(**(reading if self.is_postgres else {}))
        self._writing = engine.execution_options(**{WRITES: True})
        self._noting = engine.execution_options(**{WRITES: True, WAITS: MOMENT})
        alone: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if self.is_postgres else {}
        self._glancing = engine.execution_options(**alone)
        self._marking = engine.execution_options(**(alone or {WRITES: True}))
        self._rebuilding = engine.execution_options(**{WRITES: True, REBUILDS: True})

    @classmethod
    def open_scratch(cls, path: Path) -> Self:
        """A SQLite database that is thrown away soon: nothing waits for the disk."""
        database = cls.open(f"sqlite:///{path}")
        event.listen(database.engine, "connect", engines.hurry_sqlite)
        database.close()
        return database

    @classmethod
    def open(cls, url: str) -> Self:
        """The database at a SQLAlchemy URL; SettingsError when it is not fit to be trusted."""
        parts = make_url(url)
        if parts.get_backend_name() == "postgresql":
            return cls(engines.open_postgres(parts.set(drivername="postgresql+psycopg")))
        return cls(engines.open_sqlite(parts.set(drivername="sqlite+pysqlite")))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment and writes nothing; its rows stay readable after it."""
        with AskingSession(self._reading, autoflush=False, **ONCE) as session:
            yield session
            if self.is_postgres and session.in_transaction():
                _end_reading(session.connection())

    @contextmanager
    def glance(self) -> Iterator[Session]:
        """A session that asks one statement, which sees one moment by itself: on PostgreSQL no
        transaction is begun and ended around it. Whoever asks more is told of several moments."""
        with AskingSession(self._glancing, autoflush=False, **ONCE) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: durable when the block ends, nothing at all when it raises."""
        with WritingSession(self._writing, **ONCE) as session, session.begin():
            yield session

    @contextmanager
    def write_if_free(self) -> Iterator[Session]:
        """Like `write`, for a note that may be lost: OperationalError where another writer is in
        the way for longer than a moment."""
        with WritingSession(self._noting, **ONCE) as session, session.begin():
            if self.is_postgres:
                session.execute(text(f"SET LOCAL lock_timeout = '{int(MOMENT * 1000)}ms'"))
            yield session

    @contextmanager
    def connect_to_write(self) -> Iterator[Connection]:
        """Like `write`, without the mapper: for migrations and copying."""
        with self._writing.begin() as connection:
            yield connection

    def open_to_mark(self) -> Connection:
        """A connection for many small transactions, to be closed by whoever opens it: on PostgreSQL
        each statement is one, on SQLite what is done within `begin()`."""
        return self._marking.connect()

    @contextmanager
    def connect_to_read(self) -> Iterator[Connection]:
        """Like `read`, without the mapper, for as long as a backup takes to be written."""
        with self._reading.connect() as connection:
            if self.is_postgres:
                connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            yield connection

    @contextmanager
    def connect_to_rebuild(self) -> Iterator[Connection]:
        """Like `connect_to_write`, for steps that put a new table in the place of an old one.

        SQLite would take the rows that refer to the old one for orphans; they are looked for once,
        at the end. SettingsError when there are some, and nothing has changed.
        """
        with self._rebuilding.begin() as connection:
            before = _schema_version(connection)
            yield connection
            if _schema_version(connection) != before:
                _refuse_orphans(connection)

    def migrate(self) -> None:
        """Bring the tables up to date; any number of processes may do so at once."""
        from processes.store.migrations import upgrade

        with self.connect_to_rebuild() as connection:
            upgrade(connection)

    def begin(self) -> None:
        """Like `migrate`, for an empty database only: OldTables where an older program's lie."""
        from processes.store.migrations import begin

        with self.connect_to_rebuild() as connection:
            begin(connection)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def insert_missing(
    session: Session, mapped: type[DeclarativeBase] | FromClause, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Insert the rows that clash with none that is there; the others are left out.

    How many were new. Two transactions that insert the same row wait for each other.
    """
    if not rows:
        return 0
    is_postgres = session.get_bind().dialect.name == "postgresql"
    table: Any = mapped if isinstance(mapped, FromClause) else mapped.__table__
    insert = (postgresql.insert if is_postgres else sqlite.insert)(table)
    statement = insert.on_conflict_do_nothing().returning(*table.primary_key)
    return len(session.execute(statement, list(rows)).all())


def _schema_version(connection: Connection) -> int | None:
    """A number that grows with every change of SQLite's tables; None elsewhere."""
    if connection.dialect.name != "sqlite":
        return None
    return int(connection.exec_driver_sql("PRAGMA schema_version").scalar_one())


def _refuse_orphans(connection: Connection) -> None:
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan is not None:
        raise SettingsError("store.orphans", name="KSDD_DATABASE_URL", table=orphan[0])


def _end_reading(connection: Connection) -> None:
    """Undo a transaction in which nothing was written, beneath the driver: psycopg's own rollback
    has the server forget all that it prepared, which costs most questions more than their answer.
    Nothing is left to undo where the server has gone meanwhile.
    """
    if connection.invalidated:
        return
    raw: Any = connection.connection.driver_connection
    raw.pgconn.exec_(b"ROLLBACK")
