"""The stage of every test: real databases, fresh for each test, on both sides of each pair.

`database` runs a test twice, on SQLite and on PostgreSQL; `sqlite_database` and
`postgres_database` run it once. All are migrated and hold the regions.
"""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from processes.store.database import Database
from processes.store.regions import load_regions
from tests import kept, servers

#: seconds after which a test is taken to hang; what should end at once must not take for ever
PATIENCE = 900
#: after how many new objects, and how many looks, Python looks for garbage (`gc.set_threshold`)
TIDIED = (20_000, 10, 10)


# a run starts more than a hundred programs, and each would compile the whole product anew
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

kept.keep_pages()
kept.keep_routes()
kept.keep_statements()


def pytest_configure() -> None:
    """Let tests write into memory where it is large enough: they wait for the disk otherwise."""
    memory = servers.folder_in_memory()
    if memory is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that hold slow tests, so that no processor waits for one in the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never among what stays until the end: it is a lot."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*TIDIED)


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


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder of that name which `make` fills, once for all processes of a run."""
    beside = "PYTEST_XDIST_WORKER" in os.environ
    run = factory.getbasetemp().parent if beside else factory.getbasetemp()
    folder, whole = run / name, run / f"{name}.whole"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""

    def make(folder: Path) -> None:
        fill(f"sqlite+pysqlite:///{folder / 'template.sqlite3'}")

    return made_once(tmp_path_factory, "migrated", make) / "template.sqlite3"


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


@contextmanager
def postgres_copy(url: str, template: str) -> Iterator[str]:
    """A copy of a database of the server, dropped in the end; its URL. Copying the files takes half
    the time of writing the whole of it into the log."""
    name = f"ksdd_{uuid4().hex[:12]}"
    statement = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
    with postgres_with(url, statement, name) as made:
        yield made


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
    with postgres_copy(postgres_url, postgres_template) as url:
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
