"""An office on each database, with sample officials and the shipped procedure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from processes.office import Office
from processes.settings import Settings
from tests.conftest import postgres_copy
from tests.journeys.conftest import settled_postgres as settled_postgres
from tests.journeys.conftest import settled_sqlite as settled_sqlite
from tests.worker.sink import Sink


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settled_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with officials and the procedure, once of each kind."""
    if request.param == "postgres":
        server: str = request.getfixturevalue("postgres_url")
        with postgres_copy(server, request.getfixturevalue("settled_postgres")) as url:
            yield url
        return
    path = tmp_path / "ksdd.sqlite3"
    shutil.copy(request.getfixturevalue("settled_sqlite"), path)
    yield f"sqlite+pysqlite:///{path}"


@pytest.fixture
def office(tmp_path: Path, settled_url: str) -> Iterator[Office]:
    """An open installation, once on each kind of database; its mails become files."""
    environ = {
        "KSDD_ENV": "development",
        "KSDD_DATA": str(tmp_path / "data"),
        "KSDD_DATABASE_URL": settled_url,
        "KSDD_BASE_URL": "https://ksdd.example.test",
    }
    opened = Office.open(Settings.from_environment(environ))
    yield opened
    opened.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server on loopback."""
    with Sink() as opened:
        yield opened


@pytest.fixture
def mailing(office: Office, sink: Sink) -> Office:
    """The same installation, its mails going to the mail server."""
    return replace(office, settings=replace(office.settings, mail_url=sink.url))
