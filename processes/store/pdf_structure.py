"""What a PDF is inside: whole, locked, acting by itself, or a wrapping for another file.

The look itself is taken by a program of its own (`pdf_examiner.py`), in a process of its own.
"""

from __future__ import annotations

import enum
from pathlib import Path

from processes.store.examiners import ask

PROGRAM = (str(Path(__file__).with_name("pdf_examiner.py")),)
#: bytes of a blank sheet at most, and what it may not have: what packs, hides or acts
BLANK = 4096
HIDING = (b"stream", b"#", b"/JS", b"/XFA", b"/AA", b"/OpenAction", b"/EF", b"/Encrypt")


class Structure(enum.StrEnum):
    """What was found in a PDF."""

    OK = "ok"
    ACTIVE = "active"
    ATTACHMENT = "attachment"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    #: it could not be looked at within the limits of memory and time
    ENDLESS = "endless"


def examine(path: Path) -> Structure:
    """What the PDF at `path` is."""
    told = ask(PROGRAM, path)
    found = Structure(told) if told in set(Structure) else Structure.ENDLESS
    return Structure.OK if found is Structure.DAMAGED and _is_blank(path) else found


def _is_blank(path: Path) -> bool:
    """Whether a small PDF without pages is just a blank sheet: all of it lies open, nothing acts.

    Forms and devices write such files; no program can open them, and they can hide nothing.
    """
    if path.stat().st_size > BLANK:
        return False
    content = path.read_bytes()
    return not any(word in content for word in HIDING)
