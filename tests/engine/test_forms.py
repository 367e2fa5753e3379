"""All answers to a form together: unknown ones, those per region, and what they ask of others."""

from __future__ import annotations

from typing import Any

import pytest

from processes.engine.forms import Form
from processes.engine.language import SafeLanguage
from tests.engine.form_fields import (
    BOGOR,
    CIANJUR,
    CONTEXT,
    SCAN,
    SUKABUMI,
    asked,
    one,
    refused,
    taken,
)

REGISTRATION = Form.read(
    [
        asked("hasil", "enum", "Hasil pemeriksaan", options=["sah", "tidak_sah"], required=True),
        asked("nomor", label="Nomor naskah", jenis="nomor_surat", untuk="pihak", required=True),
        asked("tanggal_berlaku", "date", "Mulai berlaku", wajib_jika='hasil == "sah"'),
        asked("tanggal_berakhir", "date", "Berakhir", setelah="tanggal_berlaku"),
        asked("evaluasi_bulan", "long", default="6", required=True, min=1, max=24),
        asked("paraf_lengkap", "boolean", benar_jika="hasil == 'sah'"),
        asked("catatan", jenis="teks_panjang", wajib_jika='hasil == "tidak_sah"'),
    ]
)
NUMBERS = {BOGOR: "119/1", SUKABUMI: "119/2", CIANJUR: "119/3"}
VALID = {
    "hasil": "sah",
    "nomor": NUMBERS,
    "tanggal_berlaku": "2026-06-01",
    "tanggal_berakhir": "2031-06-01",
    "paraf_lengkap": True,
}


def test_every_field_has_a_key_and_a_default_stands_where_nothing_was_given() -> None:
    assert taken(REGISTRATION, VALID) == {**VALID, "evaluasi_bulan": 6, "catatan": None}


def test_checked_answers_pass_the_check_unchanged() -> None:
    kept = taken(REGISTRATION, VALID)
    assert taken(REGISTRATION, kept) == kept


def test_an_incomplete_checklist_is_refused_by_name_when_the_document_is_valid() -> None:
    sentence = (
        "Paraf lengkap harus dijawab ya bila Hasil pemeriksaan dijawab “Sah”."
        " Lengkapi dahulu, atau ubah jawaban itu."
    )
    assert refused(REGISTRATION, VALID | {"paraf_lengkap": False}) == {"paraf_lengkap": sentence}
    assert refused(REGISTRATION, VALID | {"paraf_lengkap": None}) == {"paraf_lengkap": sentence}
    invalid = VALID | {"hasil": "tidak_sah", "paraf_lengkap": False, "catatan": "Belum bercap"}
    assert taken(REGISTRATION, invalid)["paraf_lengkap"] is False


def test_an_answer_may_make_another_one_required() -> None:
    assert refused(REGISTRATION, VALID | {"hasil": "tidak_sah"}) == {
        "catatan": "Catatan wajib diisi karena Hasil pemeriksaan dijawab “Tidak_sah”."
    }
    without = {k: v for k, v in VALID.items() if k != "tanggal_berlaku"}
    assert refused(REGISTRATION, without) == {
        "tanggal_berlaku": "Mulai berlaku wajib diisi karena Hasil pemeriksaan dijawab “Sah”."
    }


def test_nothing_is_asked_on_account_of_an_answer_that_is_wrong_itself() -> None:
    assert list(refused(REGISTRATION, VALID | {"hasil": "entah", "paraf_lengkap": False})) == [
        "hasil"
    ]


def test_an_end_before_its_start_is_refused() -> None:
    assert refused(REGISTRATION, VALID | {"tanggal_berakhir": "2026-05-31"}) == {
        "tanggal_berakhir": "Berakhir tidak boleh sebelum Mulai berlaku (2026-06-01)."
    }
    assert taken(REGISTRATION, VALID | {"tanggal_berakhir": "2026-06-01"})
    assert taken(REGISTRATION, VALID | {"tanggal_berakhir": None})


def test_each_partys_number_is_asked_for() -> None:
    assert refused(REGISTRATION, VALID | {"nomor": {BOGOR: "119/1"}}) == {
        "nomor": "Nomor naskah wajib diisi juga untuk daerah 32.02, 32.03."
    }
    assert refused(REGISTRATION, VALID | {"nomor": {}}) == {"nomor": "Nomor naskah wajib diisi."}


def test_numbers_are_given_per_region() -> None:
    sentence = (
        "Nomor naskah harus diisi per daerah: objek dengan kode daerah sebagai kunci,"
        ' misalnya {"32.01": …}.'
    )
    for given in ("119/1", ["119/1"], 119):
        assert refused(REGISTRATION, VALID | {"nomor": given}) == {"nomor": sentence}


def test_a_region_outside_the_case_is_named() -> None:
    assert refused(REGISTRATION, VALID | {"nomor": NUMBERS | {"99.99": "119/9"}}) == {
        "nomor": "Nomor naskah tidak ditanyakan untuk daerah 99.99."
        " Isi hanya untuk 32.01, 32.02, 32.03."
    }


def test_a_wrong_answer_for_one_region_names_the_region() -> None:
    wrong = VALID | {"nomor": NUMBERS | {SUKABUMI: 5}}
    assert refused(REGISTRATION, wrong) == {
        "nomor": "Daerah 32.02: Nomor naskah harus berupa teks."
    }
    assert refused(REGISTRATION, wrong, "en") == {
        "nomor": "Region 32.02: Nomor naskah must be text."
    }


