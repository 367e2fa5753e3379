"""A template filled in with a case that does not exist, marked as a sample on every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from processes.engine.drafting.facts import Fact, answer, day
from processes.engine.drafting.names import GIVEN, writable
from processes.engine.drafting.pages import read_pages, set_pages
from processes.engine.drafting.writing import write
from processes.engine.fields import Field
from processes.engine.procedure import Procedure

#: what stands on top of every page
MARK = "CONTOH - bukan surat resmi"
REGIONS = (
    {"=": "Kabupaten Contoh", "nama": "Kabupaten Contoh", "jabatan": "Bupati Contoh",
     "pejabat": "Sari Contoh", "sebutan": "PIHAK KESATU"},
    {"=": "Kota Teladan", "nama": "Kota Teladan", "jabatan": "Wali Kota Teladan",
     "pejabat": "Budi Teladan", "sebutan": "PIHAK KEDUA"},
)  # fmt: skip
CASE: Mapping[str, str] = {
    "nomor": "KSDD/2026/0001",
    "judul": "Pelayanan Publik di Wilayah Perbatasan",
    "kategori": "wajib",
    "para_pihak": "Kabupaten Contoh dan Kota Teladan",
    "jumlah_pihak": "2",
}
CONTACT: Mapping[str, str] = {
    "nama": "Rina Contoh",
    "jabatan": "Kepala Subbagian Kerja Sama",
    "telepon": "+6281200000000",
    "surel": "kerjasama@contoh.example",
}
#: a line of text on top of a page, as `konsep.typ` gets it
_LINE: Mapping[str, Any] = {
    "kind": "p", "align": "center", "left": 0.0, "first": 0.0, "above": 0.0, "below": 0.0,
    "size": 9.0, "keep": False, "rule": False, "break": False,
}  # fmt: skip


def sample_pdf(procedure: Procedure, template: bytes, layout: bytes, now: datetime) -> bytes:
    """The PDF of a template with sample facts; raises DraftRefused or LetterRefused."""
    pages = read_pages(write(template, sample_facts(procedure, now)))
    piece = {"text": MARK, "bold": True, "italic": False, "underline": False, "size": 9.0}
    pages["header"] = [*pages["header"], {**_LINE, "pieces": [piece]}]
    return set_pages(layout, pages, written_at=now)


def sample_facts(procedure: Procedure, now: datetime) -> dict[str, Any]:
    """Every fact that a draft may name: two parties, and an answer to every question."""
    answers = {
        element: {asked.id: _answer(asked, now) for asked in writable(shape.form.fields)}
        for element, shape in procedure.shapes.items()
    }
    found: dict[str, Any] = {
        **answers,
        "perkara": dict(CASE),
        "hari_ini": day(now.date()),
        "narahubung": dict(CONTACT),
    }
    for name in GIVEN:
        if name.endswith("[]"):
            several = REGIONS if name == "pihak[]" else REGIONS[1:]
            found[name.removesuffix("[]")] = [{**answers, **region} for region in several]
    return found | {"daerah": REGIONS[0], "pemrakarsa": REGIONS[0]}


def _answer(asked: Field, now: datetime) -> Fact | str:
    """What fits the question; for a text its own words in brackets."""
    value: Any = f"[{asked.label}]"
    if asked.type == "date":
        value = now.date().isoformat()
    elif asked.type == "long":
        value = 12
    elif asked.type == "boolean":
        value = True
    elif asked.type == "enum" and asked.options:
        value = asked.options[0][0]
    elif asked.jenis == "nomor_surat":
        value = "119/12-Kesber/VII/2026"
    return answer(asked, value, lambda _: REGIONS[1]["nama"]) or ""
