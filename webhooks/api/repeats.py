"""Giving the same answer again to the same `Idempotency-Key`.

Only answers of success are kept: a request that was refused changed nothing and may be corrected
under the same key. The answer to a completed task is kept with the act itself. What is kept
afterwards is safe too: a crash between the act and this note loses nothing but the note.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from processes.errors import Conflict, Malformed
from processes.store import repeats
from webhooks.api.calls import Ask
from webhooks.api.fields import Text

HEADER = "Idempotency-Key"
KEY = Text(maximum=200, pattern=r"^[!-~]+$")


def earlier_answer(ask: Ask) -> dict[str, Any] | None:
    """The answer once given to this key; Conflict when the key belonged to another request."""
    key = _key()
    if key is None:
        return None
    with ask.office.database.read() as session:
        found = repeats.find_repeat(session, asker=ask.caller.token_id, key=key)
    if found is None:
        return None
    if found.request_sha256 != _digest(ask.body):
        raise Conflict("api.key_used")
    return found.body


def remember(ask: Ask, body: dict[str, Any], status: int = 200) -> None:
    """Keep an answer for the next request with the same key; without a key keep nothing."""
    if _key() is None:
        return
    with ask.office.database.write() as session:
        remember_in(session, ask, body, status)


def remember_in(session: Session, ask: Ask, body: dict[str, Any], status: int = 200) -> None:
    """The same in the transaction of the act itself."""
    key = _key()
    if key is not None:
        repeats.keep_repeat(
            session,
            asker=ask.caller.token_id,
            key=key,
            request_sha256=_digest(ask.body),
            status=status,
            body=body,
            at=ask.now,
        )


def _key() -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not re.fullmatch(r"[!-~]{1,200}", key):
        raise Malformed("api.key_bad")
    return key


def _digest(body: Mapping[str, Any]) -> str:
    """SHA-256 over method, path and the meaning of the body: spaces and order do not matter."""
    text = json.dumps([request.method, request.path, body], sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
