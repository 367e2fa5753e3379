"""A whole installation into one file, and out of it again; or from one database into another."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from processes.actions.actor import Actor
from processes.errors import Conflict, KsddError, NotAllowed, SettingsError
from processes.kept_key import check_key
from processes.settings import Settings
from processes.store import history, pauses, rows
from processes.store.backup_file import BackupDamaged, BackupFile, Contents
from processes.store.backup_file import write as write_backup
from processes.store.database import Database
from processes.store.documents import BlobStore
from processes.store.migrations import is_newest, knows, upgrade
from processes.store.tables import SignIn

if TYPE_CHECKING:
    from processes.office import Office

#: how the backups are called that are named by their moment
NAMED = "ksdd-"
NAMES = re.compile(NAMED + r"[0-9]{8}T[0-9]{6}Z\.zip")
#: bytes of the largest document that a backup may hold
MOST = 1024 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class AsLeft:
    """An installation as it lies there, whichever program's its tables are; see `as_left`."""

    database: Database
    blobs: BlobStore
    secret: bytes
    #: whether its tables are those of an older program
    is_old: bool


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came out of a backup."""

    contents: Contents
    #: messages and events that waited when the backup was made
    waiting: int


@contextmanager
def as_left(settings: Settings) -> Iterator[AsLeft]:
    """The installation of the settings without changing anything in it, closed in the end.

    So a backup of tables that wait for `ksdd upgrade` is one that the older program brings in
    again. Conflict when the database is empty, SettingsError when a newer program made it or its
    `secret.key` is another one.
    """
    settings.make_folder()
    with closing(Database.open(settings.database_url)) as database:
        with database.connect_to_read() as connection:
            check_key(settings, connection)
            if rows.is_empty(connection):
                raise Conflict("installation.backup_empty")
            step = rows.step_of(connection)
        if not knows(step):
            raise SettingsError("store.newer", name="KSDD_DATABASE_URL")
        yield AsLeft(
            database=database,
            blobs=BlobStore(settings.data / "documents"),
            secret=settings.secret(),
            is_old=not is_newest(step),
        )


def back_up(office: Office | AsLeft, path: Path, *, now: datetime) -> Contents:
    """Write everything as of one moment into a new file, mode 600; nobody is kept waiting.

    Raises Conflict when the file is there already, KsddError when it cannot be written. Half a file
    never stands under the name.
    """
    return write_whole(path, office.database, office.blobs, office.secret, now=now)


def back_up_into(
    office: Office | AsLeft, folder: Path, *, keep: int, now: datetime
) -> tuple[Path, Contents, int]:
    """A backup named by its moment in a folder, of which the newest `keep` stay.

    Returns the file, what it holds, and how many older ones went. They go only once the new one is
    whole, and only those that this named.
    """
    path = folder / f"{NAMED}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
    contents = back_up(office, path, now=now)
    older = sorted(p for p in folder.glob(f"{NAMED}*.zip") if NAMES.fullmatch(p.name))[:-keep]
    for each in older:
        each.unlink()
    return path, contents, len(older)


def write_whole(
    path: Path, database: Database, blobs: BlobStore, secret: bytes, *, now: datetime
) -> Contents:
    """Like `back_up`, of tables that need not be up to date."""
    if path.exists():
        raise Conflict("installation.backup_exists", path=path)
    draft = path.with_name(f".{path.name}.draft")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file, database.connect_to_read() as connection:
            contents = write_backup(file, connection, blobs, secret, now)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        raise Conflict("installation.backup_exists", path=path) from None
    except OSError as error:
        raise KsddError("installation.backup_refused", path=path, why=error.strerror) from error
    finally:
        draft.unlink(missing_ok=True)
    return contents


def restore(settings: Settings, path: Path, *, now: datetime) -> Restored:
    """Bring a backup into an empty installation; sending stays paused until somebody says so.

    1. Check every byte of the file; nothing is touched when one is wrong.
    2. Put secret and documents into the data folder.
    3. In one transaction: make the tables of the backup's own time, fill them, bring them up to
       date, end every session, pause the sending.
    4. Check counts and the history's chains; KsddError names what does not fit.

    It may be called again after it was cut short. Raises Conflict when the installation holds
    anything, BackupDamaged, or OSError when the file cannot be read.
    """
    with closing(BackupFile.open(path)) as backup, stopped(settings):
        backup.check()
        if not knows(backup.contents.step):
            raise KsddError("installation.backup_newer")
        settings.make_folder()
        with closing(Database.open(settings.database_url)) as database:
            with database.connect_to_read() as connection:
                _check_empty(connection, "installation.restore_not_empty")
            _take_secret(settings, backup.secret)
            backup.copy_documents(BlobStore(settings.data / "documents"), MOST)
            with database.connect_to_rebuild() as connection:
                _check_empty(connection, "installation.restore_not_empty")
                upgrade(connection, backup.contents.step)
                _fill(connection, backup.contents.tables, backup.rows)
                upgrade(connection)
            with database.write() as session:
                session.query(SignIn).filter(SignIn.ended_at.is_(None)).update({"ended_at": now})
                waiting = pauses.begin(session, made_at=backup.contents.made_at, now=now)
            _check_chains(database)
    return Restored(contents=backup.contents, waiting=waiting)


def resume_sending(office: Office, *, actor: Actor, everything: bool, now: datetime) -> int:
    """Let letters and events go out again after a restore; how many were put aside.

    What waited in the backup and has come due since may have been sent by the old installation: it
    is put aside for a person to look at, unless `everything` is to go. NotAllowed for an
    administrator of some regions, because the letters of all are held back; Conflict when nothing
    is paused.
    """
    if actor.regions is not None:
        raise NotAllowed("installation.resume_everywhere")
    with office.database.write() as session:
        pause = pauses.running(session)
        if pause is None:
            raise Conflict("installation.not_paused")
        return pauses.end(session, pause, by=actor.name, everything=everything, now=now)


def move_database(office: Office, url: str) -> dict[str, int]:
    """Copy every row into the empty database at `url`; rows by table.

    The installation stays on its old database until `KSDD_DATABASE_URL` says otherwise. Raises
    Conflict when it is being served or the other one is not empty, KsddError when counts or
    chains differ.
    """
    with stopped(office.settings), closing(Database.open(url)) as target:
        with office.database.connect_to_read() as source:
            tables = rows.tables_of(source)
            counts = {table.name: rows.count_rows(source, table) for table in tables}
            by_name = {table.name: table for table in tables}
            with target.connect_to_write() as connection:
                _check_empty(connection, "installation.move_not_empty")
                upgrade(connection, rows.step_of(source))
                _fill(connection, counts, lambda name: rows.read_rows(source, by_name[name]))
        _check_chains(target)
    return counts


def _fill(
    connection: Connection, counts: dict[str, int], read: Callable[[str], Iterable[rows.Row]]
) -> None:
    """Put the rows of every table in, and count them."""
    tables = rows.tables_of(connection)
    unknown = counts.keys() - {table.name for table in tables}
    if unknown:
        raise BackupDamaged
    for table in reversed(tables):
        # what a step wrote by itself is in the rows too
        if rows.count_rows(connection, table):
            connection.execute(table.delete())
    for table in tables:
        expected = counts.get(table.name, 0)
        written = rows.write_rows(connection, table, read(table.name)) if expected else 0
        if written != expected or rows.count_rows(connection, table) != expected:
            raise KsddError("installation.copy_differs", table=table.name)


def _check_empty(connection: Connection, otherwise: str) -> None:
    if not rows.is_empty(connection):
        raise Conflict(otherwise)


def _take_secret(settings: Settings, secret: bytes) -> None:
    path = settings.secret_path
    if path.exists() and path.read_bytes() != secret:
        raise Conflict("installation.restore_other_secret", path=path)
    settings.keep_secret(secret)


def _check_chains(database: Database) -> None:
    with database.read() as session:
        broken = history.verify(session)
    if broken is not None:
        raise KsddError("installation.copy_broken", why=broken.say())


@contextmanager
def stopped(settings: Settings) -> Iterator[None]:
    """Hold the data folder as `ksdd serve` does; Conflict while it is served on this machine."""
    settings.make_folder()
    with (settings.data / "serve.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("installation.is_served", folder=settings.data) from None
        yield
