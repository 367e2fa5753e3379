"""How the tables came to be, step by step; `versions/` holds one numbered file per step."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from processes.errors import OldTables, SettingsError

#: key of the PostgreSQL advisory lock that lets one process migrate at a time
LOCK = 0x4B534444
#: PostgreSQL's code (SQLSTATE) for what its user may not do
FORBIDDEN = "42501"


def knows(step: str) -> bool:
    """Whether this program can make the tables of that step."""
    try:
        return _steps().get_revision(step) is not None
    except CommandError:
        return False


def is_newest(step: str) -> bool:
    """Whether tables of that step are those of this program."""
    return step == _steps().get_current_head()


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables to step `to`, inside the caller's transaction; the newest are left alone.

    SettingsError when the database was made by a newer program than this one.
    """
    _wait_turn(connection)
    if to == "head" and MigrationContext.configure(connection).get_current_heads() == _newest():
        return
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise SettingsError("store.newer", name="KSDD_DATABASE_URL") from error
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != FORBIDDEN:
            raise
        url = connection.engine.url
        raise SettingsError(
            "store.not_owner", name="KSDD_DATABASE_URL", database=url.database, user=url.username
        ) from error


def begin(connection: Connection) -> None:
    """Make the tables of an empty database, inside the caller's transaction; others stay as they
    are. OldTables when an older program made them, SettingsError when a newer one did.
    """
    _wait_turn(connection)
    step = MigrationContext.configure(connection).get_current_revision()
    if step is not None and knows(step) and not is_newest(step):
        raise OldTables(before=step, after=_steps().get_current_head())
    upgrade(connection)


def _wait_turn(connection: Connection) -> None:
    """On PostgreSQL, let one process after the other look at the tables and make them; SQLite has
    one writer at a time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


@cache
def _steps() -> ScriptDirectory:
    """All steps, which are read from their files once per process."""
    return ScriptDirectory(str(Path(__file__).parent))


def _newest() -> tuple[str, ...]:
    return tuple(_steps().get_heads())
