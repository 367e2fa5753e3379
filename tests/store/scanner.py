"""A virus scanner on a port of its own that speaks clamd's protocol and knows one test virus."""

from __future__ import annotations

import socket
from contextlib import suppress
from enum import Enum
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread

#: the test string of the European Institute for Computer Antivirus Research, in two halves so that
#: no scanner takes this file for it
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"


class Mood(Enum):
    """How the scanner behaves."""

    WELL = "well"
    HANGS = "hangs"
    BABBLES = "babbles"
    HANGS_UP = "hangs up"


class Scanner:
    """Serves from `start` to `stop`."""

    def __init__(self) -> None:
        self.mood = Mood.WELL
        self.asked = 0
        self.over = Event()
        scanner = self

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                scanner.asked += 1
                with suppress(OSError):
                    self.request.sendall(scanner._answer(self.request))

        self._server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Scanner:
        self._thread.start()
        return self

    def stop(self) -> None:
        """End; again is harmless."""
        if self.over.is_set():
            return
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, link: socket.socket) -> bytes:
        if self.mood is Mood.HANGS_UP:
            return b""
        content = _streamed(link)
        if self.mood is Mood.HANGS:
            self.over.wait(60)
        if self.mood is Mood.BABBLES:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


def _streamed(link: socket.socket) -> bytes:
    assert _exactly(link, 10) == b"zINSTREAM\0"
    content = b""
    while size := int.from_bytes(_exactly(link, 4), "big"):
        content += _exactly(link, size)
    return content


def _exactly(link: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        more = link.recv(count - len(got))
        assert more, "the other side hung up"
        got += more
    return got
