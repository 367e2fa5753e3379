"""Checks every hostile folder in a process of its own that may use 2 s of CPU and 300 MB.

Run as `python -m tests.engine.limited`; says as JSON for each folder what became of it: `refused`,
`taken`, or that the process died without a word.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from processes.engine.checks import check_folder
from tests.engine.drawings import task
from tests.engine.mistakes.table import chain, table
from tests.engine.test_checks_hostile import REFUSED

#: CPU seconds that one check may use
SECONDS = 2
#: bytes of memory that one check may use
BYTES = 300 * 1024 * 1024

Folder = dict[str, bytes]


def folders() -> dict[str, Callable[[], Folder]]:
    """Every hostile file as a diagram, and as a decision table beside a sound one."""
    found: dict[str, Callable[[], Folder]] = {}
    for name, make in REFUSED.items():
        found[name] = lambda make=make: {"p.bpmn": make()}  # type: ignore[misc]
        found[f"{name}, as a table"] = lambda make=make: {  # type: ignore[misc]
            "p.bpmn": chain(task("a", ["isi"])),
            "k.dmn": make(),
        }
    found["code in an answer"] = lambda: {
        "p.bpmn": chain(task("a", ["isi"])),
        "k.dmn": table(answer="__import__('os')"),
    }
    return found


def outcome(folder: Folder) -> str:
    """What becomes of one folder, in a child with its limits."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _check(folder, writer)
    os.close(writer)
    said = os.read(reader, 100).decode()
    os.close(reader)
    _, status = os.waitpid(child, 0)
    return said or f"died of {status}"


def _check(folder: Folder, writer: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    used = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + BYTES, used + BYTES))
    try:
        errors = [f for f in check_folder(folder, ("kabag",)) if f.severity == "error"]
        os.write(writer, b"refused" if errors else b"taken")
    finally:
        os._exit(0)


def main() -> None:
    """Say what becomes of every folder."""
    made = {name: make() for name, make in folders().items()}
    check_folder({"p.bpmn": chain(task("a", ["isi"]))})  # what is read only once is read
    json.dump({name: outcome(folder) for name, folder in made.items()}, sys.stdout)


if __name__ == "__main__":
    main()
