"""An office for one trial: a database of its own with one version and officials for every role."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from processes.engine.procedure import Procedure
from processes.errors import FieldError, InvalidAnswers
from processes.kept_calendar import KeptCalendar
from processes.settings import Settings
from processes.store import people, regions
from processes.store import procedures as versions
from processes.store.database import Database
from processes.store.documents import BlobStore
from processes.store.tables import Person, Region

if TYPE_CHECKING:
    from processes.office import Office

#: under which the folder on trial is published there
KEY = "uji"
FILE = "uji.sqlite3"


class Stage:
    """A database on which trials follow each other, each from the beginning.

    What was prepared to ask it serves all of them, which takes longer than a whole trial.
    """

    def __init__(self, folder: Path) -> None:
        self._settings = _settings(folder)
        self._path = folder / FILE
        self._database = Database.open_scratch(self._path)

    @contextmanager
    def office(
        self, procedure: Procedure, parties: Sequence[str], starts: datetime
    ) -> Iterator[Office]:
        """An office where this folder is the only version; what is done in it is gone after the
        block.

        `parties` get an invented official for every role of the folder. `starts` is a moment in the
        zone of the first of them. Raises InvalidAnswers when a party is no region.
        """
        self._clear()
        try:
            yield _furnished(self._settings, self._database, procedure, parties, starts)
        finally:
            self._database.close()

    def _clear(self) -> None:
        """Let the database be as if nothing had happened in it."""
        for left in self._path.parent.glob(f"{FILE}-*"):
            left.unlink()
        self._path.write_bytes(_empty())


@contextmanager
def stage() -> Iterator[Stage]:
    """Where trials can follow each other; everything of them is gone after the block."""
    with TemporaryDirectory(prefix="ksdd-uji-") as folder:
        yield Stage(Path(folder))


def open_trial(
    folder: Path,
    files: Mapping[str, bytes],
    parties: Sequence[str],
    starts: datetime,
) -> Office:
    """An office for one trial in a folder of the caller, who closes the office and removes the
    folder; otherwise like `Stage.office`."""
    path = folder / FILE
    path.write_bytes(_empty())
    database = Database.open_scratch(path)
    try:
        return _furnished(_settings(folder), database, Procedure(KEY, files), parties, starts)
    except BaseException:
        database.close()
        raise


def _settings(folder: Path) -> Settings:
    return Settings(env="development", data=folder, database_url=f"sqlite:///{folder / FILE}")


def _furnished(
    settings: Settings,
    database: Database,
    procedure: Procedure,
    parties: Sequence[str],
    starts: datetime,
) -> Office:
    from processes.office import Office

    with database.write() as session:
        every = session.execute(select(Region.code, Region.zone, Region.name)).all()
        zones = {row.code: row.zone for row in every}
        unknown = [code for code in parties if code not in zones]
        if unknown:
            raise InvalidAnswers({"pihak": FieldError("errors.party_unknown", code=unknown[0])})
        now = starts.replace(tzinfo=ZoneInfo(zones[parties[0]]))
        version = versions.save_version(
            session,
            key=KEY,
            name=procedure.name,
            files=procedure.files,
            note=KEY,
            published_by=KEY,
            now=now - timedelta(days=1),
        )
        _staff(session, procedure, parties)
    with database.read() as session:
        kept_calendar = KeptCalendar(zones, session)
    office = Office(
        settings=settings,
        database=database,
        blobs=BlobStore(settings.data / "documents"),
        secret=secrets.token_bytes(32),
        kept_calendar=kept_calendar,
        region_names={row.code: row.name for row in every},
    )
    office.remember(version.id, procedure)
    return office


@lru_cache(maxsize=1)
def _empty() -> bytes:
    """A database with all tables and regions, and nothing else."""
    with TemporaryDirectory(prefix="ksdd-uji-") as folder:
        path = Path(folder) / "kosong.sqlite3"
        database = Database.open(f"sqlite:///{path}")
        database.migrate()
        with database.write() as session:
            regions.load_regions(session)
        with database.connect_to_write() as connection:
            connection.execute(text("SELECT 1"))
        database.close()
        return path.read_bytes()


def _staff(session: Session, procedure: Procedure, parties: Sequence[str]) -> None:
    """One invented person for every role of the folder in every party."""
    roles = sorted(procedure.roles() | set(procedure.titles))
    for number, code in enumerate(parties):
        for place, role in enumerate(roles):
            person = Person(
                name=f"Contoh {procedure.titles.get(role, role)} {code}",
                email=f"{role.replace('_', '-')}.{code.replace('.', '')}@contoh.example",
                phone=f"+62000{number:03}{place:04}",
            )
            session.add(person)
            session.flush()
            people.make_official(session, code, role, person, procedure.titles.get(role, role))