def test_equal_numbers_of_two_parties_are_a_warning_only() -> None:
    kept = taken(REGISTRATION, VALID | {"nomor": NUMBERS | {CIANJUR: "119/1"}})
    [warning] = REGISTRATION.warnings(kept, context=CONTEXT).values()
    assert "119/1 dipakai oleh lebih dari satu daerah (32.01, 32.03)" in warning.say()
    assert REGISTRATION.warnings(taken(REGISTRATION, VALID), context=CONTEXT) == {}


def test_an_optional_answer_may_come_for_some_partners_only() -> None:
    form = one("date", untuk="mitra", jenis="tanggal_surat")
    given = {SUKABUMI: "2026-06-01", CIANJUR: ""}
    assert taken(form, {"x": given}) == {"x": {SUKABUMI: "2026-06-01"}}
    assert taken(form, {"x": {CIANJUR: None}}) == {"x": None}
    assert "32.01" in refused(form, {"x": {BOGOR: "2026-06-01"}})["x"]


def test_files_may_be_asked_per_region() -> None:
    form = one(jenis="berkas", untuk="mitra", required=True)
    each = {SUKABUMI: {"document": SCAN}, CIANJUR: {"document": SCAN}}
    assert taken(form, {"x": each}) == {"x": each}
    assert "per daerah" in refused(form, {"x": {"document": SCAN}})["x"]


def test_of_two_dates_per_region_each_regions_own_are_compared() -> None:
    form = Form.read(
        [
            asked("kirim", "date", "Dikirim", untuk="mitra"),
            asked("terima", "date", "Diterima", untuk="mitra", setelah="kirim"),
        ]
    )
    sent = {SUKABUMI: "2026-06-02", CIANJUR: "2026-06-05"}
    assert taken(form, {"kirim": sent, "terima": {SUKABUMI: "2026-06-03"}})
    assert refused(form, {"kirim": sent, "terima": {CIANJUR: "2026-06-03"}}) == {
        "terima": "Daerah 32.03: Diterima tidak boleh sebelum Dikirim (2026-06-05)."
    }


def test_unknown_fields_are_refused_by_name_with_the_one_that_may_be_meant() -> None:
    found = refused(REGISTRATION, VALID | {"tanggal_berlku": "2026-06-01", "approved": True})
    assert found == {
        "tanggal_berlku": "Isian tanggal_berlku tidak ada pada formulir ini."
        " Mungkin yang dimaksud tanggal_berlaku.",
        "approved": "Isian approved tidak ada pada formulir ini. Hapus isian itu,"
        " atau periksa ejaannya.",
    }


def test_a_hostile_name_is_quoted_harmlessly() -> None:
    [name] = refused(one(), {"a\ud800\x00\u202e" + "b" * 500: 1})
    assert name == "a\ufffd\ufffd\ufffd" + "b" * 56
    assert len(refused(one(), {f"k{n}": n for n in range(5000)})) == 20


@pytest.mark.parametrize("answers", [[], "x", None, 5, [["x", "y"]]])
def test_answers_that_are_no_object_are_refused(answers: Any) -> None:
    assert "objek dengan id isian" in refused(one(), answers)["answers"]


def test_a_form_without_fields_takes_an_empty_object() -> None:
    assert taken(Form.read([]), {}) == {}


def test_everything_wrong_is_told_at_once_in_the_order_of_the_form() -> None:
    wrong: dict[str, Any] = {"zzz": 1, "catatan": 5, "tanggal_berakhir": "besok", "hasil": "entah"}
    found = refused(REGISTRATION, wrong)
    assert list(found) == ["hasil", "nomor", "tanggal_berakhir", "catatan", "zzz"]


@pytest.mark.parametrize(
    ("condition", "answers", "required"),
    [
        ('pilih == "a" or nilai > 5', {"pilih": "a"}, True),
        ('pilih == "a" or nilai > 5', {"pilih": "b", "nilai": 6}, True),
        ("nilai > 5", {}, False),
        ("not terencana", {"terencana": False}, True),
        ("terencana == false", {"terencana": False}, True),
        ("terencana == false", {}, False),
        ("${terencana == true}", {"terencana": True}, True),
        ("tanggal > hari_ini()", {"tanggal": "2026-06-03"}, True),
        ("tanggal > hari_ini()", {"tanggal": "2026-06-02"}, False),
    ],
)
def test_a_condition_looks_at_the_answers_of_the_form(
    condition: str, answers: dict[str, Any], required: bool
) -> None:
    form = Form.read(
        [
            asked("pilih", "enum", options=["a", "b"]),
            asked("nilai", "long"),
            asked("terencana", "boolean"),
            asked("tanggal", "date"),
            asked("alasan", wajib_jika=condition),
        ]
    )
    if required:
        assert list(refused(form, answers)) == ["alasan"]
    else:
        assert taken(form, answers)["alasan"] is None


def test_a_question_answered_no_is_named_as_the_cause() -> None:
    form = Form.read(
        [
            asked("terencana", "boolean", "Apakah terencana?"),
            asked("alasan", wajib_jika="terencana == false"),
        ]
    )
    assert refused(form, {"terencana": False}) == {
        "alasan": "Alasan wajib diisi karena “Apakah terencana?” dijawab tidak."
    }


def test_the_owners_language_can_be_handed_in() -> None:
    language = SafeLanguage({"selalu": lambda: True})
    form = Form.read([asked("x", wajib_jika="selalu()")], language=language)
    assert list(refused(form, {})) == ["x"]
