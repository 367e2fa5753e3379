"""Papers the product made, known by the code in their square: 128 random-looking bits, kept hashed.

A draft made twice from the same facts has the same code. What a receipt's code says is in the code
itself, signed, as its task keeps all there is to show.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.database import insert_missing
from processes.store.tables import MadePaper

#: bytes of a code, of the answers' hash in a receipt's code, and of its signature
CODE_BYTES, DIGEST_BYTES, SIGNATURE_BYTES = 16, 8, 16
TASK_BYTES = 16
#: versions of one file that are known: a draft set anew by a newer product differs by bytes
MOST_VERSIONS = 20


@dataclass(frozen=True, kw_only=True)
class ReceiptCode:
    """What a receipt's code says."""

    task_id: str
    #: first bytes of SHA-256 over the answers, hex
    digest: str


def code_for(secret: bytes, *what: str) -> str:
    """The code of a paper made from `what`: the same for the same, 22 characters."""
    message = b"paper:" + "\x00".join(what).encode()
    return _text(hmac.new(secret, message, hashlib.sha256).digest()[:CODE_BYTES])


def fresh_code() -> str:
    """A code for a paper that is made once."""
    return _text(secrets.token_bytes(CODE_BYTES))


def receipt_code(secret: bytes, task_id: str, digest: str) -> str:
    """The code of the receipt of a task with these answers (SHA-256, hex)."""
    said = uuid.UUID(task_id).bytes + bytes.fromhex(digest)[:DIGEST_BYTES]
    return _text(said + _signature(secret, said))


def read_receipt_code(secret: bytes, code: str) -> ReceiptCode | None:
    """What a receipt's code says; None when it is none of ours."""
    try:
        whole = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    said, signature = whole[: TASK_BYTES + DIGEST_BYTES], whole[TASK_BYTES + DIGEST_BYTES :]
    if len(said) < TASK_BYTES + DIGEST_BYTES or not hmac.compare_digest(
        signature, _signature(secret, said)
    ):
        return None
    task_id = str(uuid.UUID(bytes=said[:TASK_BYTES]))
    return ReceiptCode(task_id=task_id, digest=said[TASK_BYTES:].hex())


def find_paper(session: Session, code: str) -> MadePaper | None:
    """The paper with this code; None when there is none."""
    return session.get(MadePaper, _hash(code))


def newer_than(session: Session, paper: MadePaper) -> MadePaper | None:
    """The newest paper that took the place of this one; None while it is the newest itself."""
    newest = session.scalars(
        select(MadePaper)
        .where(MadePaper.case_id == paper.case_id, MadePaper.what == paper.what)
        .order_by(MadePaper.made_at.desc(), MadePaper.code_sha256)
        .limit(1)
    ).first()
    return newest if newest is not None and newest.made_at > paper.made_at else None


def keep(
    session: Session,
    code: str,
    *,
    case_id: str,
    task_id: str | None,
    kind: str,
    what: str,
    title: str,
    shown: Mapping[str, Any],
    format: str,
    sha256: str,
    now: datetime,
) -> None:
    """Note that a paper was made, and the hash of its file in one format."""
    row = {
        "code_sha256": _hash(code),
        "case_id": case_id,
        "task_id": task_id,
        "kind": kind,
        "what": what[:200],
        "title": title[:300],
        "made_at": now,
        "shown": dict(shown),
        "hashes": {},
    }
    insert_missing(session, MadePaper, [row])
    paper = session.get_one(MadePaper, _hash(code), with_for_update=True)
    known: Sequence[str] = paper.hashes.get(format, [])
    if sha256 not in known:
        paper.hashes = {**paper.hashes, format: [*known, sha256][-MOST_VERSIONS:]}
    session.flush()


def _signature(secret: bytes, said: bytes) -> bytes:
    return hmac.new(secret, b"receipt:" + said, hashlib.sha256).digest()[:SIGNATURE_BYTES]


def _text(code: bytes) -> str:
    return base64.urlsafe_b64encode(code).decode().rstrip("=")


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
