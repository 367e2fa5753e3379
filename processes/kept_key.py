"""The key of an installation, `secret.key`, held against the database that it belongs to.

A data folder that is not mounted, or was lost, looks like a new one. A fresh key in it would
let everything go on, and every link that was sent before would be dead.
"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from processes.errors import SettingsError
from processes.settings import Settings
from processes.store import secret_mark
from processes.store.database import Database


def open_key(settings: Settings, database: Database, *, now: datetime) -> bytes:
    """The key of the installation, made where there is none, and noted in the newest tables.

    Call `check_key` first: it tells a key that is gone from one that nobody has made yet. Raises
    SettingsError where another machine was first, with a key of its own.
    """
    secret = settings.secret()
    with database.write() as session:
        secret_mark.note(session, secret, now=now)
        check_key(settings, session.connection())
    return secret


def check_key(settings: Settings, connection: Connection) -> None:
    """Raise SettingsError where the database, in whatever version, belongs to another key than the
    data folder holds, or to one that is gone; nothing is made."""
    path = settings.secret_path
    is_there = path.exists()
    if not secret_mark.belongs(connection, settings.secret() if is_there else None):
        raise SettingsError("settings.key_foreign" if is_there else "settings.key_gone", path=path)


def check_before_start(settings: Settings) -> None:
    """The same, for a part that is about to start: a part may start while the database is away."""
    settings.make_folder()
    try:
        with (
            closing(Database.open(settings.database_url)) as database,
            database.connect_to_read() as connection,
        ):
            check_key(settings, connection)
    except DBAPIError:
        return
    except SettingsError as error:
        if error.key != "store.unreachable":
            raise
