"""One child process of `ksdd serve`: started in its own session, watched, started again.

Its own session means that Ctrl-C reaches the supervisor only, and that everything a child started
can be ended with it. On Linux a child is also told to stop when the supervisor itself is killed.
"""

from __future__ import annotations

import ctypes
import math
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

#: option of prctl(2): the signal a process gets when its parent dies
_PR_SET_PDEATHSIG = 1
#: seconds before the first new start; doubled with every further one
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
#: a child that lived this many seconds is forgiven its earlier ends
_FORGIVEN_AFTER = 30.0


class Child:
    """A part of the product that must always run, or an errand that is run once.

    All times are `time.monotonic()` seconds.
    """

    def __init__(
        self, name: str, command: Sequence[str], said: str = "", *, is_errand: bool = False
    ) -> None:
        self.name = name
        #: whether its end is no reason to start it again
        self.is_errand = is_errand
        self._command = list(command)
        #: what it reads from standard input
        self._said = said
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        #: whether it has closed its output and will print nothing more
        self.is_silent = False
        self._started_at = 0.0
        self._failures = 0
        #: when it is to be started (again)
        self.due_at = 0.0

    @property
    def is_running(self) -> bool:
        """Whether a process of it exists."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """The id of its process."""
        return self._process.pid if self._process else None

    def start(self, environ: Mapping[str, str], now: float) -> int:
        """Start it; returns the file descriptor on which its output arrives."""
        parent = os.getpid()
        self._process = subprocess.Popen(
            self._command,
            env=dict(environ),
            stdin=subprocess.PIPE if self._said else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Safe here: the supervisor has no threads.
            preexec_fn=lambda: _stop_with(parent),
        )
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.write(self._said.encode())
                self._process.stdin.close()
        self._started_at = now
        self.is_silent = False
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        return self._process.stdout.fileno()

    def read(self) -> list[str]:
        """The whole lines it has printed since the last look; at the end also a half one."""
        if self._process is None or self._process.stdout is None:
            return []
        with suppress(BlockingIOError):
            while chunk := os.read(self._process.stdout.fileno(), 65536):
                self._rest += chunk
            self.is_silent = True
        *lines, self._rest = self._rest.split(b"\n")
        if self.is_silent and self._rest:
            lines, self._rest = [*lines, self._rest], b""
        return [line.decode("utf-8", "replace") for line in lines]

    def ended(self) -> int | None:
        """Its exit code once it has ended (negative: the signal that ended it), else None."""
        return self._process.poll() if self._process else None

    def bury(self, now: float) -> float:
        """After its end: end what it left behind, plan the next start; returns the pause.

        An errand is never due again.
        """
        self.signal(signal.SIGKILL)
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
        self._rest = b""
        if now - self._started_at > _FORGIVEN_AFTER:
            self._failures = 0
        pause: float = min(_FIRST_PAUSE * 2**self._failures, _LONGEST_PAUSE)
        self._failures += 1
        self.due_at = math.inf if self.is_errand else now + pause
        return pause

    def ask_to_stop(self) -> None:
        """Ask the child itself to stop; it knows how to end its own processes."""
        if self._process is not None:
            self._process.terminate()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child and to everything it started."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def _stop_with(parent: int) -> None:
    """In the new process: be stopped when the supervisor dies, however it dies (Linux only)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
