"""What the page of a task does beside taking an answer: drafts, the second look, other acts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store import questions
from processes.store.tables import Draft, Task
from tests.webhooks.conftest import Clock
from tests.webhooks.official import Official, complete_isian

Holder = Callable[[str], Official]


@pytest.fixture
def official(holder: Holder) -> Official:
    return holder("isian")


def again(official: Official, page: TestResponse, **more: str) -> TestResponse:
    """Send the form that a page shows, with its hidden fields."""
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    return official.client.post(official.path, data={**hidden, **more})


def status(office: Office, official: Official) -> str:
    with office.database.read() as session:
        return str(session.get_one(Task, official.task_id).status.value)


def test_a_draft_is_kept_by_a_button_and_only_its_own_person_sees_it(
    official: Official, office: Office
) -> None:
    saved = official.send(
        {"judul": "Setengah jadi", "surat": complete_isian()["surat"], "_simpan": "1"}
    )
    assert saved.status_code == 200
    assert "Isian tersimpan" in saved.text
    page = official.look().text
    assert 'value="Setengah jadi"' in page
    assert "surat.pdf" in page
    assert "Hanya Bapak/Ibu yang dapat melihatnya" in page
    shown = official.look(headers={"Accept": "application/json"}).text
    assert "Setengah jadi" not in shown
    assert status(office, official) == "open"


def test_the_script_saves_and_is_told_what_became_of_the_file(official: Official) -> None:
    answer = official.send(
        {"judul": "Otomatis", "surat": complete_isian()["surat"], "_simpan": "1"},
        headers={"Accept": "application/json"},
    )
    told = answer.get_json()
    assert "tersimpan" in told["said"]
    assert told["files"]["surat"]["label"].startswith("surat.pdf")


def test_an_answer_is_looked_at_once_more_changed_and_sent(
    official: Official, office: Office
) -> None:
    shown = official.send(complete_isian(_tinjau="1"))
    assert shown.status_code == 200
    assert "Periksa sekali lagi" in shown.text
    assert "Pelayanan publik" in shown.text
    assert "checked" not in shown.text
    assert status(office, official) == "open"
    changed = again(official, shown, _ubah="1")
    assert 'value="Pelayanan publik"' in changed.text
    assert 'type="radio"' in changed.text
    done = again(official, shown)
    assert "Jawaban sudah diterima" in done.text
    with office.database.read() as session:
        assert session.query(Draft).count() == 0


def test_a_bad_answer_is_named_before_it_is_looked_at(official: Official) -> None:
    refused = official.send(complete_isian(bulan="61", _tinjau="1"))
    assert refused.status_code == 422
    assert "Periksa sekali lagi" not in refused.text


def test_what_comes_from_a_draft_is_never_taken_unseen(official: Official, office: Office) -> None:
    official.send(complete_isian(_simpan="1"))
    robot = again(official, official.look(), **_pressed(official.look().text))
    assert "Periksa sekali lagi" in robot.text
    unticked = again(official, robot)
    assert unticked.status_code == 422
    assert status(office, official) == "open"
    assert "Jawaban sudah diterima" in again(official, robot, _diperiksa="ya").text


def test_a_browser_is_sent_on_to_the_second_look_and_nobody_else_gets_it_ready_to_send(
    official: Official, office: Office
) -> None:
    browser = {"Sec-Fetch-Mode": "navigate"}
    answer = official.send(complete_isian(_tinjau="1"), headers=browser)
    assert answer.status_code == 303
    shown = official.client.get(answer.headers["Location"])
    assert "Periksa sekali lagi" in shown.text
    assert 'name="_diperiksa"' not in shown.text
    stranger = official.on_another_device()
    seen = stranger.client.get(answer.headers["Location"])
    assert again(stranger, seen).status_code == 422, "a program may have learnt the address"
    assert status(office, official) == "open"
    official.send({"judul": "Ketikan lain", "_simpan": "1"})
    assert "Periksa sekali lagi" not in official.client.get(answer.headers["Location"]).text
    assert "Jawaban sudah diterima" in again(official, shown).text
    later = official.client.get(answer.headers["Location"])
    assert "Jawaban sudah diterima" in later.text


def _pressed(page: str) -> dict[str, str]:
    """What else a page fills in beside its hidden fields."""
    texts = re.findall(r'<input type="(?:text|date)"[^>]*name="([^"]+)" value="([^"]*)"', page)
    radios = re.findall(r'name="([^"]+)" value="([^"]+)"(?: id="[^"]*")? checked', page)
    typed = re.findall(r'id="isian-[^"]+" name="([^"]+)" value="([^"]*)"', page)
    return {**dict(texts), **dict(typed), **dict(radios)}


def test_the_proof_of_one_answer_is_none_for_another(official: Official, office: Office) -> None:
    shown = official.send(complete_isian(_tinjau="1"))
    other = again(official, shown, judul="Judul yang lain")
    assert "Periksa sekali lagi" in other.text
    assert status(office, official) == "open"


def test_the_language_is_switched_without_losing_what_is_typed(official: Official) -> None:
    page = official.look().text
    assert 'formaction="?lang=en"' in page
    switched = official.client.post(
        f"{official.path}?lang=en",
        data={**official.prefilled(), "judul": "Ketikan saya", "_simpan": "1"},
    )
    assert 'value="Ketikan saya"' in switched.text
    assert "Review the answer" in switched.text
    assert "Review the answer" in official.look().text


def test_a_dead_link_still_shows_its_own_person_what_he_typed(
    official: Official, office: Office, clock: Clock
) -> None:
    official.send({"judul": "Tidak boleh hilang", "_simpan": "1"})
    form = {**official.prefilled(), "judul": "Baru saja diketik"}
    wanted = actions.Order(actor=Actor(kind="account", name="administrator"), reason="cuti")
    with office.database.read() as session:
        [other] = questions.holders_of(session, "32.01", "sekda")
    actions.reassign_task(office, official.task_id, [other[0].id], order=wanted, now=clock())
    dead = official.look()
    assert dead.status_code == 410
    assert "Tidak boleh hilang" in dead.text
    sent = official.client.post(official.path, data=form)
    assert "Baru saja diketik" in sent.text
    unknown = official.client.get("/t/" + "x" * 43)
    assert "Tidak boleh hilang" not in unknown.text


def test_a_page_that_cannot_prove_itself_any_more_gives_back_what_was_typed(
    official: Official,
) -> None:
    refused = official.send({"judul": "Kalimat yang panjang", "_kunci": "kedaluwarsa"})
    assert refused.status_code == 403
    assert "Kalimat yang panjang" in refused.text


def test_a_field_that_the_form_has_no_more_is_shown_to_be_copied(
    official: Official, office: Office
) -> None:
    official.send({"judul": "Tetap", "_simpan": "1"})
    with office.database.write() as session:
        draft = session.query(Draft).one()
        draft.values = {**draft.values, "kolom_lama": "Kalimat panjang"}
    page = official.look().text
    assert "Formulir ini sudah berubah" in page
    assert "Kalimat panjang" in page


def test_the_acts_are_on_a_page_of_their_own_that_keeps_what_was_typed(
    official: Official, office: Office
) -> None:
    page = official.send({"judul": "Belum selesai", "_lain": "1"})
    assert page.status_code == 200
    assert "Tugas ini bukan untuk saya" in page.text
    assert 'value="Belum selesai"' in official.look().text
    untouched = again(official, page, _tindakan="tolak")
    assert untouched.status_code == 422
    unknown = again(official, page, _tindakan="hapus", reason="Kalimat saya")
    assert unknown.status_code == 409
    assert "Kalimat saya" in unknown.text
    assert again(official, page, _tindakan="tolak", _kunci="salah").status_code == 403
    done = again(official, page, _tindakan="tolak", reason="Bukan bidang saya")
    assert done.status_code == 200
    assert official.look().status_code == 410
    with office.database.read() as session:
        assert session.get_one(Task, official.task_id).status.value == "open"


def test_an_answer_is_taken_back_from_its_receipt_by_an_explicit_tick(
    official: Official, office: Office
) -> None:
    receipt = official.send(complete_isian())
    assert "Tarik kembali" in receipt.text
    assert again(official, receipt, _tindakan="tarik").status_code == 422
    assert status(office, official) == "done"
    told = again(official, receipt, _tindakan="tarik", sure="ya")
    assert told.status_code == 200
    assert status(office, official) == "open"
    assert 'value="Pelayanan publik"' in official.look().text


def test_every_page_behind_a_link_names_whom_to_call(official: Official) -> None:
    pages: list[Any] = [
        official.look(),
        official.send({"_lain": "1"}),
        official.send(complete_isian(_tinjau="1")),
        official.send(complete_isian()),
    ]
    for page in pages:
        assert 'href="tel:' in page.text
        assert len(page.data) < 50_000
