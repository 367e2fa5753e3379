"""Mistakes in drafts: what a task names, and what a template says."""

from __future__ import annotations

from tests.engine.drawings import task
from tests.engine.mistakes.table import Mistake, chain, with_properties
from tests.engine.word_files import word_file

FILE = "surat/undangan.docx"
OFFERING = chain(with_properties(konsep="undangan"))
PICTURE = "<w:p><w:r><w:drawing/></w:r></w:p>"

DRAFTS = [
    Mistake(
        code="drafts.missing",
        diagram=chain(with_properties(konsep="undangan, undngan")),
        files={FILE: word_file("Dengan hormat,")},
        element="a",
        at="konsep",
    ),
    Mistake(
        code="drafts.missing",
        diagram=chain(with_properties(konsep="../paket")),
        element="a",
        at="konsep",
    ),
    Mistake(
        code="tasks.unreadable",
        diagram=chain(with_properties(konsep="&quot;undangan&quot; if jalur else 1")),
        files={FILE: word_file("Dengan hormat,")},
        element="a",
        at="konsep",
    ),
    *(
        Mistake(
            code=code,
            severity=severity,
            diagram=OFFERING if used else chain(task("a", ["isi"])),
            files={FILE: content},
            element="",
            file=FILE,
            at="*",
        )
        for code, severity, content, used in (
            ("drafts.unreadable", "error", b"bukan Word", True),
            ("drafts.unreadable", "error", word_file("{% if perkara.judul %}"), True),
            ("drafts.unreadable", "error", word_file("{{ perkara.judul.__class__ }}"), True),
            ("drafts.unknown_name", "error", word_file("{{ perkara.jdul }}"), True),
            ("drafts.unknown_name", "error", word_file("{% for p in phak %}x{% endfor %}"), True),
            ("drafts.unused", "warning", word_file("{{ perkara.judul }}"), False),
            ("drafts.no_pdf", "warning", word_file(body=PICTURE), True),
        )
    ),
    Mistake(
        code="letters.unreadable",
        diagram=chain(task("a")),
        files={"surat/konsep.typ": b"#let d = 1\n#rahasia\n"},
        element="",
        file="surat/konsep.typ",
        at="rahasia",
    ),
]
