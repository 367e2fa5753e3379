"""An office on each database, with sample officials and the shipped procedure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from processes.office import Office
from processes.settings import Settings
from tests.worker.sink import Sink


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """An open installation, once on each kind of database; its mails become files."""
    environ = {
        "KSDD_ENV": "development",
        "KSDD_DATA": str(tmp_path / "data"),
        "KSDD_DATABASE_URL": database_url,
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
