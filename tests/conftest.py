"""The stage of every test: real databases, fresh for each test, on both sides of each pair.

`database` runs a test twice, on SQLite and on PostgreSQL; `sqlite_database` and
`postgres_database` run it once. All are migrated and hold the regions.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import create_engine, make_url, text

from processes.store.database import Database
from processes.store.regions import load_regions
from tests import servers
from webhooks.errors import Discreet

#: seconds after which a test is taken to hang; what should end at once must not take for ever
PATIENCE = 900


class CompiledPages(BytecodeCache):
    """Templates as Python code, compiled once for all apps of a run and not for each anew."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


Discreet.jinja_options = {**Discreet.jinja_options, "bytecode_cache": CompiledPages()}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that does not come to its end, so that the others still run."""

    def give_up(_number: int, _frame: object) -> None:
        pytest.fail(f"{item.name} did not end within {PATIENCE} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def now() -> datetime:
    """A Monday morning, 09:00 in Jakarta, on which most tests begin."""
    return datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server: the one of KSDD_TEST_DATABASE_URL, or one started for this run."""
    given = os.environ.get("KSDD_TEST_DATABASE_URL")
    with ExitStack() as stack:
        yield given or stack.enter_context(servers.postgres())


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A broker: the one of KSDD_TEST_REDIS_URL, or a Valkey started for this run."""
    given = os.environ.get("KSDD_TEST_REDIS_URL")
    with ExitStack() as stack:
        yield given or stack.enter_context(servers.valkey())


def fill(url: str) -> None:
    """Migrate an empty database and load the regions."""
    database = Database.open(url)
    database.migrate()
    with database.write() as session:
        load_regions(session)
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    fill(f"sqlite+pysqlite:///{path}")
    return path


@contextmanager
def postgres_with(url: str, statement: str, name: str) -> Iterator[str]:
    """A new database on the server, made by `statement`, dropped in the end; its URL."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(statement))
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        admin.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy."""
    name = f"ksdd_template_{uuid4().hex[:8]}"
    with postgres_with(postgres_url, f"CREATE DATABASE {name} ENCODING 'UTF8'", name) as url:
        fill(url)
        yield name


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The URL of a fresh, migrated SQLite database."""
    path = tmp_path / "ksdd.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite+pysqlite:///{path}"


@pytest.fixture
def fresh_postgres_url(postgres_url: str, postgres_template: str) -> Iterator[str]:
    """The URL of a fresh, migrated PostgreSQL database."""
    name = f"ksdd_{uuid4().hex[:12]}"
    statement = f"CREATE DATABASE {name} TEMPLATE {postgres_template}"
    with postgres_with(postgres_url, statement, name) as url:
        yield url


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A database, closed in the end."""
    database = Database.open(url)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A fresh, migrated SQLite database."""
    with opened(sqlite_url) as database:
        yield database


@pytest.fixture
def postgres_database(fresh_postgres_url: str) -> Iterator[Database]:
    """A fresh, migrated PostgreSQL database."""
    with opened(fresh_postgres_url) as database:
        yield database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database, once of each kind."""
    fixture = "sqlite_url" if request.param == "sqlite" else "fresh_postgres_url"
    return str(request.getfixturevalue(fixture))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database, once of each kind."""
    with opened(database_url) as database:
        yield database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+pysqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    name = f"ksdd_{uuid4().hex[:12]}"
    server: str = request.getfixturevalue("postgres_url")
    with postgres_with(server, f"CREATE DATABASE {name} ENCODING 'UTF8'", name) as url:
        yield url


@pytest.fixture
def open_database() -> Iterator[Callable[[str], Database]]:
    """Opens databases by URL and closes them after the test."""
    with ExitStack() as stack:
        yield lambda url: stack.enter_context(opened(url))
