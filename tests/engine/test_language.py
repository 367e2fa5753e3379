"""What owners may write, and what it gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from processes.engine.language import (
    PURE_FUNCTIONS,
    SafeLanguage,
    clock_functions,
    strip_wrapping,
)
from processes.errors import UnsafeExpression

MAKASSAR = ZoneInfo("Asia/Makassar")
LATE_EVENING_UTC = datetime(2027, 3, 1, 17, 30, tzinfo=UTC)


class CalendarOfWeekdays:
    """Monday to Friday, told in Jakarta's zone."""

    def after_working_days(self, start: date, count: int, region: str | None) -> datetime:
        day = start
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return datetime(day.year, day.month, day.day, 16, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.fixture
def language() -> SafeLanguage:
    clock = clock_functions(lambda: LATE_EVENING_UTC, lambda: MAKASSAR, CalendarOfWeekdays())
    return SafeLanguage({**PURE_FUNCTIONS, **clock})


@pytest.fixture
def data() -> dict[str, Any]:
    return {
        "tahap3": {"hasil": "sepakat", "putaran": 2, "catatan": None},
        "mitra": [
            {"kode": "32.02", "tanggapan": "bersedia"},
            {"kode": "32.03", "tanggapan": "menolak"},
        ],
        "jumlah": 7,
        "setuju": True,
        "kosong": None,
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('tahap3.hasil == "sepakat"', True),
        ("${tahap3.hasil == 'sepakat'}", True),
        ("#{jumlah > 5}", True),
        ("=jumlah > 5", True),
        ("jumlah > 5 && !(jumlah == 8) || false", True),
        ("!setuju == false", True),
        ("not setuju or jumlah >= 7", True),
        ("setuju\n  and\n  jumlah != 8", True),
        ("1 < jumlah <= 10", True),
        ('tahap3.hasil in ["sepakat", "revisi"]', True),
        ('"x" not in ["sepakat"]', True),
        ("tahap3.tidak_diisi == null", True),
        ("tahap3.catatan.lagi.lagi is null", True),
        ("setuju is true and 1 is not true", True),
        ("null == None and true == True", True),
        ('tahap3["hasil"]', "sepakat"),
        ("mitra[0].kode", "32.02"),
        ("mitra[-1].kode", "32.03"),
        ("mitra[9].kode", None),
        ("kosong[0]", None),
        ("jumlah * 2 - 1 + 6 / 4", 14.5),
        ("jumlah // 2 + jumlah % 2", 4),
        ("-jumlah + +1", -6),
        ('"a" + "b"', "ab"),
        ("[1] + [2]", [1, 2]),
        ('"ya" if setuju else "tidak"', "ya"),
        ('{"paraf": tahap3.hasil}', {"paraf": "sepakat"}),
        ("(1, 2)", [1, 2]),
    ],
)
def test_an_owner_may_write(
    language: SafeLanguage, data: dict[str, Any], text: str, value: object
) -> None:
    assert language.evaluate(text, data) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('ada(mitra, "tanggapan", "menolak")', True),
        ('ada(mitra, "tanggapan", ["ragu", "bersedia"])', True),
        ('ada(null, "tanggapan", "menolak")', False),
        ('semua(mitra, "tanggapan", "menolak")', False),
        ('semua([], "tanggapan", "menolak")', True),
        ('semua(null, "tanggapan", "menolak")', False),
        ('kolom(yang(mitra, "tanggapan", "menolak"), "kode")', ["32.03"]),
        ('kolom(tanpa(mitra, "tanggapan", "menolak"), "kode")', ["32.02"]),
        ('kolom(ganti(mitra, "kode", [{"kode": "32.03", "x": 1}]), "x")', [None, 1]),
        ('ganti(mitra, "kode", null) == mitra', True),
        ('tahun("2027-01-31")', 2027),
        ("tahun(kosong)", None),
        ('bulan_antara("2020-01-31", "2020-02-29")', 0),
        ('bulan_antara("2020-01-15", "2021-03-15")', 14),
        ('bulan_antara("2021-03-15", "2020-01-15")', -14),
        ('bulan_antara(kosong, "2020-01-15")', None),
        ('cari(mitra, "kode", "32.03").tanggapan', "menolak"),
        ('cari(mitra, "kode", "99").tanggapan', None),
        ("len(mitra) + len(null) + len('abc')", 5),
        ("min(3, 1, 2) + max([3, 9])", 10),
        ("min([])", None),
        ("sum([1, 2, 3.5])", 6.5),
        ("abs(-3)", 3),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(2.345, 2)", 2.35),
        ("round(1e300, 2)", 1e300),
        ("round(7)", 7),
        ('int("  12 ") + int(3.9)', 15),
        ("str(12) + str(true) + str(null)", "12true"),
        ("all_true([true, true]) and not all_true([true, 1])", True),
        ("any_true([false, true]) and not all_true(null)", True),
        ('tambah_bulan("2027-01-31", 1)', "2027-02-28"),
        ('add_months("2027-01-31", -2)', "2026-11-30"),
        ("tambah_bulan(null, 6)", None),
        ('tambah_hari("2027-02-28", 1)', "2027-03-01"),
        ("tambah_hari(kosong, 1)", None),
        ('tanggal_terawal("2027-03-01", "2027-02-28")', "2027-02-28"),
        ('max_date("2027-03-01", "2027-02-28T23:00:00+07:00")', "2027-03-01"),
        ('min_date("2027-03-01", null)', None),
        ('tanggal_terakhir(null, "2027-03-01")', None),
    ],
)
def test_the_functions_of_the_language(
    language: SafeLanguage, data: dict[str, Any], text: str, value: object
) -> None:
    assert language.evaluate(text, data) == value


