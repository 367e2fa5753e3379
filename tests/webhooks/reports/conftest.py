"""An installation with two years of work, on each database; nothing in it is changed by a test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from processes.office import Office
from processes.settings import Settings
from processes.store import accounts
from processes.store.tables import AccountRole
from tests.conftest import postgres_with
from tests.webhooks.reports.cast import NOW, fill
from webhooks.app import create_app

CASES = 180
Enter = Callable[..., FlaskClient]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres")])
def worked(
    request: pytest.FixtureRequest, filled_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """The office in which they worked."""
    folder = tmp_path_factory.mktemp("worked") / "data"
    with ExitStack() as stack:
        if request.param == "sqlite":
            shutil.copytree(filled_folder, folder)
            url = f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}"
        else:
            name = f"ksdd_{uuid4().hex[:12]}"
            statement = f"CREATE DATABASE {name} ENCODING 'UTF8'"
            server = request.getfixturevalue("postgres_url")
            url = stack.enter_context(postgres_with(server, statement, name))
        office = Office.open(
            Settings(env="development", data=folder, database_url=url, sample=True)
        )
        stack.callback(office.close)
        fill(office, CASES)
        yield office


@pytest.fixture
def enter(worked: Office) -> Enter:
    """A browser that went through a sign-in link, of the whole installation or of one region."""
    app = create_app(worked)
    app.config.update(TESTING=True, CLOCK=lambda: NOW)

    def sign_in(region: str | None = None, role: AccountRole = AccountRole.ADMIN) -> FlaskClient:
        with worked.database.write() as session:
            name = f"{role.value} {uuid4().hex[:8]}"
            account = accounts.create_account(
                session, name=name, role=role, now=NOW, region_code=region
            )
            token = accounts.make_sign_in_link(session, account.id, NOW)
        client = app.test_client()
        assert client.post(f"/masuk/{token}").status_code == 303
        return client

    return sign_in
