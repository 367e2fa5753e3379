"""Letters as PDF: an owner's template (`surat/*.typ`) with the facts of one letter set into it.

The template is Typst. It gets its facts as data (`sys.inputs.data`, one JSON text), never as part
of its source, so that nothing in a title can act. It is set in a process of its own that has an
empty folder, a limit of time and memory, and no way to the network: a template reads no file, calls
nobody, and ends.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from processes.engine.proofs import NAME, SNIPPET, Proof
from processes.errors import KsddError

#: the program that sets a letter; it stands alone
PROGRAM = Path(__file__).with_name("typesetter.py")
#: template of the letter package, inside an owner's folder
PACKAGE = "surat/paket.typ"
#: a template longer than this many bytes is a mistake
LONGEST = 200_000
SECONDS = 20
#: where a template that asks for a package from the network ends: nobody listens there
NOWHERE = "http://127.0.0.1:9"
_SEARCHED = re.compile(r" \(searched at .*\)")
_LINE = re.compile(r"\.typ:(\d+):\d+")


class LetterRefused(KsddError):
    """A letter template cannot be set as it is written; `line` counts from 1, 0 is unknown."""

    status = 422
    default_key = "partners.template_unreadable"

    def __init__(self, line: int, why: str) -> None:
        self.line = line
        super().__init__(line=line, why=why)


def typeset(
    template: bytes,
    facts: Mapping[str, Any],
    *,
    written_at: datetime,
    proof: Proof | None = None,
    standards: Sequence[str] = (),
) -> bytes:
    """The PDF of a template with its facts; raises LetterRefused when it cannot be set.

    `standards`: kinds of PDF that it has to be, for example `a-2b` to be kept for decades.

    With a `proof` its square stands behind the last words, whatever the template says.
    """
    if len(template) > LONGEST:
        raise LetterRefused(0, f"> {LONGEST // 1000} kB")
    if proof is not None:
        template, facts = template + SNIPPET, {**facts, NAME: proof.as_fact()}
    with tempfile.TemporaryDirectory(prefix="ksdd-letter-") as folder:
        given = {
            "template": template.decode("utf-8", "replace"),
            "data": json.dumps(facts),
            "seconds": int(written_at.timestamp()),
            "standards": list(standards),
        }
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-B", str(PROGRAM)],
                input=json.dumps(given).encode(),
                capture_output=True,
                timeout=SECONDS,
                cwd=folder,
                env=nothing_but(folder),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise LetterRefused(0, f"> {SECONDS} s") from None
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise _refusal(done.stderr.decode("utf-8", "replace"))
    return done.stdout


def nothing_but(folder: str) -> dict[str, str]:
    """The environment of a process that has nothing but an empty folder."""
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NOWHERE)
    lower = {name.lower(): value for name, value in proxies.items()}
    return {**proxies, **lower, "HOME": folder, "PATH": os.defpath, "TMPDIR": folder}


def _refusal(told: str) -> LetterRefused:
    """What the typesetter said, in one line, with the line of the template it is about."""
    first = next((line for line in told.splitlines() if line.strip()), "?")
    found = _LINE.search(told)
    return LetterRefused(int(found[1]) if found else 0, _SEARCHED.sub("", first)[:200])
