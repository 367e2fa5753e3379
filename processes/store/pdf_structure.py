"""What a PDF is inside: whole, locked, acting by itself, or a wrapping for another file.

The look itself is taken by a program of its own (`pdf_examiner.py`) with a limit of memory and
time. The same bytes are looked at once in a process.
"""

from __future__ import annotations

import enum
import hashlib
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from threading import Lock

PROGRAM = Path(__file__).with_name("pdf_examiner.py")
SECONDS = 15
#: bytes of a blank sheet at most, and what it may not have: what packs, hides or acts
BLANK = 4096
HIDING = (b"stream", b"#", b"/JS", b"/XFA", b"/AA", b"/OpenAction", b"/EF", b"/Encrypt")
#: verdicts kept in memory
KEPT = 512


class Structure(enum.StrEnum):
    """What was found in a PDF."""

    OK = "ok"
    ACTIVE = "active"
    ATTACHMENT = "attachment"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"


_known: OrderedDict[str, Structure] = OrderedDict()
_lock = Lock()


def examine(path: Path) -> Structure:
    """What the PDF at `path` is; one that cannot be looked at within the limits is damaged."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with _lock:
        found = _known.get(sha256)
    if found is None:
        found = _look(path)
        with _lock:
            _known[sha256] = found
            while len(_known) > KEPT:
                _known.popitem(last=False)
    return found


def _look(path: Path) -> Structure:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", str(PROGRAM), str(path.absolute())],
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Structure.DAMAGED
    told = done.stdout.decode("ascii", "replace")
    found = Structure(told) if told in set(Structure) else Structure.DAMAGED
    return Structure.OK if found is Structure.DAMAGED and _is_blank(path) else found


def _is_blank(path: Path) -> bool:
    """Whether a small PDF without pages is just a blank sheet: all of it lies open, nothing acts.

    Forms and devices write such files; no program can open them, and they can hide nothing.
    """
    if path.stat().st_size > BLANK:
        return False
    content = path.read_bytes()
    return not any(word in content for word in HIDING)
