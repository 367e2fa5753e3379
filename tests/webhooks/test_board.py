"""The board: for whom it opens, what it shows first, and what an administrator does there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from processes.office import Office
from processes.store.tables import AccountRole, Case
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.official import Official, complete_isian

Holder = Callable[[str], Official]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/perkara",
        "/pesan",
        "/pesan/cetak",
        "/perkara/baru",
        "/perkara/x",
        "/perkara/x/alur.svg",
    ],
)
def test_whoever_is_not_signed_in_is_told_how(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/masuk")
    assert "tautan masuk" in browser.get("/masuk").text


def test_the_board_tells_what_is_late_first(signed_in: SignIn, case_id: str, clock: Clock) -> None:
    browser = signed_in()
    assert "sisa 5 hari kerja" in browser.get("/").text

    clock.pass_days(10)
    page = signed_in(region=None, role=AccountRole.OWNER).get("/").text

    assert "terlambat 3 hari kerja" in page
    assert "<span>Tugas terlambat</span> <strong>1</strong>" in page
    assert "KSDD/2026/0001" in page


def test_a_newcomer_opens_a_case_between_two_regions(signed_in: SignIn) -> None:
    browser = signed_in()
    form = {
        "procedure": "uji",
        "title": "Penanggulangan kebakaran",
        "region": "32.02 Kabupaten Sukabumi",
        "parties": ["kabupaten cianjur", ""],
        "_kunci": key_in(browser.get("/perkara/baru").text),
    }

    answer = browser.post("/perkara/baru", data=form, follow_redirects=True)

    assert answer.status_code == 200
    assert "Penanggulangan kebakaran" in answer.text
    assert "Kabupaten Cianjur" in answer.text


def test_a_case_that_cannot_be_opened_says_why_and_keeps_what_was_typed(signed_in: SignIn) -> None:
    browser = signed_in()
    form = {
        "procedure": "uji",
        "title": "",
        "region": "Kabupaten Antah Berantah",
        "parties": ["32.02"],
        "_kunci": key_in(browser.get("/perkara/baru").text),
    }

    answer = browser.post("/perkara/baru", data=form)

    assert answer.status_code == 422
    assert "Antah Berantah&#39; tidak dikenal" in answer.text
    assert "Tuliskan judul" in answer.text
    assert 'value="32.02"' in answer.text


def test_one_more_line_for_a_partner_costs_nothing_typed(signed_in: SignIn) -> None:
    browser = signed_in()
    form = {
        "title": "Judul",
        "parties": ["32.02", "32.03"],
        "more": "1",
        "_kunci": key_in(browser.get("/perkara/baru").text),
    }

    page = browser.post("/perkara/baru", data=form).text

    assert page.count('name="parties"') == 3
    assert 'value="32.03"' in page


def test_the_case_page_shows_tasks_documents_history_and_picture(
    signed_in: SignIn, holder: Holder, case_id: str
) -> None:
    holder("isian").send(complete_isian())
    browser = signed_in()

    page = browser.get(f"/perkara/{case_id}").text
    picture = browser.get(f"/perkara/{case_id}/alur.svg")

    for words in ("Memutuskan", "surat.pdf", "Tugas dijawab", "Perkara dibuka", "alur.svg"):
        assert words in page
    assert picture.mimetype == "image/svg+xml"
    assert picture.text.lstrip().startswith(("<svg", "<?xml"))


def test_a_document_is_downloaded_from_the_case_page(
    signed_in: SignIn, holder: Holder, case_id: str
) -> None:
    holder("isian").send(complete_isian())
    browser = signed_in()
    page = browser.get(f"/perkara/{case_id}").text
    [path] = set(re.findall(r'href="([^"]+/dokumen/[^"]+)"', page))

    assert browser.get(path, buffered=True).data.startswith(b"%PDF")


def test_an_administrator_makes_a_fresh_link(signed_in: SignIn, app: Flask, case_id: str) -> None:
    browser = signed_in()
    page = browser.get(f"/perkara/{case_id}").text
    action = re.findall(r'action="([^"]+/tautan)"', page)[0]

    made = browser.post(action, data={"_kunci": key_in(page)})
    [link] = re.findall(r'href="http://127.0.0.1:8000(/t/[^"]+)"', made.text)

    assert app.test_client().get(link).status_code == 200


def test_withdrawing_a_case_needs_a_reason(signed_in: SignIn, case_id: str) -> None:
    browser = signed_in()
    key = key_in(browser.get(f"/perkara/{case_id}").text)

    sent = {"act": "withdraw", "reason": "  ", "_kunci": key}
    answer = browser.post(f"/perkara/{case_id}/tarik", data=sent)

    assert answer.status_code == 422
    assert 'id="alasan-galat"' in answer.text


def test_acts_need_an_administrator_and_our_own_page(
    signed_in: SignIn, office: Office, case_id: str
) -> None:
    browser, owner = signed_in(), signed_in(role=AccountRole.OWNER)
    path = f"/perkara/{case_id}/tarik"
    form = {"act": "withdraw", "reason": "uji", "lakukan": "ya"}
    own_key = key_in(owner.get("/").text)
    key = key_in(browser.get("/").text)

    assert browser.post(path, data=form).status_code == 403
    assert browser.post(path, data={**form, "_kunci": own_key}).status_code == 403
    assert owner.post(path, data={**form, "_kunci": own_key}).status_code == 403
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post(path, data={**form, "_kunci": key}, headers=foreign).status_code == 403
    with office.database.read() as session:
        assert session.get_one(Case, case_id).status.value == "running"


def test_an_account_of_another_region_sees_nothing_of_a_case(
    signed_in: SignIn, case_id: str
) -> None:
    stranger = signed_in(region="51.03")

    assert "KSDD/2026/0001" not in stranger.get("/").text
    assert stranger.get(f"/perkara/{case_id}").status_code == 404
    assert stranger.get(f"/perkara/{case_id}/alur.svg").status_code == 404


def test_cases_are_listed_by_status(signed_in: SignIn, case_id: str) -> None:
    browser = signed_in()

    assert "KSDD/2026/0001" in browser.get("/perkara?status=running").text
    assert "KSDD/2026/0001" not in browser.get("/perkara?status=completed").text
    assert browser.get("/perkara?status=zzz&page=-1").status_code == 200


def test_a_remark_is_written_on_the_board_and_read_in_its_house(
    signed_in: SignIn, case_id: str
) -> None:
    browser = signed_in()
    page = browser.get(f"/perkara/{case_id}").text
    typed = {"_kunci": key_in(page), "region": "32.01", "text": "Mohon dipercepat"}
    empty = browser.post(f"/perkara/{case_id}/catatan", data={**typed, "text": " "})
    assert empty.status_code == 422
    assert browser.post(f"/perkara/{case_id}/catatan", data=typed).status_code == 303
    assert "Mohon dipercepat" in browser.get(f"/perkara/{case_id}").text
    other = signed_in(region="32.02")
    assert "Mohon dipercepat" not in other.get(f"/perkara/{case_id}").text
