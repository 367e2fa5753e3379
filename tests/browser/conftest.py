"""A real Chromium without JavaScript, and the product on a port of its own."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from processes.office import Office
from processes.settings import Settings
from processes.store import accounts
from tests.browser.owner_at_work import OwnerAtWork
from tests.journeys.conftest import START
from tests.journeys.conftest import settled_sqlite as settled_sqlite
from tests.journeys.town import Town
from tests.served import served
from webhooks.app import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    if not Path(CHROMIUM).exists():
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A cheap phone: 360 pixels wide, JavaScript off, Indonesian."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        java_script_enabled=False,
        locale="id-ID",
        accept_downloads=True,
    )
    yield context.new_page()
    context.close()


@contextmanager
def installed(folder: Path, settled: Path, name: str = "127.0.0.1") -> Iterator[Office]:
    """An installation that a web server on a free port serves, and that calls itself by a name."""
    shutil.copy(settled, folder / "ksdd.sqlite3")
    opened: list[Office] = []

    def build(base_url: str) -> WSGIApplication:
        settings = Settings(
            env="development",
            data=folder,
            base_url=base_url.replace("127.0.0.1", name),
            database_url=f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}",
            sample=True,
        )
        opened.append(Office.open(settings))
        return create_app(opened[0])

    with served(build):
        yield opened[0]
    opened[0].close()


@pytest.fixture
def office(tmp_path: Path, settled_sqlite: Path) -> Iterator[Office]:
    """An installation that a web server on a free port serves."""
    with installed(tmp_path, settled_sqlite) as found:
        yield found


@contextmanager
def town_on_pages(folder: Path, template: Path) -> Iterator[Town]:
    """A town with a clock to be moved, whose pages a web server on a free port serves; its database
    begins as a copy of `template` and lies in `folder` as `ksdd.sqlite3`."""
    shutil.copy(template, folder / "ksdd.sqlite3")
    opened: list[Town] = []

    def build(base_url: str) -> WSGIApplication:
        database = f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}"
        opened.append(Town(database, folder / "data", START, base_url))
        return opened[0].app

    try:
        with served(build):
            yield opened[0]
    finally:
        for town in opened:
            town.close()


@pytest.fixture
def drawn_town(tmp_path: Path, settled_sqlite: Path) -> Iterator[Town]:
    """A town with a clock to be moved, whose pages a web server on a free port serves."""
    with town_on_pages(tmp_path, settled_sqlite) as town:
        yield town


@contextmanager
def owner_of(folder: Path, template: Path, chromium: Browser) -> Iterator[OwnerAtWork]:
    """The owner of the procedure, on the pages of such a town, which may be gone on with after."""
    with town_on_pages(folder, template) as town:
        found = OwnerAtWork(town, chromium)
        yield found
        found.close()
        with town.office.database.write() as session:
            assert accounts.revoke_token(session, "kota", town.now)


@pytest.fixture
def town(published: Path, tmp_path: Path) -> Iterator[Town]:
    """A town of its own with the version that a module published once (`published`, the database
    that was left), in which nothing has happened yet.

    What was written last may still lie in the log beside that database: a page that the browser
    asked for and left keeps its connection for a while, also after the server's end.
    """
    with (
        closing(sqlite3.connect(published)) as left,
        closing(sqlite3.connect(tmp_path / "ksdd.sqlite3")) as copy,
    ):
        left.backup(copy)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    # the database knows its key, and no other opens it
    shutil.copy(published.parent / "data" / "secret.key", data)
    found = Town(f"sqlite+pysqlite:///{tmp_path / 'ksdd.sqlite3'}", data, START)
    yield found
    found.close()


@pytest.fixture
def owner(drawn_town: Town, chromium: Browser) -> Iterator[OwnerAtWork]:
    """The owner of the procedure, on the pages of the town."""
    found = OwnerAtWork(drawn_town, chromium)
    yield found
    found.close()
