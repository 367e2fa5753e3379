"""The cast of the pages: a small installation on SQLite, a browser without JavaScript, the mail.

The installation has the sample officials and, beside the shipped procedure, `uji`: a small drawing
whose forms have every kind of field.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.settings import Settings
from processes.store import accounts
from processes.store.tables import AccountRole
from tests.webhooks.official import Official
from tests.webhooks.paper import PaperCase
from webhooks.app import create_app

SignIn = Callable[..., FlaskClient]
HERE = Path(__file__).parent
ADMINISTRATOR = Actor(kind="account", name="administrator")


class Clock:
    """A clock that stands until it is moved; begins on a Monday, 09:00 in Jakarta."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_days(self, days: int) -> None:
        self.moment += timedelta(days=days)


def settings_in(folder: Path) -> Settings:
    return Settings(
        env="development",
        data=folder,
        database_url=f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}",
        sample=True,
    )


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation that was opened once, to copy."""
    folder = tmp_path_factory.mktemp("installation")
    office = Office.open(settings_in(folder))
    actions.publish(
        office,
        HERE / "uji",
        note="untuk uji halaman",
        actor=ADMINISTRATOR,
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )
    office.close()
    return folder


@pytest.fixture
def office(filled_folder: Path, tmp_path: Path) -> Iterator[Office]:
    """An opened installation of its own for each test."""
    folder = tmp_path / "data"
    shutil.copytree(filled_folder, folder)
    opened = Office.open(settings_in(folder))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(office: Office, clock: Clock) -> Flask:
    made = create_app(office)
    made.config.update(TESTING=True, CLOCK=clock)
    return made


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A browser of somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def case_id(office: Office, clock: Clock) -> str:
    """A case of Kabupaten Bogor with Kabupaten Sukabumi on the small drawing."""
    return actions.open_case(
        office,
        procedure="uji",
        region="32.01",
        parties=["32.02"],
        title="Pelayanan publik di wilayah perbatasan",
        actor=ADMINISTRATOR,
        now=clock(),
    )


@pytest.fixture
def holder(app: Flask, office: Office, clock: Clock, case_id: str) -> Callable[[str], Official]:
    """Whoever holds the open task of an element of the case, in his browser, link in hand."""

    def of(element: str) -> Official:
        return Official.holding(app, office, case_id, element, clock())

    return of


@pytest.fixture
def paper(app: Flask, office: Office, clock: Clock) -> PaperCase:
    """A case in which a partner without officials is asked whether it is willing."""
    return PaperCase(app, office, clock())


@pytest.fixture
def signed_in(app: Flask, office: Office, clock: Clock) -> SignIn:
    """A browser that went through a sign-in link, as an administrator unless said otherwise."""

    def enter(role: AccountRole = AccountRole.ADMIN, region: str | None = None) -> FlaskClient:
        with office.database.write() as session:
            account = accounts.create_account(
                session, name=f"{role.value} {region}", role=role, now=clock(), region_code=region
            )
            token = accounts.make_sign_in_link(session, account.id, clock())
        client = app.test_client()
        assert client.post(f"/masuk/{token}").status_code == 303
        return client

    return enter
