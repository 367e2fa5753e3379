"""A real HTTP server on loopback that hears requests, for as long as its context lasts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self


class Listening(ABC):
    """Use as a context manager."""

    def __init__(self) -> None:
        #: what it answers, and the headers beside it
        self.status = 200
        self.headers: dict[str, str] = {}
        #: requests that have begun, whether or not their body came
        self.begun = 0
        listening = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.do_POST()

            def do_POST(self) -> None:
                listening.begun += 1
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.send_response(listening.hear(dict(self.headers.items()), body))
                for name, value in listening.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @abstractmethod
    def hear(self, headers: dict[str, str], body: bytes) -> int:
        """Keep what one request says; the status to answer with."""

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
