"""The board over 100,000 open tasks and a million entries of history, beside its bare SQL.

Each way of looking is one page, asked for by somebody who is signed in; beside it stands the time
of the statements that answer its question (counters, list and groups), sent again without the
product. Both take turns, so that they meet the same machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select

from processes.office import Office
from processes.settings import Settings
from processes.store import accounts
from processes.store.tables import AccountRole, Official, TaskHolder
from tests.bench import many
from tests.bench.places import Place
from tests.bench.rows import Row
from webhooks.app import create_app

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
REGION, OTHERS = "32.01", "32.02"
#: the ways of looking, by the end of their key
WAYS: Mapping[str, str] = {
    "plain": "kelompok=tahap",
    "by_region": "kelompok=daerah",
    "by_office": "kelompok=jabatan",
    "by_person": "kelompok=orang",
    "late": "keadaan=terlambat",
    "today": "keadaan=hari_ini",
    "soon": "keadaan=segera",
    "paused": "keadaan=dijeda",
    "unheld": "keadaan=tanpa_pemegang",
    "region": f"daerah={REGION}",
    "stage": "tahap=3",
    "role": "jabatan=sekda",
    "person": "orang={person}",
    "words": f"cari=perbatasan+{OTHERS}",
    "by_since": "urut=sejak&arah=turun",
    "late_in_stage_by_person": "tahap=2&keadaan=terlambat&kelompok=orang",
    "page_40": "kelompok=tahap&halaman=40",
}
#: what every page asks beside its own question
BESIDE = ("FROM account", "FROM sign_in", "FROM sweep", "calendar_change", "saved_view")

#: which bare statements stand beside which page
BESIDE_SQL: Mapping[str, str] = {
    f"board_{who}_{way}": f"board_{who}_{way}_sql" for who in ("all", "region") for way in WAYS
}

Statement = tuple[str, Any]


@contextmanager
def filled(place: Place, folder: Path, extent: many.Extent) -> Iterator[Office]:
    """A large installation on a database of its own."""
    folder.mkdir()
    with place.fresh() as url, _opened(url, folder) as office:
        many.fill(office, extent, NOW)
        yield office


def measure(office: Office, where: str, rounds: int) -> list[Row]:
    """Rows of a large installation: every way of looking, by an administrator and by a region."""
    return [row for region in (None, REGION) for row in measured(office, where, region, rounds)]


def missing(why: str) -> list[Row]:
    """The same rows without a PostgreSQL to measure them on."""
    return [
        Row(key=key, what=what, where="PostgreSQL", unit="ms", missing=why)
        for who in ("all", "region")
        for way, query in WAYS.items()
        for key, what in _named(who, way, query)
    ]


def _named(who: str, way: str, query: str) -> list[tuple[str, str]]:
    """Key and words of a page and of its bare statements."""
    shown = f"board, {who}: {query.partition('{')[0]}"
    return [
        (f"board_{who}_{way}", shown),
        (f"board_{who}_{way}_sql", f"{shown} (its SQL alone)"),
    ]


def measured(office: Office, where: str, region: str | None, rounds: int) -> list[Row]:
    """Every way of looking of an account of one region, or of the whole installation."""
    browser, heard = _signed_in(office, region), _Heard(office.database.engine)
    with office.database.read() as session:
        held = select(Official.person_id).join(TaskHolder, TaskHolder.official_id == Official.id)
        held = held.where(TaskHolder.is_open, Official.region_code == REGION)
        most = held.group_by(Official.person_id).order_by(func.count().desc(), Official.person_id)
        person = session.scalars(most).first()
    who = "region" if region else "all"
    rows = []
    for key, query in WAYS.items():
        path = f"/?{query.format(person=person)}"
        page, bare = _in_turns(office.database.engine, browser, heard, path, rounds)
        rows += [
            Row(key=name, what=what, where=where, unit="ms", values=values)
            for (name, what), values in zip(_named(who, key, query), (page, bare), strict=True)
        ]
    return rows


def _in_turns(
    engine: Engine, browser: FlaskClient, heard: _Heard, path: str, rounds: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of the page and of its bare statements, after one of each to warm up."""
    page, bare = list[float](), list[float]()
    for number in range(rounds + 1):
        heard.statements.clear()
        took = _timed(lambda: _shown(browser, path))
        asked = [s for s in heard.statements if not any(b in s[0] for b in BESIDE)]
        alone = _timed(lambda said=asked: _send(engine, said))  # type: ignore[misc]
        if number:
            page.append(took)
            bare.append(alone)
    return page, bare


def _shown(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    assert "perkara" in answer.text


def _send(engine: Engine, statements: list[Statement]) -> None:
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        cursor = raw.cursor()
        for statement, values in statements:
            cursor.execute(statement, values)
            if cursor.description:
                cursor.fetchall()
        cursor.close()
        raw.rollback()


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


class _Heard:
    """Every statement that was sent since it was last cleared."""

    def __init__(self, engine: Engine) -> None:
        self.statements: list[Statement] = []
        event.listen(engine, "before_cursor_execute", self._hear)

    def _hear(
        self, _conn: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool
    ) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            self.statements.append((statement, values))


def _signed_in(office: Office, region: str | None) -> FlaskClient:
    app = create_app(office)
    app.config.update(TESTING=True, CLOCK=lambda: NOW)
    with office.database.write() as session:
        account = accounts.create_account(
            session,
            name=f"pengukuran {region}",
            role=AccountRole.ADMIN,
            now=NOW,
            region_code=region,
        )
        token = accounts.make_sign_in_link(session, account.id, NOW)
    browser = app.test_client()
    assert browser.post(f"/masuk/{token}").status_code == 303
    return browser


@contextmanager
def _opened(url: str, folder: Path) -> Iterator[Office]:
    settings = Settings(env="development", data=folder, database_url=url, sample=False)
    office = Office.open(settings)
    try:
        yield office
    finally:
        office.close()
