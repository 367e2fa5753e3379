"""Bad inputs of reliability.md 7 A and C on links that no other test of this folder sends.

Each is refused as it should be, in a sentence; nothing is saved and nothing breaks. Bytes that no
client library sends are in `test_raw_requests.py`, bodies of the API in `api/`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from processes import actions
from processes.actions import Order
from processes.office import Office
from processes.store import accounts
from processes.store.tables import AccountRole, Base, FailedTry, Task
from processes.store.tables import Official as OfficialRow
from tests.webhooks.conftest import ADMINISTRATOR, Clock, settings_in
from tests.webhooks.official import Official, complete_isian
from webhooks.app import create_app

#: tables that a refusal may write to: who guessed how often
FREE = {FailedTry.__tablename__}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One installation for all inputs of this file: a refusal changes nothing."""

    app: Flask
    office: Office
    clock: Clock
    official: Official
    other: Official

    @property
    def token(self) -> str:
        return self.official.path.removeprefix("/t/")

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.office.database.read() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
                if name not in FREE
            }

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.app.test_client().get(path, buffered=True, **options)

    def post(self, **options: Any) -> TestResponse:
        return self.app.test_client().post(self.official.path, **options)

    def form(self, **changes: Any) -> TestResponse:
        return self.official.send(complete_isian(**changes))


