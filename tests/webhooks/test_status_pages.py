"""Whoever was given the link sees how a case stands, until it is over, and nothing else."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.store.tables import AccountRole, FailedTry, History, Party, StatusLink, Task
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.official import Official

BOGOR, SUKABUMI, CIANJUR = "32.01", "32.02", "32.03"
LINK = re.compile(r"/s/([A-Za-z0-9_-]{43})")


@pytest.fixture
def clerk(signed_in: SignIn) -> FlaskClient:
    """The petugas of the region that opened the case."""
    return signed_in(role=AccountRole.CLERK, region=BOGOR)


def open_page(client: FlaskClient, case_id: str, **form: str) -> str:
    """The token of a link that somebody makes on the case page."""
    page = client.get(f"/perkara/{case_id}").text
    sent = {"_kunci": key_in(page), "audience": "umum", "ends_on": "", **form}
    answer = client.post(f"/perkara/{case_id}/status", data=sent)
    assert answer.status_code == 200, answer.text
    return LINK.findall(answer.text)[0]


def kinds(office: Office, case_id: str) -> list[str]:
    with office.database.read() as session:
        query = select(History.kind).where(History.case_id == case_id).order_by(History.seq)
        return list(session.scalars(query))


def test_without_a_link_there_is_no_page(
    browser: FlaskClient, clerk: FlaskClient, case_id: str, office: Office
) -> None:
    assert "Buka halaman status" in clerk.get(f"/perkara/{case_id}").text
    for token in (case_id, "A" * 43, "status"):
        assert browser.get(f"/s/{token}").status_code == 404
    with office.database.read() as session:
        assert session.scalar(select(FailedTry.count)) == 3


def test_everybody_sees_number_title_parties_stage_and_dates_and_no_name_or_document(
    app: Flask, office: Office, clock: Clock, clerk: FlaskClient, case_id: str
) -> None:
    holder = Official.holding(app, office, case_id, "isian", clock())
    token = open_page(clerk, case_id)
    page = app.test_client().get(f"/s/{token}")
    assert page.status_code == 200
    for told in ("KSDD/2026/0001", "Pelayanan publik di wilayah perbatasan", "Kabupaten Bogor"):
        assert told in page.text
    assert "Kabupaten Sukabumi" in page.text
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Cache-Control"] == "no-store"
    with office.database.read() as session:
        tasks = list(session.scalars(select(Task).where(Task.case_id == case_id)))
    for hidden in ("Contoh", "/dokumen/", "/t/", "Tenggat:", *(task.name for task in tasks)):
        assert hidden not in page.text, hidden
    assert holder is not None


def test_a_partner_sees_open_tasks_without_whoever_holds_them(
    app: Flask, clerk: FlaskClient, case_id: str
) -> None:
    token = open_page(clerk, case_id, audience=SUKABUMI)
    page = app.test_client().get(f"/s/{token}").text
    assert "Tenggat:" in page
    assert "Halaman ini untuk Kabupaten Sukabumi" in page
    assert "Contoh" not in page


def test_a_partner_that_left_sees_the_case_as_it_stood_then(
    app: Flask, office: Office, clock: Clock, clerk: FlaskClient, case_id: str
) -> None:
    token = open_page(clerk, case_id, audience=SUKABUMI)
    with office.database.write() as session:
        session.get_one(Party, (case_id, SUKABUMI)).left_at = clock() - timedelta(days=1)
    page = app.test_client().get(f"/s/{token}").text
    assert "Tenggat:" not in page
    assert "dihentikan" in page.lower()


def test_a_link_that_is_over_or_taken_back_looks_like_none(
    app: Flask,
    office: Office,
    clock: Clock,
    clerk: FlaskClient,
    signed_in: SignIn,
    case_id: str,
) -> None:
    ends = (clock() + timedelta(days=3)).date().isoformat()
    short, other = open_page(clerk, case_id, ends_on=ends), open_page(clerk, case_id)
    with office.database.read() as session:
        row = session.scalars(
            select(StatusLink).where(StatusLink.ends_on != date.fromisoformat(ends))
        )
        link_id = row.one().id
    browser = app.test_client()
    clock.pass_days(3)
    assert browser.get(f"/s/{short}").status_code == 200
    clock.pass_days(1)
    unknown = browser.get(f"/s/{'B' * 43}")
    over = browser.get(f"/s/{short}")
    assert (over.status_code, over.text) == (unknown.status_code, unknown.text)
    assert browser.get(f"/s/{other}").status_code == 200
    clerk = signed_in(region=BOGOR)
    key = key_in(clerk.get("/").text)
    path = f"/perkara/{case_id}/status/{link_id}/akhiri"
    assert clerk.post(path, data={"_kunci": key, "reason": " "}).status_code == 422
    assert clerk.post(path, data={"_kunci": key, "reason": "Sudah selesai"}).status_code == 303
    taken = browser.get(f"/s/{other}")
    assert (taken.status_code, taken.text) == (404, unknown.text)
    assert clerk.post(path, data={"_kunci": key, "reason": "lagi"}).status_code == 404
    assert kinds(office, case_id)[-3:] == ["status.opened", "status.opened", "status.closed"]
    with office.database.read() as session:
        # only the unknown one counts, and nothing that was good once
        assert session.scalar(select(FailedTry.count)) == 1
    page = clerk.get(f"/perkara/{case_id}").text
    assert "Halaman status ditutup" in page
    assert "Sudah selesai" in page


def test_the_token_is_shown_once_and_only_its_hash_is_kept(
    office: Office, clerk: FlaskClient, case_id: str
) -> None:
    token = open_page(clerk, case_id)
    assert token not in clerk.get(f"/perkara/{case_id}").text
    with office.database.read() as session:
        [row] = session.scalars(select(StatusLink))
        kept = [str(value) for value in vars(row).values()]
        entries = session.scalars(select(History.details).where(History.case_id == case_id))
        assert token not in "".join([*kept, *map(str, entries)])
    assert row.ends_on == date(2026, 3, 2) + timedelta(days=90)


def test_only_the_region_that_opened_the_case_opens_and_closes_pages(
    signed_in: SignIn, clerk: FlaskClient, office: Office, case_id: str
) -> None:
    open_page(clerk, case_id)
    with office.database.read() as session:
        [row] = session.scalars(select(StatusLink))
    for role, region, expected in (
        (AccountRole.ADMIN, SUKABUMI, 403),
        (AccountRole.ADMIN, CIANJUR, 404),
        (AccountRole.OBSERVER, BOGOR, 403),
        (AccountRole.OFFICIAL, BOGOR, 403),
    ):
        client = signed_in(role=role, region=region)
        key = key_in(client.get("/").text)
        form = {"_kunci": key, "audience": "umum", "reason": "coba"}
        for path in (f"/perkara/{case_id}/status", f"/perkara/{case_id}/status/{row.id}/akhiri"):
            assert client.post(path, data=form).status_code == expected
        if expected != 404:
            assert row.id not in client.get(f"/perkara/{case_id}").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"audience": ""}, "Pilih untuk siapa"),
        ({"audience": CIANJUR}, "bukan mitra"),
        ({"audience": BOGOR}, "bukan mitra"),
        ({"ends_on": "besok"}, "sebagai tanggal"),
        ({"ends_on": "2026-03-01"}, "Hari terakhirnya mulai hari ini"),
        ({"ends_on": "2027-03-04"}, "Hari terakhirnya mulai hari ini"),
    ],
)
def test_what_cannot_be_taken_is_said_and_opens_nothing(
    clerk: FlaskClient, office: Office, case_id: str, form: dict[str, str], said: str
) -> None:
    key = key_in(clerk.get("/").text)
    sent = {"_kunci": key, "audience": "umum", "ends_on": "", **form}
    answer = clerk.post(f"/perkara/{case_id}/status", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    with office.database.read() as session:
        assert session.scalar(select(StatusLink)) is None


def test_a_link_of_another_case_is_not_closed_from_here(
    clerk: FlaskClient, office: Office, clock: Clock, case_id: str
) -> None:
    open_page(clerk, case_id)
    other = actions.open_case(
        office,
        procedure="uji",
        region=BOGOR,
        parties=[SUKABUMI],
        title="Lain",
        actor=ADMINISTRATOR,
        now=clock(),
    )
    with office.database.read() as session:
        [row] = session.scalars(select(StatusLink))
    form = {"_kunci": key_in(clerk.get("/").text), "reason": "coba"}
    assert clerk.post(f"/perkara/{other}/status/{row.id}/akhiri", data=form).status_code == 404
