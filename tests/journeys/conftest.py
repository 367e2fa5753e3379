"""Towns with sample officials, copied from a template so that each test has its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import delete

from processes.office import Office
from processes.settings import Settings
from processes.store.tables import SecretMark
from tests.conftest import made_once, postgres_copy, postgres_with
from tests.journeys.town import Town

#: Monday, 6 July 2026, 09:00 in Jakarta
START = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)


def _settle(url: str, folder: Path) -> None:
    settings = Settings(env="development", data=folder, database_url=url, sample=True)
    office = Office.open(settings)
    with office.database.write() as session:
        # each copy has a data folder of its own, with another key
        session.execute(delete(SecretMark))
    office.close()


@pytest.fixture(scope="session")
def settled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with regions, officials and the shipped procedure."""

    def make(folder: Path) -> None:
        _settle(f"sqlite+pysqlite:///{folder / 'template.sqlite3'}", folder)

    return made_once(tmp_path_factory, "settled", make) / "template.sqlite3"


@pytest.fixture(scope="session")
def settled_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a PostgreSQL database with the same."""
    name = f"ksdd_settled_{uuid4().hex[:8]}"
    with postgres_with(postgres_url, f"CREATE DATABASE {name} ENCODING 'UTF8'", name) as url:
        _settle(url, tmp_path_factory.mktemp("settled_pg"))
        yield name


@pytest.fixture
def town(sqlite_town: Town) -> Town:
    """A town on SQLite."""
    return sqlite_town


@pytest.fixture
def sqlite_town(tmp_path: Path, settled_sqlite: Path) -> Iterator[Town]:
    path = tmp_path / "ksdd.sqlite3"
    shutil.copy(settled_sqlite, path)
    town = Town(f"sqlite+pysqlite:///{path}", tmp_path / "data", START)
    yield town
    town.close()


@pytest.fixture
def postgres_town(tmp_path: Path, postgres_url: str, settled_postgres: str) -> Iterator[Town]:
    with postgres_copy(postgres_url, settled_postgres) as url:
        town = Town(url, tmp_path / "data", START)
        yield town
        town.close()


@pytest.fixture(params=["sqlite", "postgres"])
def both(request: pytest.FixtureRequest) -> Town:
    """A town on each database in turn."""
    found: Town = request.getfixturevalue(f"{request.param}_town")
    return found
