"""Filling in Word templates, in a process that can do nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from processes.engine.drafting.word_file import DraftRefused
from processes.engine.typesetting import nothing_but

#: the program that fills in; it stands alone
PROGRAM = Path(__file__).with_name("writer.py")
SECONDS = 30
#: templates that one process of the product fills in at a time; others wait for their turn
_TURNS = BoundedSemaphore(2)

Facts = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of a template."""

    #: the facts it names (`pihak[].nama`), each with the text of the paragraph it stands in
    names: tuple[tuple[str, str], ...]
    #: the Word file for each set of facts
    files: tuple[bytes, ...]


def write(template: bytes, facts: Facts) -> bytes:
    """A template with its facts filled in; raises DraftRefused when it asks for more than facts."""
    [written] = _run([(template, [facts])])
    if isinstance(written, DraftRefused):
        raise written
    return written.files[0]


def try_out(templates: Sequence[bytes], facts: Sequence[Facts]) -> list[Written | DraftRefused]:
    """What becomes of each template with each set of facts; one that never ends spoils no other."""
    try:
        return _run([(template, facts) for template in templates])
    except DraftRefused as refused:
        if len(templates) == 1:
            return [refused]
        return [found for each in templates for found in try_out([each], facts)]


def _run(jobs: Sequence[tuple[bytes, Sequence[Facts]]]) -> list[Written | DraftRefused]:
    asked = [{"template": b64encode(t).decode(), "facts": list(f)} for t, f in jobs]
    with tempfile.TemporaryDirectory(prefix="ksdd-draft-") as folder:
        try:
            with _TURNS:
                done = subprocess.run(
                    [sys.executable, "-I", "-B", str(PROGRAM)],
                    input=json.dumps(asked).encode(),
                    capture_output=True,
                    timeout=SECONDS,
                    cwd=folder,
                    env=nothing_but(folder),
                    check=False,
                )
        except subprocess.TimeoutExpired:
            raise DraftRefused("too_long", limit=SECONDS) from None
    if done.returncode:
        raise DraftRefused("too_long", limit=SECONDS)
    return [_result(found) for found in json.loads(done.stdout)]


def _result(found: Mapping[str, Any]) -> Written | DraftRefused:
    if "refused" in found:
        where = {"what": found["what"][:120], "words": found["words"]}
        return DraftRefused(found["refused"], **where)
    return Written(
        names=tuple((name, words) for name, words in found["names"]),
        files=tuple(b64decode(each) for each in found["written"]),
    )
