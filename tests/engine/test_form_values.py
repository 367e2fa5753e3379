"""Each answer by itself: what is taken, in which form, and the sentence for what is not."""

from __future__ import annotations

import math
from typing import Any

import pytest

from processes.engine.forms import Form, FormError
from tests.engine.form_fields import SCAN, asked, one, refused, taken

CHOICES = ["lengkap", "perbaikan"]


@pytest.mark.parametrize(
    ("form", "given", "kept"),
    [
        (one(), "  Pelayanan Publik ", "Pelayanan Publik"),
        (one(), "Cafe\u0301", "Café"),
        (one(), "Rapat 👩‍👩‍👧 daerah", "Rapat 👩‍👩‍👧 daerah"),
        (one(), "\u200bJudul\ufeff", "Judul"),
        (one(), "<b>{{7*7}}</b> =cmd|", "<b>{{7*7}}</b> =cmd|"),
        (one(jenis="teks_panjang"), "satu\r\ndua\u2028tiga", "satu\ndua\ntiga"),
        (one("long"), -0, 0),
        (one("long"), -0.0, 0),
        (one("long"), 5.0, 5),
        (one("long"), -(10**15), -(10**15)),
        (one("long", jenis="rupiah"), 1_500_000, 1_500_000),
        (one(jenis="rupiah"), 1_500_000, 1_500_000),
        (one("boolean"), False, False),
        (one("date"), " 2026-12-31 ", "2026-12-31"),
        (one("date"), "2028-02-29", "2028-02-29"),
        (one("date", jenis="tanggal_surat"), "2026-06-02", "2026-06-02"),
        (one(jenis="tanggal_surat"), "1945-08-17", "1945-08-17"),
        (one("enum", options=CHOICES), "lengkap", "lengkap"),
        (one("enum", pilihan="urusan"), "lingkungan_hidup", "lingkungan_hidup"),
        (one(jenis="berkas"), {"document": SCAN}, {"document": SCAN}),
        (one(jenis="nip"), "19800101 200501 1 001", "198001012005011001"),
        (one(jenis="nik"), "3201010101800001", "3201010101800001"),
        (one(jenis="nomor_surat"), "119/16-Kesber/VII/2026", "119/16-Kesber/VII/2026"),
        (one(jenis="daerah"), "32", "32"),
        (one(jenis="surel"), "Siti.Aminah@Contoh.GO.ID", "Siti.Aminah@contoh.go.id"),
        (one(jenis="telepon"), "0812-3456-7890", "+6281234567890"),
        (one(jenis="telepon"), "6281234567890", "+6281234567890"),
        (one(jenis="telepon"), "+62 812 3456 7890", "+6281234567890"),
        (one(jenis="telepon"), "(0251) 8321075", "+622518321075"),
    ],
)
def test_an_answer_is_kept_in_one_form(form: Form, given: Any, kept: Any) -> None:
    found = taken(form, {"x": given})["x"]
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize("given", [None, "", "   ", "\n"])
def test_nothing_and_blanks_are_no_answer(given: Any) -> None:
    assert taken(one(), {"x": given}) == {"x": None}
    assert taken(one(), {}) == {"x": None}
    assert refused(one(required=True), {"x": given}) == {"x": "Isian wajib diisi."}


NOT_TEXT: list[Any] = [["a"], {"a": 1}, 5, True, 1.5]
HIDDEN = "Isian memuat tanda tersembunyi yang tidak diizinkan ({}). Hapus lalu ketik ulang teksnya."
DATE = "Isian harus berupa tanggal dengan bentuk tahun-bulan-hari, misalnya 2026-12-31."
NO_DATE = "Isian: tanggal {} tidak ada dalam kalender. Periksa hari dan bulannya."
WHOLE = "Isian harus berupa bilangan bulat, misalnya 1."
RUPIAH = "Isian harus berupa jumlah rupiah bulat tanpa sen, misalnya 1500000."
YES = "Isian harus dijawab ya atau tidak."
CHOICE = (
    "Isian tidak mengenal pilihan itu. Pilih salah satu: Lengkap (lengkap), Perbaikan (perbaikan)."
)
FILE = 'Isian harus berupa berkas yang sudah diunggah: {"document": "<id berkas>"}.'
EMAIL = "Isian harus berupa satu alamat surel saja, misalnya nama@contoh.go.id."
PHONE = "Isian harus berupa nomor telepon Indonesia, misalnya 0812-3456-7890 atau (0251) 8321075."
ONE_LINE = "Isian hanya boleh satu baris. Hapus ganti barisnya."


