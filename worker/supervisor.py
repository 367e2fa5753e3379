"""`ksdd serve`: the whole product on one machine, kept running until it is told to stop.

1. Refuse when the port or the data folder is already served; prepare the database.
2. Start the embedded broker (unless there is one elsewhere), then web, worker and beat.
3. Pass on what they print, each line with its name; start again whoever ends.
4. Once the pages answer, run the errands: what takes its time and nobody waits for.
5. On TERM or Ctrl-C stop web, worker and beat together, then the broker, within ten seconds.

One thread, one loop over pipes: nothing here can wait for ever.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from processes.errors import KsddError
from processes.sentences import say
from processes.settings import Settings
from worker.alive import pages_answer
from worker.broker import Broker
from worker.children import Child

#: seconds the parts have to finish what they are doing, and the broker after them
PATIENCE = 7.0
BROKER_PATIENCE = 1.5
#: seconds that the first part has the machine for itself
HEAD_START = 2.5
#: seconds between two looks when nothing is printed
_LOOK = 0.2
# -P: no module of the folder in which somebody happens to stand is taken for one of ours
_KSDD = (sys.executable, "-P", "-m", "webhooks.cli")

Print = Callable[[str], None]


class Supervisor:
    """Runs the parts of one installation; make one per `ksdd serve`."""

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        parts: Sequence[Child],
        out: Print,
        errands: Sequence[Child] = (),
    ) -> None:
        self._settings = settings
        self._parts = list(parts)
        self._errands = list(errands)
        self._environ = {**environ, "PYTHONUNBUFFERED": "1"}
        self._out = out
        self._stopping = False
        self._ready = False
        self._selector = selectors.DefaultSelector()
        self._broker: Broker | None = None
        self._children: list[Child] = []

    def run(self) -> int:
        """Serve until told to stop; the exit code."""
        with _alone(self._settings), self._signals():
            try:
                self._start_broker()
                self._start_parts()
                while not self._stopping:
                    self._start_due()
                    self._look_after()
            finally:
                self._stop()
        return 0

    def _start_parts(self) -> None:
        """Start the pages first: whoever waits, waits for them; the others follow in a moment."""
        for child in self._parts[1:]:
            child.due_at = time.monotonic() + HEAD_START
        self._children += self._parts

    def _start_broker(self) -> None:
        if self._settings.redis_url is not None:
            return
        self._broker = Broker.prepare(self._settings.data / "broker")
        self._environ["KSDD_REDIS_URL"] = self._broker.url
        self._children.append(Child("broker", self._broker.command, self._broker.configuration))
        self._start_due()
        until = time.monotonic() + 10
        while not self._stopping and not self._broker.answers() and time.monotonic() < until:
            self._look_after(0.02)

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if not child.is_running and child.due_at <= now:
                pipe = child.start(self._environ, now)
                self._selector.register(pipe, selectors.EVENT_READ, child)

    def _look_after(self, wait: float = _LOOK) -> None:
        """Pass on what was printed, notice who ended, and say once that the pages answer."""
        for key, _ in self._selector.select(wait):
            if isinstance(key.data, Child):
                self._pass_on(key.data)
            else:
                os.read(key.fd, 64)
        for child in self._children:
            if child.ended() is not None:
                self._bury(child)
        if not self._ready and not self._stopping and pages_answer(self._settings):
            self._ready = True
            self._say(say("worker.ready", "id", url=self._settings.base_url))
            self._children += self._errands

    def _say(self, line: str) -> None:
        # whoever read our output may have gone; that is no reason to stop serving
        with suppress(BrokenPipeError):
            self._out(line)

    def _pass_on(self, child: Child) -> None:
        for line in child.read():
            self._say(f"{child.name:<6} | {line}")
        if child.is_silent:
            self._unregister(child)

    def _bury(self, child: Child) -> None:
        code = child.ended()
        self._pass_on(child)
        self._unregister(child)
        pause = child.bury(time.monotonic())
        if not self._stopping and not child.is_errand:
            self._say(say("worker.restart", "id", name=child.name, code=code, pause=f"{pause:g}"))

    def _unregister(self, child: Child) -> None:
        for key in list(self._selector.get_map().values()):
            if key.data is child:
                self._selector.unregister(key.fd)

    def _stop(self) -> None:
        self._stopping = True
        self._say(say("worker.stopping"))
        first = self._parts + self._errands
        self._end(first, PATIENCE)
        self._end([c for c in self._children if c not in first], BROKER_PATIENCE)
        self._say(say("worker.stopped"))

    def _end(self, children: list[Child], patience: float) -> None:
        """Ask the children to stop; kill whoever has not done so in time."""
        for child in children:
            child.ask_to_stop()
        until = time.monotonic() + patience
        while any(c.is_running for c in children) and time.monotonic() < until:
            self._look_after(0.05)
        for child in children:
            child.signal(signal.SIGKILL)
        while any(c.is_running for c in children):
            self._look_after(0.05)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Take TERM, INT and HUP as the wish to stop, and wake the loop for them."""
        inbox, waker = socket.socketpair()
        for end in (inbox, waker):
            end.setblocking(False)
        self._selector.register(inbox, selectors.EVENT_READ)
        wanted = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        before = {number: signal.signal(number, self._wish) for number in wanted}
        previous = signal.set_wakeup_fd(waker.fileno())
        try:
            yield
        finally:
            signal.set_wakeup_fd(previous)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.close()
            inbox.close()
            waker.close()

    def _wish(self, _number: int, _frame: object) -> None:
        self._stopping = True


def check_port(settings: Settings) -> None:
    """Refuse a port that somebody listens on; the sentence says how to take another."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise KsddError("worker.port_taken", port=settings.port, why=error.strerror) from error


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the data folder: a second supervisor on it would start a second broker and beat."""
    path = settings.data / "serve.lock"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise KsddError("worker.folder_taken", folder=settings.data) from None
        yield


def parts_of_the_product() -> list[Child]:
    """Web, worker and beat, run by the same Python as this."""
    return [Child(name, [*_KSDD, name]) for name in ("web", "worker", "beat")]


def errands_of_the_product(settings: Settings) -> list[Child]:
    """The making of the modeler's scripts, unless a setting says that somebody else does it."""
    return [Child("bundle", [*_KSDD, "bundle"], is_errand=True)] if settings.bundle else []
