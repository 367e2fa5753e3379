"""Answering by a link: receipts, refusals that lose nothing, repeats, and things that moved on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from processes.office import Office
from processes.store import questions
from processes.store.tables import Task
from processes.store.viewer import Viewer
from tests.webhooks.conftest import Clock
from tests.webhooks.official import Official, complete_isian

Holder = Callable[[str], Official]


def status_of(office: Office, task_id: str) -> str:
    with office.database.read() as session:
        return session.get_one(Task, task_id).status.value


def test_a_good_answer_gets_a_receipt(holder: Holder, office: Office) -> None:
    official = holder("isian")

    answer = official.send(complete_isian())

    assert answer.status_code == 200
    assert "Jawaban sudah diterima" in answer.text
    assert "KSDD/2026/0001" in answer.text
    assert "Senin, 2 Maret 2026 pukul 09.00 WIB" in answer.text
    assert status_of(office, official.task_id) == "done"


def test_the_link_shows_the_receipt_for_seven_days(holder: Holder, clock: Clock) -> None:
    official = holder("isian")
    official.send(complete_isian())

    clock.pass_days(7)
    in_time = official.look()
    clock.pass_days(1)
    too_late = official.look()

    assert in_time.status_code == 200
    assert "Tanda terima" in in_time.text
    assert too_late.status_code == 410


def test_the_same_form_twice_gives_the_same_receipt(holder: Holder) -> None:
    official = holder("isian")

    key = official.prefilled()["_kunci"]
    first = official.send(complete_isian())
    second = official.send(complete_isian(_kunci=key))

    assert second.status_code == 200
    assert _digest(second.text) == _digest(first.text)


def test_many_clicks_at_once_complete_once_and_all_get_the_receipt(
    holder: Holder, office: Office, case_id: str
) -> None:
    official = holder("isian")
    key = official.prefilled()["_kunci"]

    devices = [official.on_another_device() for _ in range(8)]
    with ThreadPoolExecutor(8) as clicks:
        answers = list(clicks.map(lambda d: d.send(complete_isian(_kunci=key)), devices))

    assert {answer.status_code for answer in answers} == {200}
    assert len({_digest(answer.text) for answer in answers}) == 1
    with office.database.read() as session:
        kinds = [e.kind for e in questions.history_of_case(session, Viewer.system(), case_id)]
    assert kinds.count("task.completed") == 1


def test_other_answers_afterwards_are_refused_and_shown_back(holder: Holder) -> None:
    official = holder("isian")
    key = official.prefilled()["_kunci"]
    official.send(complete_isian())

    late = official.send(complete_isian(judul="Judul yang lain", _kunci=key))

    assert late.status_code == 409
    assert "sudah diselesaikan oleh" in late.text
    assert "Judul yang lain" in late.text


def test_a_task_that_was_closed_says_so_and_shows_what_was_typed(
    holder: Holder, office: Office, case_id: str, clock: Clock
) -> None:
    official = holder("isian")
    key = official.prefilled()["_kunci"]
    with office.database.write() as session:
        task = session.get_one(Task, official.task_id)
        task.status, task.closed_at = type(task.status)("cancelled"), clock()

    late = official.send(complete_isian(judul="Ketikan panjang", _kunci=key))

    assert late.status_code == 409
    assert "Ketikan panjang" in late.text
    assert official.look().status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("judul", ""),
        ("judul", "x" * 41),
        ("judul", "a\x00b"),
        ("judul", "\u200b"),
        ("bulan", "61"),
        ("bulan", "dua"),
        ("bulan", "9" * 5000),
        ("tanggal_surat", "2026-02-30"),
        ("tanggal_surat", "2027-01-01"),
        ("tanggal_surat", "besok"),
        ("membebani", "mungkin"),
        ("nilai", "Rp 5 M"),
    ],
)
def test_a_bad_answer_is_named_at_its_field_and_nothing_typed_is_lost(
    holder: Holder, office: Office, field: str, value: str
) -> None:
    official = holder("isian")

    answer = official.send(complete_isian(uraian="Panjang dan berharga", **{field: value}))

    assert answer.status_code == 422
    assert f'id="isian-{field}-galat"' in answer.text
    assert f'href="#isian-{field}"' in answer.text
    assert "Panjang dan berharga" in answer.text
    assert status_of(office, official.task_id) == "open"


def test_a_file_survives_an_error_elsewhere(holder: Holder, office: Office) -> None:
    official = holder("isian")

    refused = official.send(complete_isian(bulan="61"))
    kept = _value_of(refused.text, "surat")
    answers = complete_isian(surat=kept)
    taken = official.send(answers)

    assert "Sudah diunggah" in refused.text
    assert taken.status_code == 200


def test_a_field_that_nobody_asked_for_is_refused(holder: Holder) -> None:
    answer = holder("isian").send(complete_isian(approved="true"))

    assert answer.status_code == 422
    assert "approved" in answer.text


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"MZ\x90\x00 no pdf at all", 415), (b"\x00" * (20 * 1024 * 1024 + 1), 413)],
    ids=["wrong kind", "20 MB + 1"],
)
def test_a_file_that_cannot_be_taken_is_named_and_the_rest_is_kept(
    holder: Holder, content: bytes, status: int
) -> None:
    answer = holder("isian").send(complete_isian(surat=content, uraian="Panjang dan berharga"))

    assert answer.status_code == status
    assert 'id="isian-surat-galat"' in answer.text
    assert "Panjang dan berharga" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.test"},
    ],
    ids=str,
)
def test_a_form_that_another_site_sends_is_refused(
    holder: Holder, office: Office, headers: dict[str, str]
) -> None:
    official = holder("isian")

    assert official.send(complete_isian(), headers=headers).status_code == 403
    assert status_of(office, official.task_id) == "open"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Origin": "http://localhost"},
        {},
    ],
    ids=str,
)
def test_a_form_from_our_own_page_is_taken(holder: Holder, headers: dict[str, str]) -> None:
    assert holder("isian").send(complete_isian(), headers=headers).status_code == 200


def test_a_form_without_this_links_own_proof_is_refused(holder: Holder) -> None:
    official, other = holder("isian"), holder("isian")

    assert official.send(complete_isian(_kunci="")).status_code == 403
    assert official.send(complete_isian(_kunci=other.prefilled()["_kunci"])).status_code == 403


def test_a_machine_answers_with_json_and_nothing_else(holder: Holder, office: Office) -> None:
    holder("isian").send(complete_isian())
    official = holder("putusan")

    first = official.client.post(official.path, json={"answers": {"hasil": "lengkap"}})
    again = official.client.post(official.path, json={"answers": {"hasil": "lengkap"}})
    other = official.client.post(official.path, json={"answers": {"hasil": "perbaikan"}})

    assert first.status_code == 200
    assert first.get_json()["answers"]["hasil"] == "lengkap"
    assert again.get_json() == first.get_json()
    assert other.status_code == 409
    assert other.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"answers": {"hasil": "salah"}}', "application/json", 422),
        (b'{"answers": {}}', "application/json", 422),
        (b'{"answers": {"hasil": null}}', "application/json", 422),
        (b'{"answers": {"hasil": ["lengkap"]}}', "application/json", 422),
        (b'{"answers": {"hasil": "lengkap", "lain": 1}}', "application/json", 422),
        (b'{"answers": {"hasil": "a\\u0000b"}}', "application/json", 422),
        (b'{"answers": {"hasil": "\\ud800"}}', "application/json", 422),
        (b'{"answers": {"hasil": NaN}}', "application/json", 400),
        (b'{"answers": {"hasil": 1e400}}', "application/json", 400),
        (b'{"answers": {"hasil": "lengkap", "hasil": "perbaikan"}}', "application/json", 400),
        (b'{"answers": ' + b"[" * 5000 + b"]" * 5000 + b"}", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"answers": "lengkap"}', "application/json", 422),
        (b'{"hasil": "lengkap"}', "application/json", 400),
        (b"", "application/json", 400),
        (b"hasil=lengkap", "text/plain", 415),
        (b"hasil=lengkap", "", 415),
        (b"x" * 3_000_000, "application/json", 413),
        (b"--x--", "multipart/form-data", 400),
    ],
)
def test_bad_bodies_are_refused_with_a_sentence(
    holder: Holder, office: Office, body: bytes, kind: str, status: int
) -> None:
    holder("isian").send(complete_isian())
    official = holder("putusan")

    answer = official.client.post(official.path, data=body, content_type=kind)

    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert status_of(office, official.task_id) == "open"


def test_what_came_is_escaped(holder: Holder) -> None:
    answer = holder("isian").send(complete_isian(judul="<script>{{7*7}}</script>", bulan="61"))

    assert "<script>" not in answer.text
    assert "&lt;script&gt;{{7*7}}" in answer.text


def test_the_next_task_of_the_same_person_is_offered(holder: Holder) -> None:
    holder("isian").send(complete_isian())

    answer = holder("putusan").send({"hasil": "lengkap"})

    assert "Buka tugas berikutnya" in answer.text
    assert "Menutup" in answer.text


def _digest(page: str) -> str:
    return page.split('class="hash">')[1].split("<")[0]


def _value_of(page: str, name: str) -> str:
    return page.split(f'type="hidden" name="{name}" value="')[1].split('"')[0]
