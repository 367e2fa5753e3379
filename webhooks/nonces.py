"""Proof that a form came from our own page: a keyed hash over what the page was made for."""

from __future__ import annotations

import hashlib
import hmac

from processes.errors import NotAllowed

FIELD = "_kunci"


def nonce(secret: bytes, *purpose: str) -> str:
    """The proof for one purpose, for example ("link", link id, task id); 32 characters."""
    message = b"form\x00" + "\x00".join(purpose).encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:32]


def matches(secret: bytes, given: str, *purpose: str) -> bool:
    """Whether `given` is the proof for `purpose`."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), nonce(secret, *purpose).encode())


def check_nonce(secret: bytes, given: str, *purpose: str) -> None:
    """Raise NotAllowed unless `given` is the proof for `purpose`."""
    if not matches(secret, given, *purpose):
        raise NotAllowed("web.foreign_form")
