"""A supervisor in a process of its own, watched from outside."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]


class Served:
    """A running supervisor, what it has printed, and every process that was ever part of it."""

    def __init__(self, command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.printed = folder / "printed"
        with self.printed.open("wb") as file:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        self._seen: set[psutil.Process] = set()

    def says(self, words: str) -> bool:
        return words in self.printed.read_text()

    def parts(self) -> list[psutil.Process]:
        """The processes it started itself."""
        return psutil.Process(self.process.pid).children()

    def family(self) -> list[psutil.Process]:
        """Every process that belongs to it now."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        self._seen |= set(found)
        return found

    def left_over(self) -> list[psutil.Process]:
        """Whoever of those ever seen still runs."""
        return [p for p in self._seen if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]

    def clear_away(self) -> None:
        """End it and everything it started, whatever the test did."""
        with suppress(psutil.NoSuchProcess):
            self.family()
        self.process.kill()
        self.process.wait()
        for process in self.left_over():
            with suppress(psutil.NoSuchProcess):
                process.kill()


def wait_until(holds: Callable[[], bool], seconds: float = 15) -> None:
    """Return once `holds`; fail when it has not come true in time."""
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.02)
