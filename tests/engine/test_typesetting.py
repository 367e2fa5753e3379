"""Letters as PDF: facts stay text, and a template reaches nothing and ends."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from processes.engine import typesetting
from processes.engine.checks.letters import SPECIMEN
from processes.engine.stapling import pages_of, staple
from processes.engine.typesetting import PACKAGE, LetterRefused, typeset

SHIPPED = (Path(typesetting.__file__).parents[1] / "ksdd" / PACKAGE).read_bytes()
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
HOSTILE = (
    '#panic("mati")',
    '#eval("1+1") #read("/etc/passwd")',
    '"; \\ ] } ) // /* $x^2$ <a> @b *c* _d_ `e` = f',
    "#{while true {}}",
    "Kerja\u200bSama \U0001f600 \u0639\u0631\u0628\u064a",
)


def text_of(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    return " ".join(page.extract_text() for page in PdfReader(path).pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


def set_in_shipped(**changes: Any) -> bytes:
    facts: Mapping[str, Any] = {**SPECIMEN, **changes}
    return typeset(SHIPPED, facts, written_at=NOON)


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_printed_and_nothing_more(title: str, tmp_path: Path) -> None:
    case = {**SPECIMEN["perkara"], "judul": title}
    said = text_of(set_in_shipped(perkara=case), tmp_path)
    printable = "".join(sign for sign in squeezed(title) if sign.isascii())
    assert printable in squeezed(said)


def test_every_fact_may_be_hostile() -> None:
    def spoil(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: spoil(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [spoil(inner) for inner in value]
        return HOSTILE[0] + HOSTILE[2] if isinstance(value, str) else value

    facts = {**spoil(SPECIMEN), "qr": SPECIMEN["qr"]}
    assert typeset(SHIPPED, facts, written_at=NOON).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ('ya\n#read("/etc/passwd")', 2),
        ('#read("../../../../etc/passwd")', 1),
        ('#import "@preview/cetz:0.3.0": canvas', 1),
        ('#import ("@pre" + "view/cetz:0.3.0"): canvas', 1),
        ("ya\n\n#tidak_ada", 3),
        ("#while true {}", 1),
        ('#("a" * 3000000000)', 0),
    ],
)
def test_a_template_reaches_nothing(template: str, line: int) -> None:
    with pytest.raises(LetterRefused) as refused:
        typeset(template.encode(), {}, written_at=NOON)
    assert refused.value.line == line
    assert "/tmp" not in refused.value.say()


def test_a_template_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "SECONDS", 1)
    endless = b"#for i in range(10000) { for j in range(100000) { } }"
    with pytest.raises(LetterRefused, match="1 s"):
        typeset(endless, {}, written_at=NOON)


def test_a_template_sees_no_secret_of_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    real = subprocess.run

    def watch(*given: Any, **options: Any) -> Any:
        seen.update(options["env"])
        return real(*given, **options)

    monkeypatch.setenv("KSDD_MAIL_URL", "smtp://rahasia@x")
    monkeypatch.setattr(subprocess, "run", watch)
    typeset(b"ya", {}, written_at=NOON)
    assert not [name for name in seen if name.startswith("KSDD")]


def test_pdfs_are_bound_behind_a_letter_without_what_acts(tmp_path: Path) -> None:
    letter = set_in_shipped()
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(width=200, height=200)
    writer.add_uri(0, "http://x.example", (0, 0, 9, 9))
    path = tmp_path / "kak.pdf"
    writer.write(path)
    assert pages_of(path) == 3

    bound = tmp_path / "bound.pdf"
    bound.write_bytes(staple(letter, [path]))

    before = tmp_path / "letter.pdf"
    before.write_bytes(letter)
    pages = PdfReader(bound).pages
    assert len(pages) == (pages_of(before) or 0) + 3
    assert not [page for page in pages[-3:] if "/Annots" in page]


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.4\n%%EOF", b"GIF89a", b"%PDF-1.7\n" + b"[" * 9999]
)
def test_what_is_no_pdf_is_left_out(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    assert pages_of(path) is None
    assert staple(set_in_shipped(), [path]).startswith(b"%PDF-")


def test_a_locked_pdf_is_sent_apart(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.encrypt("rahasia", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    assert pages_of(path) is None