@pytest.fixture(scope="module")
def stage(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("buruk") / "data"
    shutil.copytree(filled_folder, folder)
    office, clock = Office.open(settings_in(folder)), Clock()
    app = create_app(office)
    app.config["CLOCK"] = clock
    cases = [
        actions.open_case(
            office,
            procedure="uji",
            region=region,
            parties=["32.03"],
            title="Air bersih",
            actor=ADMINISTRATOR,
            now=clock(),
        )
        for region in ("32.01", "32.02")
    ]
    mine, other = (Official.holding(app, office, each, "isian", clock()) for each in cases)
    mine.look(), other.look()
    yield Stage(app=app, office=office, clock=clock, official=mine, other=other)
    office.close()


LINKS: dict[str, tuple[Callable[[Stage], TestResponse], int]] = {
    "2 one sign changed": (
        lambda s: s.get(f"/t/{'B' if s.token[0] == 'A' else 'A'}{s.token[1:]}"),
        404,
    ),
    "3 cut off": (lambda s: s.get(f"/t/{s.token[:-1]}"), 404),
    "3 empty": (lambda s: s.get("/t/"), 404),
    "9 a document of another region": (lambda s: s.get(f"/t/{s.token}/dokumen/{'a' * 32}"), 404),
    "12 up the tree": (lambda s: s.get(f"/t/../{s.token}"), 404),
    "12 up the tree, documents": (lambda s: s.get(f"/t/{s.token}/dokumen/..%2f..%2fksdd"), 404),
    "12 up the tree, drafts": (lambda s: s.get(f"/t/{s.token}/konsep/..%2f..%2fksdd.docx"), 404),
    "13 coded dots": (lambda s: s.get(f"/t/%2e%2e%2f{s.token}"), 404),
    "15 another token beside it": (
        lambda s: s.get(s.official.path, query_string={"token": s.other.path[3:]}),
        200,
    ),
    "16 TRACE": (lambda s: s.app.test_client().open(s.official.path, method="TRACE"), 405),
    "16 PUT": (lambda s: s.app.test_client().put(s.official.path, data="x"), 405),
    "16 DELETE": (lambda s: s.app.test_client().delete(s.official.path), 405),
    "16 OPTIONS": (lambda s: s.app.test_client().options(s.official.path), 200),
    "16 HEAD": (lambda s: s.app.test_client().head(s.official.path), 200),
    "17 no proof": (lambda s: s.post(data={"judul": "x"}), 403),
    "18 proof of another link": (lambda s: s.post(data={"_kunci": proof(s.other)}), 403),
    "19 null origin without a proof": (
        lambda s: s.post(data={"judul": "x"}, headers={"Origin": "null"}),
        403,
    ),
    "19 null origin with the proof of another link": (
        lambda s: s.post(data={"_kunci": proof(s.other)}, headers={"Origin": "null"}),
        403,
    ),
    "19 null origin from another site": (
        lambda s: s.post(
            data={"_kunci": proof(s.official)},
            headers={"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        ),
        403,
    ),
    "19 null origin with its own proof, and nothing answered": (
        lambda s: s.post(data={"_kunci": proof(s.official)}, headers={"Origin": "null"}),
        422,
    ),
    "20 another site": (
        lambda s: s.post(data={"_kunci": "x"}, headers={"Sec-Fetch-Site": "cross-site"}),
        403,
    ),
    "25 evil host": (lambda s: s.post(data={}, headers={"Host": "evil.test"}), 400),
    "27 a thousand proxies": (
        lambda s: s.get("/t/x", headers={"X-Forwarded-For": ", ".join(["10.0.0.1"] * 1000)}),
        404,
    ),
    "36 form of another kind": (lambda s: s.post(data="{}", content_type="text/plain"), 415),
    "38 a body that unpacks": (
        lambda s: s.post(
            data=b"\x1f\x8b" + b"\0" * 99,
            content_type="application/json",
            headers={"Content-Encoding": "gzip"},
        ),
        415,
    ),
    "40 no boundary": (lambda s: s.post(data=b"x", content_type="multipart/form-data"), 400),
}


def proof(official: Official) -> str:
    return official.prefilled()["_kunci"]


@pytest.mark.parametrize("name", LINKS)
def test_no_odd_request_moves_a_link(stage: Stage, name: str) -> None:
    ask, status = LINKS[name]
    before = stage.rows()

    answer = ask(stage)

    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert stage.token not in str(answer.headers)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert stage.rows() == before
    assert stage.official.look().status_code == 200


TYPED = {
    "113 pence after a comma": {"nilai": "1,500,000.50"},
    "113 sen after a comma": {"nilai": "1.500.000,50"},
    "114 millions in words": {"nilai": "Rp 5 M"},
    "115 NUL": {"judul": "a\0b"},
    "118 nothing to see": {"judul": "\u200b\u200c\u2060"},
    "119 a megabyte": {"judul": "a" * 2**20},
    "122 30 February": {"tanggal_surat": "2026-02-30"},
    "123 29 February of no leap year": {"tanggal_surat": "2025-02-29"},
    "124 two signs for the year": {"tanggal_surat": "31/12/25"},
    "124 the month first": {"tanggal_surat": "12/31/2025"},
    "125 a year of five signs": {"tanggal_surat": "20260-01-01"},
    "126 tomorrow": {"tanggal_surat": "2026-03-03"},
    "111 5,000 digits": {"bulan": "9" * 5000},
    "112 minus": {"bulan": "-0"},
    "109 no number": {"bulan": "NaN"},
    "110 beyond all numbers": {"bulan": "1e400"},
    "103 approved": {"approved": "true"},
    "102 a name that Python knows": {"__builtins__": "1"},
    "138 5,000 fields": {f"f{n}": "1" for n in range(1500)},
}


@pytest.mark.parametrize("name", TYPED)
def test_what_cannot_be_an_answer_is_refused_with_everything_else_kept(
    stage: Stage, name: str
) -> None:
    answer = stage.form(uraian="Panjang dan berharga", **TYPED[name])

    assert answer.status_code == 422
    assert "Panjang dan berharga" in answer.text
    assert 'role="alert"' in answer.text
    with stage.office.database.read() as session:
        task = session.get_one(Task, stage.official.task_id)
    assert (task.status.value, task.answers) == ("open", None)


def test_5000_urlencoded_fields_are_answered_quickly_and_refused(stage: Stage) -> None:
    fields = {f"f{n}": "1" for n in range(5000)} | {"_kunci": proof(stage.official)}

    assert stage.post(data=fields).status_code in (413, 422)


WORDS = (
    "' OR 1=1 --",
    "%_%",
    "_",
    "\\",
    "\0",
    "{{7*7}}",
    "=cmd|' /C calc'!A0",
    "\U0001f600",
    "a" * 5000,
)


def test_words_that_are_searched_are_only_words(stage: Stage) -> None:
    with stage.office.database.write() as session:
        account = accounts.create_account(
            session, name="pencari", role=AccountRole.ADMIN, now=stage.clock()
        )
        link = accounts.make_sign_in_link(session, account.id, stage.clock())
        token = accounts.create_token(
            session, name="cari", role=AccountRole.SYSTEM, region_code=None, now=stage.clock()
        )
    clerk, bearer = stage.app.test_client(), {"Authorization": f"Bearer {token}"}
    clerk.post(f"/masuk/{link}")
    for words in WORDS:
        for page in ("/register", "/perkara", "/pesan", "/pengganti", "/kalender"):
            asked = dict.fromkeys(("region", "status", "ending", "page", "daerah", "tahun"), words)
            assert clerk.get(page, query_string=asked).status_code in (200, 400, 404, 422), page
        found = clerk.get("/api/v1/cases", query_string={"region": words}, headers=bearer)
        assert found.status_code in (200, 400, 404, 422)
        assert found.get_json().get("items", []) == []


def test_the_receipt_ends_to_the_second(
    office: Office, clock: Clock, holder: Callable[[str], Official]
) -> None:
    official = holder("isian")
    official.send(complete_isian())
    closed, second = clock.moment, timedelta(seconds=1)
    for moment, status in ((-second, 200), (timedelta(0), 200), (second, 410)):
        clock.moment = closed + timedelta(days=7) + moment
        assert official.look().status_code == status


def test_an_answer_after_the_task_was_given_away_is_refused(
    office: Office, clock: Clock, holder: Callable[[str], Official]
) -> None:
    official = holder("isian")
    typed = {**official.prefilled(), "judul": "x"}
    with office.database.read() as session:
        other = session.scalars(
            select(OfficialRow.id).where(
                OfficialRow.region_code == "32.01", OfficialRow.role == "sekda"
            )
        ).one()
    order = Order(actor=ADMINISTRATOR, reason="Cuti")
    actions.reassign_task(office, official.task_id, [other], order=order, now=clock())

    assert official.client.post(official.path, data=typed).status_code == 410
    assert official.client.post(official.path, json={"answers": {}}).status_code == 410
    assert official.look().status_code == 410
