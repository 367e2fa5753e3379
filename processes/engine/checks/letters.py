"""The owner's letter templates: each can be set into a PDF as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from processes.engine.checks.report import Report
from processes.engine.typesetting import LetterRefused, typeset

#: a letter in which every fact is there, in its longest shape
SPECIMEN: dict[str, Any] = {
    "nomor": "119/1/KSDD/2026",
    "tanggal": "2 Maret 2026",
    "pengirim": {"daerah": "Kabupaten Contoh", "jabatan": "Bupati Contoh", "nama": "Contoh"},
    "kepada": {"jabatan": "Wali Kota Contoh", "daerah": "Kota Contoh"},
    "perkara": {
        "nomor": "KSDD/2026/0001",
        "judul": "Contoh",
        "para_pihak": ["Kabupaten Contoh", "Kota Contoh"],
        "ringkasan": [{"nama": "Objek", "isi": "Contoh"}],
    },
    "surat": {"nomor": "119/2/KSDD/2026", "tanggal": "27 Februari 2026"},
    "tugas": [
        {
            "nama": "Contoh",
            "tenggat": "Senin, 13 April 2026 pukul 16.00 WIB",
            "dasar": "Contoh",
            "sementara": True,
        }
    ],
    "narahubung": {"nama": "Contoh", "jabatan": "Contoh", "telepon": "0", "surel": "a@b.example"},
    "dokumen": [
        {"nama": "kak.pdf", "keterangan": "KAK", "sidik": "0" * 64, "dilampirkan": True},
        {"nama": "kak.docx", "keterangan": "", "sidik": "0" * 64, "dilampirkan": False},
    ],
    "kode": "00000-00000",
    "alamat": "http://127.0.0.1/k",
    "qr": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
}
#: the same without whatever may be missing
BARE: dict[str, Any] = {
    **SPECIMEN,
    "nomor": "",
    "pengirim": {**SPECIMEN["pengirim"], "nama": ""},
    "perkara": {**SPECIMEN["perkara"], "ringkasan": []},
    "surat": {"nomor": "", "tanggal": ""},
    "tugas": [{"nama": "Contoh", "tenggat": "", "dasar": "", "sementara": False}],
    "narahubung": dict.fromkeys(SPECIMEN["narahubung"], ""),
    "dokumen": [],
}


def check_template(content: bytes, report: Report) -> None:
    """The template of the letter package, with all its facts and with as few as there can be."""
    with refusals_told(report):
        _set(content)


@contextmanager
def refusals_told(report: Report) -> Iterator[None]:
    """Report that a template cannot be set."""
    try:
        yield
    except LetterRefused as refused:
        detail = refused.say(report.language)
        report.add("error", "letters.unreadable", refused.line, "", detail=detail)


@lru_cache(maxsize=8)
def _set(content: bytes) -> None:
    """Found out once for a template that can be set; what refuses one is found out anew."""
    for facts in (SPECIMEN, BARE):
        typeset(content, facts, written_at=datetime(2026, 3, 2, tzinfo=UTC))