def test_today_is_the_date_in_the_zone_of_the_case(language: SafeLanguage) -> None:
    assert language.evaluate("hari_ini()", {}) == "2027-03-02"
    assert language.evaluate("today() >= '2027-03-02'", {}) is True
    assert language.evaluate("sekarang()", {}) == "2027-03-02T01:30:00+08:00"


def test_working_days_end_at_four_in_the_zone_of_the_case(language: SafeLanguage) -> None:
    assert language.evaluate("hari_kerja(3)", {}) == "2027-03-05T16:00:00+08:00"
    assert language.evaluate("hari_kerja(1, '2027-03-05')", {}) == "2027-03-08T16:00:00+08:00"
    assert language.evaluate("working_days(1, mulai='2027-03-05')", {}).startswith("2027-03-08")


def test_working_days_from_a_moment_count_from_its_day_in_the_zone(language: SafeLanguage) -> None:
    text = "hari_kerja(1, '2027-03-01T17:30:00+00:00')"
    assert language.evaluate(text, {}) == "2027-03-03T16:00:00+08:00"


def test_working_days_after_no_date_are_no_date(language: SafeLanguage) -> None:
    assert language.evaluate("hari_kerja(45, surat.tanggal_terima)", {"surat": {}}) is None


def test_a_misspelt_name_is_told(language: SafeLanguage) -> None:
    with pytest.raises(UnsafeExpression, match="tahap9"):
        language.evaluate("tahap9.hasil == 1", {"tahap3": {}})


def test_a_name_behind_a_decided_or_is_not_needed(language: SafeLanguage) -> None:
    assert language.evaluate("setuju or tahap9.hasil", {"setuju": True}) is True


def test_the_last_scope_wins(language: SafeLanguage) -> None:
    assert language.evaluate("a + b", {"a": 1, "b": 1}, {"a": 10}) == 11