@pytest.mark.parametrize(
    ("form", "given", "sentence"),
    [
        *((one(), given, "Isian harus berupa teks.") for given in NOT_TEXT),
        (one(), "a\x00b", HIDDEN.format("U+0000")),
        (one(), "a\x1bb", HIDDEN.format("U+001B")),
        (one(), "a\ud800b", HIDDEN.format("U+D800")),
        (one(), "gaji\u202efdp.exe", HIDDEN.format("U+202E")),
        (one(), "\u2066a", HIDDEN.format("U+2066")),
        (one(), "\u200b\u200d", "Isian hanya berisi tanda yang tidak terlihat. Ketik isinya."),
        (one(), "\u3164", "Isian hanya berisi tanda yang tidak terlihat. Ketik isinya."),
        (one(), "satu\r\ndua", ONE_LINE),
        (one(), "a" * 301, "Isian paling banyak 300 karakter; sekarang 301."),
        (one(maxlength=5), "enam 6", "Isian paling banyak 5 karakter; sekarang 6."),
        (one(minlength=5), "tiga", "Isian paling sedikit 5 karakter; sekarang 4."),
        (
            one(jenis="teks_panjang"),
            "a" * 10_001,
            "Isian paling banyak 10000 karakter; sekarang 10001.",
        ),
        (one("long", max=60), 61, "Isian paling banyak 60."),
        (one("long", min=1), 0, "Isian paling sedikit 1."),
        (one("long"), 10**15 + 1, "Isian paling banyak 1000000000000000."),
        *((one("long"), given, WHOLE) for given in ("60", 1.5, True, [1])),
        *((one("long"), given, WHOLE) for given in (math.nan, math.inf, -math.inf)),
        (one("long", jenis="rupiah"), "Rp 5 M", RUPIAH),
        (one("long", jenis="rupiah"), 1500.5, RUPIAH),
        (one("long", jenis="rupiah", max=2_000_000), 2_000_001, "Isian paling banyak Rp2.000.000."),
        *((one("boolean"), given, YES) for given in ("true", 1, 0, "ya", [True])),
        (one("date"), "2026-02-30", NO_DATE.format("2026-02-30")),
        (one("date"), "2027-02-29", NO_DATE.format("2027-02-29")),
        (one("date"), "30-02-2027", NO_DATE.format("30-02-2027")),
        (one("date"), "2026-13-01", NO_DATE.format("2026-13-01")),
        (one("date"), "31/12/2026", DATE),
        (one("date"), "31/12/26", DATE),
        (one("date"), "12/31/26", DATE),
        (one("date"), "20260-01-01", DATE),
        (one("date"), "2026-1-1", DATE),
        (one("date"), "2026-W01-1", DATE),
        (one("date"), "2026-06-02T10:00:00Z", DATE),
        (one("date"), "\uff12026-06-02", DATE),
        *((one("date"), given, DATE) for given in (20260602, ["2026-06-02"], True)),
        (one("date"), "1944-12-31", "Isian harus antara tahun 1945 dan 2200."),
        (one("date"), "2201-01-01", "Isian harus antara tahun 1945 dan 2200."),
        (
            one("date", jenis="tanggal_surat"),
            "2026-06-03",
            "Isian tidak boleh sesudah hari ini (2026-06-02)."
            " Isi tanggal yang tertulis pada surat.",
        ),
        *((one("enum", options=CHOICES), given, CHOICE) for given in ("Lengkap", ["lengkap"], 1)),
        (
            one("enum", pilihan="urusan"),
            "perang",
            "Isian tidak mengenal pilihan itu. Pilih satu kode dari daftarnya, misalnya"
            " pendidikan.",
        ),
        *((one(jenis="berkas"), given, FILE) for given in (SCAN, [SCAN], {}, {"document": 1})),
        (one(jenis="berkas"), {"document": SCAN, "nama": "kak.pdf"}, FILE),
        (
            one(jenis="berkas"),
            {"document": "../../etc/passwd"},
            "Isian: berkasnya tidak ditemukan. Unggah kembali berkas itu.",
        ),
        (one(jenis="nip"), "19800101200501100", "Isian harus 18 angka; sekarang 17 angka."),
        (
            one(jenis="nip"),
            "NIP 198001012005011001",
            "Isian harus 18 angka tanpa huruf, misalnya 198001012005011001.",
        ),
        (one(jenis="nik"), "320101010180000", "Isian harus 16 angka; sekarang 15 angka."),
        (
            one(jenis="nomor_surat"),
            "-/-",
            "Isian harus memuat huruf atau angka. Isi nomor yang tertulis pada surat.",
        ),
        (
            one(jenis="daerah"),
            "Bogor",
            "Isian harus berupa kode daerah Kemendagri, misalnya 32.01.",
        ),
        (
            one(jenis="daerah"),
            "99.99",
            "Isian: tidak ada daerah dengan kode 99.99. Periksa kodenya, misalnya 32.01.",
        ),
        (one(jenis="surel"), "siti@contoh.go.id\r\nBcc: x@evil.test", ONE_LINE),
        *(
            (one(jenis="surel"), given, EMAIL)
            for given in (
                "siti@@contoh.go.id",
                "siti@contoh@go.id",
                "Siti <siti@contoh.go.id>",
                "siti@contoh.go.id, budi@contoh.go.id",
                "siti@localhost",
                "siti",
                ".siti@contoh.go.id",
                "si..ti@contoh.go.id",
                "siti@-contoh.go.id",
            )
        ),
        *((one(jenis="telepon"), given, PHONE) for given in ("62", "021", "+1 202 555 0100", "x")),
    ],
)
def test_a_refused_answer_says_what_is_wrong(form: Form, given: Any, sentence: str) -> None:
    assert refused(form, {"x": given}) == {"x": sentence}


