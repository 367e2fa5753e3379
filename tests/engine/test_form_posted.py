"""A form as a browser posts it: read where it can be read, left as typed where it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from processes.engine.forms import Form
from processes.sentences.dates import MONTHS
from tests.engine.form_fields import BOGOR, SCAN, SUKABUMI, asked, one, refused, told


@pytest.mark.parametrize(
    ("form", "posted", "read"),
    [
        (one(), "Judul", "Judul"),
        (one(), ["Judul"], "Judul"),
        (one("long"), " 60 ", 60),
        (one("long"), "-0", 0),
        (one("long", jenis="rupiah"), "1.500.000", 1_500_000),
        (one("long", jenis="rupiah"), "Rp 1.500.000,00", 1_500_000),
        (one("long", jenis="rupiah"), "Rp1.500.000,-", 1_500_000),
        (one("boolean"), "true", True),
        (one("boolean"), "on", True),
        (one("boolean"), "Tidak", False),
        (one("boolean"), ["false", "true"], True),
        (one("date"), "2026-12-31", "2026-12-31"),
        (one("date"), "31-12-2026", "2026-12-31"),
        (one("date"), "1/2/2026", "2026-02-01"),
        (one("date"), "31 / 12 / 2026", "2026-12-31"),
        (one("date"), "2026/12/31", "2026-12-31"),
        (one("date"), "2026-1-5", "2026-01-05"),
        (one("date"), "31 Desember 2026", "2026-12-31"),
        (one("date"), "1 PEBRUARI 2026", "2026-02-01"),
        (one("date"), "2 Agt. 2026", "2026-08-02"),
        (one("date"), "2-Okt-2026", "2026-10-02"),
        (one("date"), "2 Des 2026", "2026-12-02"),
        (one("date"), "17 August 2026", "2026-08-17"),
        (one("date"), "\u202a31/12/2026\u202c", "2026-12-31"),
        (one("long"), "\u202a2026\u202c", 2026),
        (one("long"), "\u200b12\ufeff \u00a0", 12),
        (one(jenis="berkas"), SCAN, {"document": SCAN}),
    ],
)
def test_what_was_typed_becomes_a_typed_answer(form: Form, posted: Any, read: Any) -> None:
    answers = form.from_pairs({"x": posted})
    assert answers == {"x": read}
    assert type(answers["x"]) is type(read)


@pytest.mark.parametrize("form", [one(), one("long"), one("boolean"), one("date")])
def test_an_empty_input_is_no_answer(form: Form) -> None:
    assert form.from_pairs({"x": ""}) == form.from_pairs({"x": "  "}) == {}


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        (one("long"), "enam puluh"),
        (one("long"), "1,500,000.50"),
        (one("long"), "1.500.000,50"),
        (one("long"), "1.5"),
        (one("long"), "1.50"),
        (one("long"), "9" * 5000),
        (one("long"), "1e400"),
        (one("long"), "NaN"),
        (one("long"), "\u0666\u0660"),
        (one("long", jenis="rupiah"), "Rp 5 M"),
        (one("boolean"), "mungkin"),
        (one("date"), "31/12/26"),
        (one("date"), "12/31/2026"),
        (one("date"), "besok"),
        (one("date"), "31 De 2026"),
        (one("date"), "31 Desembre 2026"),
        (one("date"), "31 Desember 26"),
        (one("date"), "31 Desember"),
        (one("date"), "20261231"),
        (one("date"), "31" + " " * 100_000 + "12 2026"),
        (one("date"), "3\u200b1/12/2026"),
        (one("long"), "20\u200b26"),
    ],
)
def test_what_cannot_be_read_stays_as_typed_and_is_refused_by_name(form: Form, typed: str) -> None:
    answers = form.from_pairs({"x": typed})
    assert answers == {"x": typed}
    assert list(refused(form, answers)) == ["x"]


def test_a_day_that_does_not_exist_is_told_as_it_was_typed() -> None:
    form = one("date")
    for typed in ("30-02-2027", "29/02/2027", "31 November 2026", "12/31/2026", "2027-02-30"):
        assert f"tanggal {typed} tidak ada dalam kalender" in told(form, {"x": typed})["x"]


def test_every_month_may_be_written_as_pages_and_letters_write_it() -> None:
    form = one("date")
    for names in MONTHS.values():
        for number, name in enumerate(names, start=1):
            for written in (name, name.lower(), name[:3]):
                answers = form.from_pairs({"x": f"7 {written} 2026"})
                assert answers == {"x": f"2026-{number:02}-07"}, written


def test_a_hidden_sign_inside_a_number_or_a_date_is_named() -> None:
    for form, typed, sign in (
        (one("long"), "20\u200b26", "U+200B"),
        (one("date"), "3\u202e1/12/2026", "U+202E"),
    ):
        sentence = f"memuat tanda tersembunyi yang tidak diizinkan ({sign})"
        assert sentence in told(form, {"x": typed})["x"]
    assert "bilangan bulat" in told(one("long"), {"x": "\u202a2o26\u202c"})["x"]


def test_inputs_per_region_become_one_object() -> None:
    form = one(untuk="pihak", jenis="nomor_surat")
    pairs = {"x[32.01]": "119/1", "x[32.02]": "119/2", "x[32.03]": ""}
    assert form.from_pairs(pairs) == {"x": {BOGOR: "119/1", SUKABUMI: "119/2"}}


@pytest.mark.parametrize(
    "pairs", [{"y": "1"}, {"x[32.01]": "1"}, {"x[": "1"}, {"": "1"}, {"x[a][b]": "1"}]
)
def test_inputs_that_the_form_does_not_have_are_refused_by_name(pairs: dict[str, str]) -> None:
    answers = one().from_pairs(pairs)
    assert answers == pairs
    assert list(refused(one(), answers)) == list(pairs)


def test_an_input_sent_twice_is_not_guessed_at() -> None:
    form = Form.read([asked("judul"), asked("nilai", "long")])
    answers = form.from_pairs({"judul": ["a", "b"], "nilai": ["1", "2"]})
    assert list(refused(form, answers)) == ["judul", "nilai"]
