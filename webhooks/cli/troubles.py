"""What the machine refuses a command, as a sentence: no room, the file of another, no database."""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import stat
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from processes.errors import KsddError, StorageFull
from processes.sentences import say
from processes.settings import Settings
from processes.store.documents import FULL
from processes.store.trouble import FULL_CODE, told

#: what the system says of a file that this user may not have, and of a disk that takes nothing
REFUSED = {errno.EACCES, errno.EPERM}
#: result codes of SQLite, without their finer kinds: the file may not be had (forbidden, read-only,
#: not to be opened), and the disk failed
FILE_CODES, DISK_CODE = (3, 8, 14), 10
#: bytes below which a disk that failed is taken to be full: SQLite does not say so in every step
NO_ROOM = 64 * 1024


def sentence(error: Exception) -> str | None:
    """What to do about an error that is no fault of the program; None for every other one."""
    if isinstance(error, StorageFull):
        return _full(_data())
    if isinstance(error, OSError):
        return _of_file(error)
    code = _sqlite_code(error)
    if code == FULL_CODE or (code == DISK_CODE and _has_no_room(_data())):
        return _full(_data())
    if code == DISK_CODE:
        return say("commands.disk_fails", "id", path=_database())
    if code in FILE_CODES:
        return _forbidden(_database())
    known = told(error)
    if isinstance(known, StorageFull):
        return say("commands.database_full")
    return known.say() if known else None


def _of_file(error: OSError) -> str | None:
    path = Path(os.fsdecode(error.filename)) if error.filename else _data()
    if error.errno in FULL:
        return _full(path)
    if error.errno == errno.EROFS:
        return say("commands.read_only", "id", path=path)
    return _forbidden(path) if error.errno in REFUSED else None


def _sqlite_code(error: Exception) -> int | None:
    """SQLite's code, whether the driver said it or SQLAlchemy passed it on."""
    said = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(said, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF


def _full(path: Path) -> str:
    return say("commands.disk_full", "id", path=_nearest(path))


def _has_no_room(path: Path) -> bool:
    return shutil.disk_usage(_nearest(path)).free < NO_ROOM


def _forbidden(path: Path) -> str:
    """Whose the path is, or the folder above it that can be seen, and how it becomes ours."""
    seen = _nearest(path)
    found = seen.stat()
    owner, user = _name(found.st_uid), _name(os.geteuid())
    data = _data()
    folder = data if data in (seen, *seen.parents) else seen
    key = "commands.own_but_shut" if found.st_uid == os.geteuid() else "commands.of_another"
    mode = f"{stat.S_IMODE(found.st_mode):o}"
    return say(key, "id", path=seen, owner=owner, user=user, mode=mode, folder=folder)


def _nearest(path: Path) -> Path:
    """The path, or what lies above it and can be looked at."""
    for each in (path, *path.absolute().parents):
        try:
            each.stat()
        except OSError:
            continue
        return each
    return Path("/")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _data() -> Path:
    """The data folder, or where we stand when the settings cannot be read."""
    settings = _settings()
    return Path.cwd() if settings is None else settings.data


def _database() -> Path:
    """The file of the database, or the data folder."""
    settings = _settings()
    named = None if settings is None else make_url(settings.database_url).database
    return Path(named).absolute() if named else _data()


def _settings() -> Settings | None:
    try:
        return Settings.from_environment(os.environ)
    except (KsddError, OSError):
        return None
