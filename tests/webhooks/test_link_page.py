"""Looking at a link: what the page tells, and that looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from processes.office import Office
from processes.store import history, links
from processes.store.tables import Case, Task
from tests.webhooks.conftest import Clock
from tests.webhooks.official import Official, complete_isian

Holder = Callable[[str], Official]


def test_the_page_says_who_must_do_what_until_when(holder: Holder) -> None:
    answer = holder("isian").look()

    assert answer.status_code == 200
    for words in (
        "Mengisi semua jenis isian",
        "Mohon isi semua keterangan di bawah ini.",
        "Kabupaten Bogor",
        "Pelayanan publik di wilayah perbatasan",
        "KSDD/2026/0001",
        "Senin, 9 Maret 2026 pukul 16.00 WIB",
        "sisa 5 hari kerja",
        "Pengaturan pemilik proses",
        "Tahap 1 dari 3",
        "Kabupaten Sukabumi",
    ):
        assert words in answer.text


def test_a_late_task_says_how_late_it_is(holder: Holder, clock: Clock) -> None:
    official = holder("isian")
    clock.pass_days(10)

    assert "terlambat 3 hari kerja" in official.look().text


def test_looking_changes_nothing(holder: Holder, office: Office, case_id: str) -> None:
    official = holder("isian")
    with office.database.read() as session:
        before = session.get_one(Case, case_id).revision, history.verify(session)

    official.client.head(official.path)
    official.look()
    official.client.options(official.path)

    with office.database.read() as session:
        assert (session.get_one(Case, case_id).revision, history.verify(session)) == before
        assert session.get_one(Task, official.task_id).status.value == "open"


def test_nothing_that_decides_is_chosen_beforehand(holder: Holder) -> None:
    page = holder("isian").look().text

    assert 'type="radio"' in page
    assert "checked" not in page
    assert " selected" not in page


def test_the_title_under_which_the_case_was_opened_is_proposed(holder: Holder) -> None:
    assert holder("isian").prefilled()["judul"] == "Pelayanan publik di wilayah perbatasan"


def test_a_robot_that_sends_the_untouched_form_completes_nothing(
    holder: Holder, office: Office
) -> None:
    official = holder("isian")

    assert official.send({}).status_code == 422
    with office.database.read() as session:
        assert session.get_one(Task, official.task_id).status.value == "open"


def test_a_form_without_any_required_field_asks_for_a_declaration(holder: Holder) -> None:
    holder("isian").send(complete_isian())
    holder("putusan").send({"hasil": "lengkap"})
    official = holder("pernyataan")

    refused = official.send({"catatan_penutup": "selesai"})
    taken = official.send({"catatan_penutup": "selesai", "_pernyataan": "ya"})

    assert refused.status_code == 422
    assert "Centang pernyataan ini" in refused.text
    assert taken.status_code == 200


def test_a_task_that_came_back_remembers_all_but_the_decisions(holder: Holder) -> None:
    holder("isian").send(complete_isian())
    holder("putusan").send({"hasil": "perbaikan"})
    again = holder("isian")

    page, untouched = again.look().text, again.prefilled()

    assert untouched["judul"] == "Pelayanan publik"
    assert untouched["nomor[32.02]"] == "119/17/KB/2026"
    assert "Sudah diunggah" in page
    assert "membebani" not in untouched
    assert again.send({}).status_code == 422
    assert again.send({"membebani": "true"}).status_code == 200


@pytest.mark.parametrize(
    "glued", [".", ",", ")", "]", "%20", ".)", "%3E", ";", "/"], ids=lambda text: f"'{text}'"
)
def test_what_mail_programs_glue_to_a_link_does_no_harm(holder: Holder, glued: str) -> None:
    official = holder("isian")

    assert official.client.get(official.path + glued).status_code == 200


def test_an_unknown_and_a_revoked_link_look_alike(
    holder: Holder, office: Office, browser: FlaskClient, clock: Clock
) -> None:
    official = holder("isian")
    with office.database.write() as session:
        links.revoke(session, official.task_id, now=clock())

    revoked = official.look()
    unknown = browser.get("/t/" + "x" * 43)

    assert (revoked.status_code, unknown.status_code) == (410, 404)
    assert revoked.text == unknown.text


@pytest.mark.parametrize(
    "token", ["x", "x" * 10_000, "%00", "..%2f..", "%2e%2e%2f", "тoken", "🙂", "' OR 1=1 --"]
)
def test_a_strange_token_is_unknown(browser: FlaskClient, token: str) -> None:
    assert browser.get(f"/t/{token}").status_code == 404


def test_a_token_in_capitals_is_unknown(holder: Holder) -> None:
    official = holder("isian")

    assert official.client.get("/t/" + official.path[3:].swapcase()).status_code == 404


def test_guessing_is_slowed_down_but_a_valid_link_is_not(
    holder: Holder, browser: FlaskClient
) -> None:
    official = holder("isian")

    statuses = [browser.get(f"/t/{'x' * 42}{n % 10}").status_code for n in range(25)]

    assert statuses == [404] * 20 + [429] * 5
    assert official.look().status_code == 200


def test_a_link_cannot_be_used_with_other_methods(holder: Holder) -> None:
    official = holder("isian")

    answer = official.client.put(official.path)

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_the_page_speaks_english_when_asked(holder: Holder) -> None:
    official = holder("isian")

    page = official.look(query_string={"lang": "en"}).text
    again = official.look().text

    assert '<html lang="en">' in page
    assert "5 working days left" in page
    assert '<html lang="en">' in again


def test_a_machine_reads_the_task_as_json(holder: Holder) -> None:
    official = holder("isian")

    found = official.look(headers={"Accept": "application/json"}).get_json()

    assert found["id"] == official.task_id
    assert found["element"] == "isian"
    assert found["region"] == "32.01"
    assert "judul" in found["schema"]["properties"]


def test_the_page_weighs_little(holder: Holder) -> None:
    assert len(holder("isian").look().data) < 50_000


def test_documents_are_read_under_the_same_link(holder: Holder) -> None:
    holder("isian").send(complete_isian())
    reader = holder("putusan")

    page = reader.look().text
    path = next(part for part in page.split('"') if "/dokumen/" in part)
    document = reader.client.get(path, buffered=True)

    assert "surat.pdf" in page
    assert document.data.startswith(b"%PDF")
    assert document.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in document.headers["Content-Security-Policy"]
    assert document.headers["Cache-Control"] == "no-store"


def test_a_document_of_another_case_stays_closed(holder: Holder, app: Flask) -> None:
    official = holder("isian")

    assert official.client.get(f"{official.path}/dokumen/{'0' * 32}").status_code == 404


def test_what_was_answered_before_is_told(holder: Holder) -> None:
    holder("isian").send(complete_isian())

    page = holder("putusan").look().text

    for words in ("Jawaban sebelumnya", "24", "Rp1.500.000", "Jumat, 27 Februari 2026", "Tidak"):
        assert words in page
    assert "Kabupaten Sukabumi: 119/17/KB/2026" in page
