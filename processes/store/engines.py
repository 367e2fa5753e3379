"""Connections to each kind of database: how they are made, prepared and kept.

What a database is not trusted with stands here too: a server that may lose what it confirmed, a
SQLite whose write-ahead log may.
"""

from __future__ import annotations

import fcntl
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError, OperationalError

from processes.errors import SettingsError

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
#: how long a note waits for another writer that nobody misses when it is lost, in seconds
MOMENT = 0.2
#: a connection that was at work so many seconds ago is taken to be there still
FRESH = 1.0
#: where the pool keeps when a connection was at work last
_LAST = "ksdd_last"


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


def open_sqlite(url: URL) -> Engine:
    """An engine on a file, which is made when there is none; SettingsError when it has no name."""
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


def hurry_sqlite(connection: Any, _record: Any) -> None:
    """Let a new connection confirm what may still be lost."""
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


def open_postgres(url: URL) -> Engine:
    """An engine on a server; SettingsError when it does not answer or is not to be trusted."""
    engine = create_engine(
        url,
        max_overflow=25,
        connect_args={
            "application_name": "ksdd",
            # also of a database that keeps bytes, so that it can be asked what it is, and refused
            "client_encoding": "utf8",
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": CUT_OFF * 1000,
            "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items()),
        },
    )
    _look_after(engine)
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


def _look_after(engine: Engine) -> None:
    """Ask a connection that lay idle whether it is still there; if not, all are made anew."""

    def note(_connection: Any, record: Any) -> None:
        record.info[_LAST] = monotonic()

    def look(connection: Any, record: Any, _pooled: Any) -> None:
        if monotonic() - record.info[_LAST] < FRESH:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise InvalidatePoolError from gone

    event.listen(engine, "connect", note)
    event.listen(engine, "checkin", note)
    event.listen(engine, "checkout", look)


def _refuse_careless(connection: Connection) -> None:
    """Refuse a server that may lose what it confirmed, or that cannot keep every letter."""
    for setting in DURABLE:
        if connection.execute(text(f"SHOW {setting}")).scalar_one() == "off":
            raise SettingsError("store.not_durable", name="KSDD_DATABASE_URL", setting=setting)
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise SettingsError("store.encoding", name="KSDD_DATABASE_URL", encoding=encoding)