def test_an_error_names_the_kinds_and_not_the_values(language: SafeLanguage) -> None:
    with pytest.raises(UnsafeExpression) as caught:
        language.evaluate("a.b > c", {"a": {}, "c": "rahasia"})
    assert "a.b: null, c: string" in caught.value.say()
    assert "rahasia" not in caught.value.say()
    assert "cannot be computed" in caught.value.say("en")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "kosong"),
        ("${}", "kosong"),
        ("a = 5", "=="),
        ("a ==", "tidak terbaca"),
        ('a in ["x" "y"]', "koma"),
        ("ada(mitra)", "ada(daftar, nama, nilai)"),
        ("adaa(mitra, 'x', 1)", "adaa"),
        ("a == 1 # catatan", "#"),
        ("a; b", ";"),
        ("1 / 0", "nol"),
        ("mitra.kode", "kolom"),
        ("tambah_bulan('31/12/26', 1)", "2027-01-31"),
        ("tambah_hari('2027-01-01', 1.5)", "bilangan bulat"),
        ("tambah_hari('9999-12-31', 1)", "luar kalender"),
        ("tambah_bulan('9999-12-31', 1)", "luar kalender"),
        ("hari_kerja(100000)", "3660"),
    ],
)
def test_a_refusal_says_what_to_do(language: SafeLanguage, text: str, hint: str) -> None:
    with pytest.raises(UnsafeExpression) as caught:
        language.evaluate(text, {"a": 1, "mitra": []})
    assert hint in caught.value.say()


def test_names_and_paths_tell_what_an_expression_reads(language: SafeLanguage) -> None:
    text = 'len(mitra[0].kode) > 1 and tahap1["hasil"].a == tahap2 and daftar[b.c] is true'
    assert language.names(text) == {"mitra", "tahap1", "tahap2", "daftar", "b"}
    assert language.paths(text) == {"mitra", "tahap1.hasil.a", "tahap2", "daftar", "b.c"}


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        (" ${ a == 1 } ", "a == 1"),
        ("#{a}", "a"),
        ("= a", "a"),
        ("==a", "==a"),
        ("a == 1", "a == 1"),
    ],
)
def test_wrapping_is_taken_off(text: str, inside: str) -> None:
    assert strip_wrapping(text) == inside


def test_a_script_sets_names_line_by_line(language: SafeLanguage) -> None:
    data: dict[str, Any] = {"putaran": 1}
    script = """
        # putaran berikutnya
        putaran += langkah
        berikut = tambah_bulan(
            "2027-01-31", putaran)
    """
    language.execute(script, data, {"langkah": 2})
    assert data == {"putaran": 3, "berikut": "2027-04-30"}
    assert language.assigned(script) == ("putaran", "berikut")
    assert language.script_paths(script) == {"putaran", "langkah"}


def test_a_script_that_fails_leaves_the_data_alone(language: SafeLanguage) -> None:
    data: dict[str, Any] = {"a": 1}
    with pytest.raises(UnsafeExpression, match="Baris 2 skrip") as caught:
        language.execute("a = 2\nb = tidak_ada", data)
    assert data == {"a": 1}
    assert caught.value.say("en").startswith("Line 2 of the script: The name")


def test_what_a_script_stores_is_not_tied_to_what_it_read(language: SafeLanguage) -> None:
    data: dict[str, Any] = {"mitra": [{"kode": "32.02"}], "tahap": {"x": {"y": 1}}}
    language.execute(
        'salinan = mitra\nlagi = salinan\nx = tahap.x\ny = cari(mitra, "a", null)', data
    )
    data["mitra"][0]["kode"] = "lain"
    data["salinan"].append(1)
    data["tahap"]["x"]["y"] = 2
    assert data["salinan"][0] == data["lagi"][0] == data["y"] == {"kode": "32.02"}
    assert data["lagi"] == [{"kode": "32.02"}]
    assert data["x"] == {"y": 1}


def test_a_value_is_not_tied_to_the_data(language: SafeLanguage) -> None:
    data = {"pihak": [{"kode": "32.01"}]}
    language.evaluate("pihak", data)[0]["kode"] = "lain"
    language.evaluate("[pihak, pihak]", data)[0].append(1)
    assert data == {"pihak": [{"kode": "32.01"}]}


def test_a_condition_is_read_only_once(
    data: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    language, text = SafeLanguage(PURE_FUNCTIONS), 'tahap3.hasil == "sepakat" and jumlah > 5'
    first = language.evaluate(text, {}, data)
    monkeypatch.setattr("processes.engine.language.read_expression", None)
    assert language.evaluate(text, {}, data) == first
