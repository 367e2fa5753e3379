"""Looking into a foreign file in a process of its own, with a limit of memory and time.

What a program said of the same bytes is kept in memory; that it said nothing is not, because the
machine may only have been busy.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

#: where the product's modules lie
ROOT = Path(__file__).parents[2]
#: seconds after which even a busy machine does not go on; the programs limit their own computing
SECONDS = 15
#: answers kept in memory
KEPT = 512

_known: OrderedDict[tuple[str, ...], str] = OrderedDict()
_lock = Lock()


def ask(program: Sequence[str], path: Path) -> str:
    """The word that a program of ours says of the file at `path`; empty when it came to no end.

    `program` is what the interpreter is told to run: `-m` and a module, or a file.
    """
    with path.open("rb") as file:
        key = (*program, hashlib.file_digest(file, "sha256").hexdigest())
    with _lock:
        known = _known.get(key)
    if known is not None:
        return known
    told = _run(program, path)
    if told:
        with _lock:
            _known[key] = told
            while len(_known) > KEPT:
                _known.popitem(last=False)
    return told


def _run(program: Sequence[str], path: Path) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-s", "-B", *program, str(path.absolute())],
            capture_output=True,
            timeout=SECONDS,
            env={"PYTHONPATH": str(ROOT)},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("ascii", "replace") if done.returncode == 0 else ""
