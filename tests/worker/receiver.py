"""A region's own system at the other end: a real HTTP server that checks each signature itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from tests.worker.listening import Listening


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


class Receiver(Listening):
    """Use as a context manager; keeps every call, and what it took."""

    def __init__(self) -> None:
        super().__init__()
        #: keys it believes; empty takes everything
        self.secrets: list[str] = []
        #: (webhook-id, the event) in the order they were taken
        self.taken: list[tuple[str, dict[str, Any]]] = []
        #: (webhook-id, number of signatures, body) of every call, taken or not
        self.calls: list[tuple[str, int, bytes]] = []
        self.forged = 0

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
