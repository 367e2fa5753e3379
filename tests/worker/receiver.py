"""A region's own system at the other end: a real HTTP server that checks each signature itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self


def signature_of(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """The signature as the specification describes it, written down a second time."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signed_headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a message that this system sends."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_of(secret, message_id, str(timestamp), body),
        "Content-Type": "application/json",
    }


class Receiver:
    """Use as a context manager; keeps every call, and what it took."""

    def __init__(self) -> None:
        #: keys it believes; empty takes everything
        self.secrets: list[str] = []
        #: (webhook-id, the event) in the order they were taken
        self.taken: list[tuple[str, dict[str, Any]]] = []
        #: (webhook-id, number of signatures, body) of every call, taken or not
        self.calls: list[tuple[str, int, bytes]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.forged = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(receiver.hear(dict(self.headers.items()), body))
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/ksdd?sumber=uji"

    def hear(self, headers: dict[str, str], body: bytes) -> int:
        """Judge one call and keep it."""
        given = {name.lower(): value for name, value in headers.items()}
        signatures = given["webhook-signature"].split(" ")
        identity, timestamp = given["webhook-id"], given["webhook-timestamp"]
        self.calls.append((identity, len(signatures), body))
        good = {signature_of(each, identity, timestamp, body) for each in self.secrets}
        if self.secrets and not good & set(signatures):
            self.forged += 1
            return 401
        if self.status == 200:
            self.taken.append((identity, json.loads(body)))
        return self.status

    def kinds(self) -> list[str]:
        """The types of what it took."""
        return [event["type"] for _, event in self.taken]

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
