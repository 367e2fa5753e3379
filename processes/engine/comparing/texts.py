"""Differences between texts, line by line, and between files that hold nothing but text."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from processes.engine.comparing.changes import Area, Change, Line, Sign, Weight, phrase
from processes.engine.roles import FILE

#: most lines of one difference that are shown
MOST_LINES = 60
#: where the files of an area lie, and how far a difference in them reaches
FOLDERS: Mapping[str, tuple[Area, Weight]] = {
    "pesan": (Area.MESSAGES, Weight.TEXT),
    "surat": (Area.LETTERS, Weight.TEXT),
    "skenario": (Area.SCENARIOS, Weight.TEXT),
}
#: files that are compared by what they mean
READ = (".bpmn", ".dmn")


def line_changes(before: str, after: str) -> tuple[Line, ...]:
    """The lines that went and came, in order; those that stayed are left out."""
    found = [
        Line(sign=Sign.REMOVED if line[0] == "-" else Sign.ADDED, said=line[2:])
        for line in difflib.ndiff(before.splitlines(), after.splitlines())
        if line[0] in "-+"
    ]
    if len(found) > MOST_LINES:
        rest = phrase("more_lines", count=len(found) - MOST_LINES)
        return (*found[:MOST_LINES], Line(sign=Sign.ADDED, said=rest))
    return tuple(found)


def file_changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Change]:
    """Every file that differs, but for diagrams, tables and the list of roles."""
    for path in sorted({*old, *new}):
        if path.endswith(READ) or path == FILE or old.get(path) == new.get(path):
            continue
        yield _file(path, old.get(path), new.get(path))


def _file(path: str, before: bytes | None, after: bytes | None) -> Change:
    parts = PurePosixPath(path)
    area, weight = FOLDERS.get(parts.parts[0], (Area.FILES, Weight.RULE))
    name = str(parts.relative_to(parts.parts[0])) if area is not Area.FILES else path
    sign = Sign.ADDED if before is None else Sign.REMOVED if after is None else Sign.CHANGED
    texts = [_text(content) for content in (before, after)]
    shown = "" if None in texts else "text"
    what = phrase(
        f"file_{sign.value}" if shown or sign is not Sign.CHANGED else "file_size",
        before=size_words(before),
        after=size_words(after),
    )
    lines = line_changes(texts[0] or "", texts[1] or "") if shown else ()
    return Change(
        area=area,
        sign=sign,
        weight=weight,
        subject=phrase(f"about_{area.value}", name=name.removesuffix(".txt")),
        what=what,
        lines=lines,
    )


def size_words(content: bytes | None) -> str:
    """How large a file is, in thousands of bytes."""
    return f"{len(content or b'') / 1000:.1f}".replace(".", ",") + " kB"


def _text(content: bytes | None) -> str | None:
    """The text of a file, empty for none; None when it is no text."""
    try:
        text = (content or b"").decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
