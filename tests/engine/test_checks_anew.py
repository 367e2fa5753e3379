"""A letter that lacked time when it was tried out is tried again when somebody looks again."""

from __future__ import annotations

import pytest

from processes.actions.procedures import check
from processes.engine import typesetting
from processes.engine.drafting import writing
from tests.engine.drawings import drawing, flows, task
from tests.engine.mistakes.table import END, START
from tests.engine.word_files import word_file

DIAGRAM = drawing(START, task("a"), END, flows(("mulai", "a"), ("a", "akhir")))


def refused(path: str, content: bytes) -> list[str]:
    """The errors about one file of a small folder."""
    found = check({"p.bpmn": DIAGRAM, path: content})
    return [each.code for each in found if each.file == path and each.severity == "error"]


def test_a_letter_package(monkeypatch: pytest.MonkeyPatch) -> None:
    template = b"Surat yang belum pernah dicoba"
    with monkeypatch.context() as hurried:
        hurried.setattr(typesetting, "SECONDS", 0)
        assert refused("surat/paket.typ", template) == ["letters.unreadable"]
    assert refused("surat/paket.typ", template) == []


def test_a_word_template(monkeypatch: pytest.MonkeyPatch) -> None:
    template = word_file("Konsep yang belum pernah dicoba: {{ perkara.judul }}")
    with monkeypatch.context() as hurried:
        hurried.setattr(writing, "SECONDS", 0)
        assert refused("surat/nota.docx", template) == ["drafts.unreadable"]
    assert refused("surat/nota.docx", template) == []
