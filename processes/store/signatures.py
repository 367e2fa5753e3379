"""Electronic signatures in a PDF: who signed, whether it is trusted here, and what changed since.

Trusted is what leads to a certificate that the administrator put into the trust folder (PEM or DER;
revocation lists as `.crl`). Nothing is fetched, so without lists a revoked certificate is not
noticed. A file is never refused for its signatures.
"""

from __future__ import annotations

import enum
import json
import logging
import mmap
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("signature_examiner.py")
SECONDS = 25
#: what every signature in a PDF has, never compressed
MARK = b"/ByteRange"
LISTS = (".crl",)
CERTIFICATES = (".pem", ".crt", ".cer", ".der")


class SignatureVerdict(enum.StrEnum):
    """What a check says of one signature."""

    #: by a certificate that leads to an installed root, over all that is shown
    VALID = "valid"
    #: whole, but nobody here vouches for the certificate
    UNTRUSTED = "untrusted"
    #: the signed bytes are not what was signed
    CHANGED = "changed"
    #: the file was altered after it was signed
    CHANGED_AFTER = "changed_after"
    UNCHECKED = "unchecked"


def verify(path: Path, trust: Path, at: datetime) -> list[dict[str, Any]]:
    """The signatures of a PDF, each as an object with its `verdict`; none of an unsigned one.

    Never raises for what the file holds: what cannot be checked says so.
    """
    if not _is_marked(path):
        return []
    given = {
        "path": str(path.absolute()),
        "roots": _files(trust, CERTIFICATES),
        "lists": _files(trust, LISTS),
        "at": at.isoformat(),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", str(PROGRAM)],
            input=json.dumps(given).encode(),
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [_unchecked("slow")]
    try:
        return [_read(each) for each in json.loads(done.stdout)]
    except (ValueError, TypeError, KeyError):
        log.warning("tanda tangan tidak dapat diperiksa: %s", done.stderr[-300:])
        return [_unchecked("unreadable")]


def _is_marked(path: Path) -> bool:
    if path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(MARK) >= 0


def _files(trust: Path, endings: tuple[str, ...]) -> list[str]:
    """The files of the trust folder with these endings; none when there is no such folder."""
    try:
        found = sorted(trust.absolute().iterdir())
    except OSError:
        return []
    return [str(path) for path in found if path.suffix.lower() in endings]


def _read(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "verdict": SignatureVerdict(told["verdict"]).value}


def _unchecked(why: str) -> dict[str, Any]:
    return {"verdict": SignatureVerdict.UNCHECKED.value, "why": why}
