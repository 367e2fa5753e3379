"""Where it is measured: empty databases of both kinds and exact copies of them, on a real disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from sqlalchemy import make_url

from tests import servers
from tests.conftest import postgres_with


class Place(Protocol):
    """One kind of database."""

    @property
    def name(self) -> str:
        """Its name in the table."""

    def fresh(self) -> AbstractContextManager[str]:
        """A new, empty database; its URL."""

    def copy(self, url: str) -> AbstractContextManager[str]:
        """A copy of a database that nobody has open; its URL."""


@dataclass(frozen=True, kw_only=True)
class Sqlite:
    """SQLite files in one folder."""

    folder: Path
    name: str = "SQLite"

    @contextmanager
    def fresh(self) -> Iterator[str]:
        yield f"sqlite+pysqlite:///{self.folder / uuid4().hex}.sqlite3"

    @contextmanager
    def copy(self, url: str) -> Iterator[str]:
        with self.fresh() as target:
            shutil.copy(str(make_url(url).database), str(make_url(target).database))
            yield target


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """Databases of one PostgreSQL server."""

    server: str
    name: str = "PostgreSQL"

    def fresh(self) -> AbstractContextManager[str]:
        return self._made("ENCODING 'UTF8'")

    def copy(self, url: str) -> AbstractContextManager[str]:
        return self._made(f"TEMPLATE {make_url(url).database}")

    def _made(self, how: str) -> AbstractContextManager[str]:
        name = f"ksdd_bench_{uuid4().hex[:12]}"
        return postgres_with(self.server, f"CREATE DATABASE {name} {how}", name)


@contextmanager
def folder_on_disk() -> Iterator[Path]:
    """A folder for this run that is not in memory, or a durable write would cost nothing."""
    kept = Path("/var/tmp")
    where = kept if kept.is_dir() and os.access(kept, os.W_OK) else None
    with tempfile.TemporaryDirectory("-bench", "ksdd-", where, ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """The server of KSDD_TEST_DATABASE_URL, or one of our own whose data lie in `folder`."""
    given = os.environ.get("KSDD_TEST_DATABASE_URL")
    if given:
        yield Postgres(server=given)
        return
    with servers.postgres(folder) as url:
        yield Postgres(server=url)
