"""One installation's database: SQLite on one machine, PostgreSQL for more; the same promises.

`read()` sees one unchanging moment and cannot write; `write()` is one transaction that is durable
once its block ends. Two writers never lose an update: SQLite lets one write at a time
(`BEGIN IMMEDIATE`), PostgreSQL locks rows (`locks.py`).
"""

from __future__ import annotations

import fcntl
import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from sqlalchemy import Connection, Engine, FromClause, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from processes.errors import SettingsError
from processes.store.asking import AskingSession
from processes.store.writing import WritingSession

#: how long a writer waits for another one, in seconds
PATIENCE = 30
#: SQLite versions in which write-ahead logging cannot lose a commit ("WAL-reset bug", sqlite.org)
SAFE_WAL = (3, 51, 3)
SAFE_WAL_BACKPORTS = ((3, 50, 7), (3, 44, 6))
#: PostgreSQL settings that must not be off, or an acknowledged act can be lost
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
#: after how many silent seconds either side takes the other for cut off
CUT_OFF = 25
#: what a session of ours asks of PostgreSQL: a host that is cut off or hangs in the middle of an
#: act must not keep its case locked for the hours that the server would wait by itself
SESSION = {
    "lock_timeout": f"{PATIENCE}s",
    "timezone": "UTC",
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": f"{CUT_OFF}s",
    "idle_in_transaction_session_timeout": "120s",
    # many people ask at once: a question that takes several processors keeps others waiting, and
    # starting its helpers takes longer than most questions
    "max_parallel_workers_per_gather": 0,
}
#: execution options by which the begin hook knows a writing transaction, and how long it may wait
WRITES, WAITS = "ksdd_writes", "ksdd_waits"
#: execution option of a transaction that makes tables anew: rows may miss each other until its end
REBUILDS = "ksdd_rebuilds"
#: a session is one transaction: its rows stay readable, and whoever asks it later is refused, or
#: he would begin another one that nobody ends
ONCE: dict[str, Any] = {"expire_on_commit": False, "close_resets_only": False}
#: how long a note waits for another writer that nobody misses when it is lost, in seconds
MOMENT = 0.2


class Database:
    """An open database; make it with `Database.open`, one per process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_postgres = engine.dialect.name == "postgresql"
        reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = engine.execution_options(**(reading if self.is_postgres else {}))
        self._writing = engine.execution_options(**{WRITES: True})
        self._noting = engine.execution_options(**{WRITES: True, WAITS: MOMENT})
        self._rebuilding = engine.execution_options(**{WRITES: True, REBUILDS: True})

    @classmethod
    def open_scratch(cls, path: Path) -> Self:
        """A SQLite database that is thrown away soon: nothing waits for the disk."""
        database = cls.open(f"sqlite:///{path}")
        event.listen(database.engine, "connect", _hurry_sqlite)
        database.close()
        return database

    @classmethod
    def open(cls, url: str) -> Self:
        """The database at a SQLAlchemy URL; SettingsError when it is not fit to be trusted."""
        parts = make_url(url)
        if parts.get_backend_name() == "postgresql":
            return cls(_open_postgres(parts.set(drivername="postgresql+psycopg")))
        return cls(_open_sqlite(parts.set(drivername="sqlite+pysqlite")))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment and writes nothing; its rows stay readable after it."""
        with AskingSession(self._reading, autoflush=False, **ONCE) as session:
            yield session
            if self.is_postgres and session.in_transaction():
                _end_reading(session.connection())

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


def sqlite_module() -> ModuleType:
    """The SQLite to use: that of pysqlite3, newer than most systems' own, where it is installed."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3")


def journal_mode(version: tuple[int, ...]) -> str:
    """`WAL` where this SQLite version can be trusted with it, else `DELETE` (rollback journal)."""
    backport = any(version[:2] == b[:2] and version >= b for b in SAFE_WAL_BACKPORTS)
    return "WAL" if version >= SAFE_WAL or backport else "DELETE"


def _open_sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise SettingsError("store.in_memory", name="KSDD_DATABASE_URL")
    path = Path(str(url.database)).absolute()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    module = sqlite_module()
    engine = create_engine(
        url.set(database=str(path)),
        module=module,
        connect_args={"timeout": PATIENCE, "isolation_level": None},
        max_overflow=25,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    with _only_one_at_a_time(path), engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.rollback()
        raw.execute(f"PRAGMA journal_mode = {journal_mode(module.sqlite_version_info)}")
    path.chmod(0o600)
    return engine


@contextmanager
def _only_one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a lock file: the journal mode of a new file can be set by one process only."""
    with path.with_name(path.name + ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _hurry_sqlite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _begin_sqlite(connection: Connection) -> None:
    """Begin so that a writer waits its turn at once, and a reader can neither wait nor write."""
    options = connection.get_execution_options()
    writes = bool(options.get(WRITES))
    raw: Any = connection.connection.driver_connection
    wanted = {
        "busy_timeout": int(options.get(WAITS, PATIENCE) * 1000),
        "query_only": int(not writes),
        "foreign_keys": int(not options.get(REBUILDS)),
    }
    for name, value in wanted.items():
        # a connection keeps what it was told before
        if connection.info.get(name) != value:
            raw.execute(f"PRAGMA {name} = {value}")
            connection.info[name] = value
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _schema_version(connection: Connection) -> int | None:
    """A number that grows with every change of SQLite's tables; None elsewhere."""
    if connection.dialect.name != "sqlite":
        return None
    return int(connection.exec_driver_sql("PRAGMA schema_version").scalar_one())


def _refuse_orphans(connection: Connection) -> None:
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan is not None:
        raise SettingsError("store.orphans", name="KSDD_DATABASE_URL", table=orphan[0])


def _open_postgres(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_pre_ping=True,
        max_overflow=25,
        connect_args={
            "application_name": "ksdd",
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": CUT_OFF * 1000,
            "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items()),
        },
    )
    try:
        with engine.connect() as connection:
            _refuse_careless(connection)
    except OperationalError as error:
        engine.dispose()
        raise SettingsError(
            "store.unreachable", name="KSDD_DATABASE_URL", host=url.host or "localhost"
        ) from error
    except SettingsError:
        engine.dispose()
        raise
    return engine


def _end_reading(connection: Connection) -> None:
    """Undo a transaction in which nothing was written, beneath the driver: psycopg's own rollback
    has the server forget all that it prepared, which costs most questions more than their answer.
    """
    raw: Any = connection.connection.driver_connection
    raw.pgconn.exec_(b"ROLLBACK")


def _refuse_careless(connection: Connection) -> None:
    """Refuse a server that may lose what it confirmed, or that cannot keep every letter."""
    for setting in DURABLE:
        if connection.execute(text(f"SHOW {setting}")).scalar_one() == "off":
            raise SettingsError("store.not_durable", name="KSDD_DATABASE_URL", setting=setting)
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise SettingsError("store.encoding", name="KSDD_DATABASE_URL", encoding=encoding)
