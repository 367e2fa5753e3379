"""What a person at a page is told of an answer, beside what a machine reads of the same one."""

from __future__ import annotations

from typing import Any

import pytest

from processes.engine.forms import Form
from tests.engine.form_fields import BOGOR, CIANJUR, CONTEXT, SUKABUMI, asked, one, refused, told

MANY = [f"pilihan_{number}" for number in range(9)]


@pytest.mark.parametrize(
    ("form", "posted", "person", "machine"),
    [
        (
            one("date"),
            "besok",
            "Isian harus berupa tanggal dengan tahun empat angka, misalnya 31/12/2026 atau"
            " 31 Desember 2026.",
            "Isian harus berupa tanggal dengan bentuk tahun-bulan-hari, misalnya 2026-12-31.",
        ),
        (
            one("date", jenis="tanggal_surat"),
            "3 Juni 2026",
            "Isian tidak boleh sesudah hari ini (2 Juni 2026)."
            " Isi tanggal yang tertulis pada surat.",
            "Isian tidak boleh sesudah hari ini (2026-06-02)."
            " Isi tanggal yang tertulis pada surat.",
        ),
        (
            one("long", min=2000, max=2100),
            "2o26",
            "Isian harus berupa bilangan bulat, misalnya 2026.",
            "Isian harus berupa bilangan bulat, misalnya 2026.",
        ),
        (
            one("long", jenis="rupiah"),
            "Rp 5 M",
            "Isian harus berupa jumlah rupiah bulat tanpa sen, misalnya Rp1.500.000.",
            "Isian harus berupa jumlah rupiah bulat tanpa sen, misalnya 1500000.",
        ),
        (
            one("enum", options=["lengkap", "perbaikan"]),
            "hilang",
            "Isian tidak mengenal pilihan itu. Pilih salah satu: Lengkap, Perbaikan.",
            "Isian tidak mengenal pilihan itu. Pilih salah satu: Lengkap (lengkap),"
            " Perbaikan (perbaikan).",
        ),
        (
            one("enum", options=MANY),
            "hilang",
            "Isian tidak mengenal pilihan itu. Pilih salah satu dari daftarnya.",
            "Isian tidak mengenal pilihan itu. Pilih satu kode dari daftarnya, misalnya pilihan_0.",
        ),
    ],
)
def test_a_person_reads_names_and_days_in_words_and_a_machine_codes_and_iso_dates(
    form: Form, posted: str, person: str, machine: str
) -> None:
    assert told(form, {"x": posted}) == {"x": person}
    assert refused(form, form.from_pairs({"x": posted})) == {"x": machine}


@pytest.mark.parametrize(
    ("own", "pairs", "sentence"),
    [
        (
            {"jenis": "tanggal_surat"},
            {"x[32.02]": "3/6/2026", "x[32.03]": "1/6/2026"},
            "Kabupaten Sukabumi: Isian tidak boleh sesudah hari ini (2 Juni 2026)."
            " Isi tanggal yang tertulis pada surat.",
        ),
        (
            {"required": True},
            {"x[32.02]": "1/6/2026"},
            "Isian wajib diisi juga untuk Kabupaten Cianjur.",
        ),
        (
            {},
            {"x[32.01]": "1/6/2026"},
            "Isian hanya ditanyakan untuk Kabupaten Sukabumi dan Kabupaten Cianjur."
            " Isi untuk itu saja, lalu kirim kembali.",
        ),
    ],
)
def test_a_region_is_called_by_its_name(
    own: dict[str, Any], pairs: dict[str, str], sentence: str
) -> None:
    assert told(one("date", untuk="mitra", **own), pairs) == {"x": sentence}


def test_of_two_dates_the_earlier_one_is_told_in_words() -> None:
    form = Form.read([asked("kirim", "date"), asked("terima", "date", setelah="kirim")])
    posted = {"kirim": "5 Juni 2026", "terima": "1 Juni 2026"}
    assert told(form, posted) == {"terima": "Terima tidak boleh sebelum Kirim (5 Juni 2026)."}
    assert told(form, posted, "en") == {"terima": "Terima may not lie before Kirim (5 June 2026)."}


def test_a_share_that_is_too_large_is_told_in_rupiah() -> None:
    form = Form.read(
        [
            asked("nilai", "long", jenis="rupiah"),
            asked("bagian", "long", jenis="rupiah", paling_banyak="nilai"),
        ]
    )
    posted = {"nilai": "1.500.000", "bagian": "2.000.000"}
    assert told(form, posted) == {"bagian": "Bagian tidak boleh lebih dari Nilai (Rp1.500.000)."}


def test_equal_letter_numbers_name_their_regions() -> None:
    form = one(untuk="mitra", jenis="nomor_surat")
    [warning] = form.warnings({"x": {SUKABUMI: "1", CIANJUR: "1"}}, context=CONTEXT).values()
    assert "(Kabupaten Sukabumi dan Kabupaten Cianjur)" in warning.tell()
    assert "(Kabupaten Sukabumi and Kabupaten Cianjur)" in warning.tell("en")
    assert BOGOR not in warning.tell()
