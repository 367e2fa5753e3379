"""Ten codes that get somebody in who lost his authenticator app: shown once, each good once.

A code is 80 random bits. What is kept is a hash that is keyed with the installation's secret, so a
copy of the database alone helps nobody to find one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from processes.store.tables import RecoveryCode

COUNT = 10
#: characters of a code (base 32), in groups of four when it is shown
LENGTH = 16


def make(session: Session, secret: bytes, account_id: str, now: datetime) -> list[str]:
    """Fresh codes for an account; its older ones are gone."""
    forget(session, account_id)
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(COUNT)]
    for code in codes:
        session.add(
            RecoveryCode(
                account_id=account_id, code_sha256=_hash(secret, account_id, code), made_at=now
            )
        )
    session.flush()
    return ["-".join(code[at : at + 4] for at in range(0, LENGTH, 4)) for code in codes]


def use(session: Session, secret: bytes, account_id: str, typed: str, now: datetime) -> bool:
    """Use a code up; False when it is none of the account's, or was used before."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_sha256 == _hash(secret, account_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.account_id)
    )
    return used.first() is not None


def left(session: Session, account_id: str) -> int:
    """How many codes of an account are still good."""
    unused = select(func.count()).select_from(RecoveryCode)
    unused = unused.where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def forget(session: Session, account_id: str) -> None:
    """Let all codes of an account go."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _hash(secret: bytes, account_id: str, code: str) -> str:
    message = b"\0".join((b"recovery", account_id.encode(), code.encode()))
    return hmac.new(secret, message, hashlib.sha256).hexdigest()
