"""What a Word or Excel file is inside: one that may be taken, one of another kind, or why not.

The look itself is taken by a program of its own (`office_files`), in a process of its own.
"""

from __future__ import annotations

import enum
from pathlib import Path

from processes.store.examiners import ask

PROGRAM = ("-m", "processes.store.office_files")


class Office(enum.StrEnum):
    """What was found in a file that begins as a zip does."""

    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    DOTX = "dotx"
    XLTX = "xltx"
    ZIP = "zip"
    MACRO = "macro"
    TEMPLATE = "template"
    EXTERNAL = "external"
    COMMAND = "command"
    CARRYING = "carrying"
    UNSAFE = "unsafe"
    DAMAGED = "damaged"


def examine(path: Path) -> Office:
    """What the zip at `path` is; one that cannot be looked at within the limits is unsafe."""
    told = ask(PROGRAM, path)
    return Office(told) if told in set(Office) else Office.UNSAFE
