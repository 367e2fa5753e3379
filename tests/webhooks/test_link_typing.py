"""What people type where a number or a date is asked, and the sentences they read about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from processes import actions
from processes.office import Office
from tests.webhooks.conftest import ADMINISTRATOR, Clock
from tests.webhooks.official import Official, complete_isian

Holder = Callable[[str], Official]
DAY_KEPT = "Jumat, 27 Februari 2026"


def input_of(page: str, name: str) -> str:
    """The tag of an input."""
    found = re.search(rf'<input [^>]*name="{re.escape(name)}"[^>]*>', page)
    assert found is not None
    return unescape(found[0])


def hint_of(page: str, name: str) -> str:
    return page.split(f'id="isian-{name}-bantuan">')[1].split("<")[0]


def summary_of(page: str) -> list[str]:
    """The lines over a form that cannot be taken, as they are read."""
    lines = page.split('role="alert"')[1].split("</ul>")[0].split("<li>")[1:]
    return [unescape(re.sub(r"<[^>]+>", "", line)) for line in lines]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_date_that_a_hint_shows_may_be_typed(holder: Holder, language: str) -> None:
    official = holder("isian")
    page = official.look(query_string={"lang": language}).text
    shown = re.findall(r"[0-9]+[ /][0-9A-Za-z]+[ /]2026", hint_of(page, "tanggal_surat"))
    assert shown == ["2 Maret 2026" if language == "id" else "2 March 2026", "02/03/2026"]

    for typed in shown:
        seen = official.send(complete_isian(tanggal_surat=typed, _tinjau="1"))
        assert "Periksa sekali lagi" in seen.text or "Check once more" in seen.text, typed
        assert ("Senin, 2 Maret 2026" if language == "id" else "Monday, 2 March 2026") in seen.text


@pytest.mark.parametrize(
    "typed",
    ["27 Februari 2026", "27 Feb 2026", "27/2/2026", "27.02.2026", "\u202a2026-02-27\u202c"],
)
def test_a_date_is_taken_as_it_is_written_and_kept_as_one_day(holder: Holder, typed: str) -> None:
    receipt = holder("isian").send(complete_isian(tanggal_surat=typed))

    assert receipt.status_code == 200
    assert DAY_KEPT in receipt.text


@pytest.mark.parametrize(
    "typed", ["27 Februari 2026", "27/2/2026", "20260227", "2026-W09-5", "besok", "30-02-2026"]
)
def test_a_date_stands_in_the_form_again_as_it_was_typed(holder: Holder, typed: str) -> None:
    again = holder("isian").send(complete_isian(tanggal_surat=typed, bulan="61"))

    assert again.status_code == 422
    shown = input_of(again.text, "tanggal_surat")
    assert f'value="{typed}"' in shown
    assert 'type="text"' in shown, "an input for dates would drop it"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("30-02-2026", "tanggal 30-02-2026 tidak ada dalam kalender"),
        ("27/2/26", "harus berupa tanggal dengan tahun empat angka, misalnya 31/12/2026 atau"),
        ("3 Maret 2026", "tidak boleh sesudah hari ini (2 Maret 2026)"),
    ],
)
def test_a_refused_date_is_told_in_the_way_people_write_dates(
    holder: Holder, typed: str, sentence: str
) -> None:
    again = holder("isian").send(complete_isian(tanggal_surat=typed))

    assert again.status_code == 422
    assert sentence in again.text
    assert "tahun-bulan-hari" not in again.text


@pytest.mark.parametrize("typed", ["27 Februari 2026", "27/02/2026", "\u202a2026-02-27\u202c"])
def test_a_machine_keeps_to_iso_dates(holder: Holder, typed: str) -> None:
    official = holder("isian")
    answer = official.client.post(
        official.path,
        json={"answers": {"tanggal_surat": typed}},
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 422
    sentence = answer.get_json()["errors"]["tanggal_surat"]
    assert "tahun-bulan-hari" in sentence
    schema = official.look(headers={"Accept": "application/json"}).get_json()["schema"]
    assert schema["properties"]["tanggal_surat"]["examples"] == ["2026-03-02"]


def test_a_hint_says_by_its_name_how_each_region_numbers_its_letters(
    holder: Holder, office: Office, clock: Clock
) -> None:
    for code in ("32.01", "32.02"):
        actions.set_number_pattern(
            office, code, f"119/…/{code}", reason="Tata naskah", actor=ADMINISTRATOR, now=clock()
        )

    official = holder("isian")
    assert hint_of(official.look().text, "nomor").endswith(
        "Pola nomor: Kabupaten Bogor: 119/…/32.01; Kabupaten Sukabumi: 119/…/32.02."
    )
    task = official.look(headers={"Accept": "application/json"}).get_json()
    assert "32.01: 119/…/32.01" in task["schema"]["properties"]["nomor"]["description"]


def test_signs_that_cannot_be_seen_around_a_number_do_no_harm(holder: Holder) -> None:
    receipt = holder("isian").send(
        complete_isian(bulan="\u202a24\u202c", nilai="\u200b1.500.000\ufeff")
    )

    assert receipt.status_code == 200
    assert "Rp1.500.000" in receipt.text


def test_sentences_call_regions_by_name_and_ask_a_question_without_a_colon(
    holder: Holder,
) -> None:
    answers = complete_isian(bulan="dua", nilai="Rp 5 M", **{"nomor[32.02]": "---"})
    del answers["membebani"]
    again = holder("isian").send(answers)

    assert summary_of(again.text) == [
        "Jangka waktu (bulan) harus berupa bilangan bulat, misalnya 1.",
        "Nilai anggaran harus berupa jumlah rupiah bulat tanpa sen, misalnya Rp1.500.000.",
        "Membebani daerah? Pilih salah satu.",
        "Kabupaten Sukabumi: Nomor di tiap daerah harus memuat huruf atau angka."
        " Isi nomor yang tertulis pada surat.",
    ]


def test_a_missing_answer_and_a_doubtful_one_name_their_regions(holder: Holder) -> None:
    official = holder("isian")
    lacking = official.send(complete_isian(**{"nomor[32.02]": ""}))
    assert "Nomor di tiap daerah wajib diisi juga untuk Kabupaten Sukabumi." in lacking.text

    same = {"nomor[32.01]": "119/1", "nomor[32.02]": "119/1"}
    receipt = official.send(complete_isian(**same)).text
    assert "lebih dari satu daerah (Kabupaten Bogor dan Kabupaten Sukabumi)" in receipt