def test_enormous_answers_are_refused_at_once() -> None:
    assert refused(one("long", max=60), {"x": 10**5000}) == {"x": "Isian paling banyak 60."}
    assert refused(one("long"), {"x": -(10**5000)}) == {
        "x": "Isian paling sedikit -1000000000000000."
    }
    assert refused(one("long"), {"x": 1e300}) == {"x": "Isian paling banyak 1000000000000000."}
    assert refused(one("long"), {"x": "9" * 5000}) == {"x": WHOLE}
    assert refused(one(), {"x": "a\u0301\u0323" * 1_000_000}) == {
        "x": "Isian paling banyak 300 karakter; sekarang 3000000."
    }


def test_a_question_is_quoted_in_its_sentence() -> None:
    form = Form.read([asked("berbatasan", "boolean", "Apakah berbatasan?", required=True)])
    assert refused(form, {}) == {"berbatasan": "“Apakah berbatasan?” wajib diisi."}


def test_a_label_with_braces_is_only_text() -> None:
    form = Form.read([asked("x", label="Nilai {0} {label}", required=True)])
    assert refused(form, {}) == {"x": "Nilai {0} {label} wajib diisi."}


def test_sentences_exist_in_english() -> None:
    assert refused(one("long", max=60), {"x": 61}, "en") == {"x": "Isian must be at most 60."}


def test_the_list_of_affairs_has_every_group() -> None:
    [field] = one("enum", pilihan="urusan").fields
    assert len(field.options) == len(dict(field.options)) == 6 + 18 + 8 + 6
    assert dict(field.options)["pendidikan"] == "Pendidikan"


@pytest.mark.parametrize(
    "field",
    [
        asked("x", "text"),
        asked("x", untuk="semua"),
        asked("x", pilihan="warna"),
        asked("x", "long", max="banyak"),
        asked("x", "long", default="enam"),
        asked("x", "boolean", default="ya"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused_by_name(field: dict[str, Any]) -> None:
    with pytest.raises(FormError, match="Isian x pada diagram tidak terbaca"):
        Form.read([field])
