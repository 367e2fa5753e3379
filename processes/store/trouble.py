"""What a database says when it cannot do its work, as an error that people understand."""

from __future__ import annotations

from logging import Logger

from sqlalchemy.exc import DBAPIError

from processes.errors import KsddError, StorageFull, Unavailable

#: PostgreSQL's codes (SQLSTATE) for a full disk, and the beginnings of those for a server that is
#: not there, stops, has too many visitors, or ended a session that was cut off
FULL_STATE = "53100"
AWAY_STATES = ("08", "57P", "53", "25P03")
#: it waited for another writer for as long as it may
BUSY_STATE = "55P03"
#: result codes of SQLite, without their finer kinds: full, and busy or locked
FULL_CODE, BUSY_CODES = 13, (5, 6)


def told(error: BaseException) -> KsddError | None:
    """The error behind a failed statement; None when it is a fault of ours.

    In each case the transaction is undone, so trying again is right.
    """
    if not isinstance(error, DBAPIError):
        return None
    state = str(getattr(error.orig, "sqlstate", None) or "")
    code = int(getattr(error.orig, "sqlite_errorcode", None) or 0) & 0xFF
    if state == FULL_STATE or code == FULL_CODE:
        return StorageFull("errors.database_full")
    if error.connection_invalidated or state == BUSY_STATE or state.startswith(AWAY_STATES):
        return Unavailable()
    return Unavailable() if code in BUSY_CODES or _never_connected(error) else None


def log_fault(log: Logger, what: str, error: Exception) -> None:
    """Write a fault of ours; a database that is away is told by whoever finds it so next."""
    if told(error) is None:
        log.error(what, exc_info=error)


def _never_connected(error: DBAPIError) -> bool:
    """Whether PostgreSQL could not be reached at all: then it gave no code."""
    named = type(error.orig)
    return named.__module__.startswith("psycopg") and named.__name__ in (
        "OperationalError",
        "ConnectionTimeout",
    )
