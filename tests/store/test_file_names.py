"""Names of files: safe anywhere, and with the ending of what is in them."""

from __future__ import annotations

import pytest

from processes.store.file_names import DOCX, JPEG, PDF, PNG, XLSX, clean_filename, true_name


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Surat Kesediaan.pdf", "Surat Kesediaan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Sari\\surat.pdf", "surat.pdf"),
        ("a\r\nX-Evil: y.pdf", "a X-Evil_ y.pdf"),
        ("laporan\u202efdp.exe", "laporanfdp.exe"),
        ("\u200bsurat\u200d.pdf", "surat.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com1", "_com1"),
        ("aux.tar.pdf", "_aux.tar.pdf"),
        ("..", "berkas"),
        ("", "berkas"),
        ("\x00", "berkas"),
        (".pdf", "pdf"),
        ("中文.pdf", "中文.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ('a"b<c>|d?.pdf', "a_b_c__d_.pdf"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_a_name_becomes_safe_on_any_system(name: str, clean: str) -> None:
    assert clean_filename(name) == clean


def test_a_long_name_keeps_its_ending() -> None:
    cleaned = clean_filename("x" * 400 + ".pdf")
    assert len(cleaned) == 200
    assert cleaned.endswith("x.pdf")


@pytest.mark.parametrize(
    ("name", "media_type", "named"),
    [
        ("Surat.PDF", PDF, "Surat.PDF"),
        ("foto.jpeg", JPEG, "foto.jpeg"),
        # what a phone or a chat calls it
        ("1000012345", PDF, "1000012345.pdf"),
        ("surat", PDF, "surat.pdf"),
        ("surat.pdf.", PDF, "surat.pdf"),
        ("surat.pdf (1)", PDF, "surat.pdf (1).pdf"),
        ("", PDF, "berkas.pdf"),
        ("..", JPEG, "berkas.jpg"),
        ("No. 12/VII.2026", PDF, "VII.2026.pdf"),
        ("WhatsApp Image 2026-11-30.jfif", JPEG, "WhatsApp Image 2026-11-30.jpg"),
        ("IMG_0001.HEIC", JPEG, "IMG_0001.jpg"),
        ("tangkapan.jpg", PNG, "tangkapan.png"),
        ("naskah.doc", DOCX, "naskah.docx"),
        ("rab.xls", XLSX, "rab.xlsx"),
        ("x" * 400, PDF, "x" * 196 + ".pdf"),
    ],
)
def test_a_file_is_saved_with_the_ending_of_what_is_in_it(
    name: str, media_type: str, named: str
) -> None:
    assert true_name(name, media_type) == named
