"""Authenticator apps (RFC 6238, with pyotp): six digits a half minute, each counted once.

The key of an app follows from the installation's secret and 20 random bytes of salt, as a link's
token does: the database holds the salt only. It is shown once, when the app is registered.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from processes.store.tables import Authenticator, new_id

DIGITS = 6
STEP = 30
#: steps that a telephone's clock may be wrong
DRIFT = 1
#: how long a registration may take
REGISTERING = timedelta(minutes=10)
ISSUER = "KSDD"


def begin(session: Session, person_id: str, vouched_by: str, now: datetime) -> Authenticator:
    """An app that counts once its first code was typed; the person's unfinished ones are let go."""
    _end(session, person_id, now, confirmed=False)
    row = Authenticator(
        id=new_id(),
        person_id=person_id,
        salt=secrets.token_bytes(20),
        made_at=now,
        vouched_by=vouched_by[:300],
    )
    session.add(row)
    session.flush()
    return row


def key_of(secret: bytes, row: Authenticator) -> str:
    """The key as an app takes it, base 32."""
    assert row.salt is not None
    message = b"\0".join((b"authenticator", row.id.encode(), row.salt))
    digest = hmac.new(secret, message, hashlib.sha256).digest()[:20]
    return base64.b32encode(digest).decode()


def address_of(secret: bytes, row: Authenticator, name: str) -> str:
    """`otpauth://totp/…`, which a square code carries to the app."""
    return pyotp.TOTP(key_of(secret, row)).provisioning_uri(name=name, issuer_name=ISSUER)


def confirm(session: Session, secret: bytes, row: Authenticator, typed: str, now: datetime) -> bool:
    """Let an app count from its first right code on, in place of the person's older ones."""
    is_late = row.made_at + REGISTERING <= now
    step = None if row.ended_at or row.confirmed_at or is_late else _step(secret, row, typed, now)
    if step is None:
        return False
    _end(session, row.person_id, now, confirmed=True)
    row.confirmed_at, row.last_step = now, step
    session.flush()
    return True


def of_person(session: Session, person_id: str) -> Authenticator | None:
    """The person's app; None when he has registered none."""
    query = select(Authenticator).where(
        Authenticator.person_id == person_id,
        Authenticator.confirmed_at.is_not(None),
        Authenticator.ended_at.is_(None),
    )
    return session.scalar(query.order_by(Authenticator.confirmed_at.desc()).limit(1))


def owners(session: Session, person_ids: Collection[str]) -> set[str]:
    """Those of the people (ids) who have an app."""
    query = select(Authenticator.person_id).where(
        Authenticator.person_id.in_(person_ids),
        Authenticator.confirmed_at.is_not(None),
        Authenticator.ended_at.is_(None),
    )
    return set(session.scalars(query))


def is_right(session: Session, secret: bytes, person_id: str, typed: str, now: datetime) -> bool:
    """Whether it is a code of the person's app that was not used yet."""
    row = of_person(session, person_id)
    return row is not None and _step(secret, row, typed, now) is not None


def use(session: Session, secret: bytes, person_id: str, typed: str, now: datetime) -> bool:
    """Use a code up; False when it is none, or was used before."""
    row = of_person(session, person_id)
    step = None if row is None else _step(secret, row, typed, now)
    if row is None or step is None:
        return False
    fresh = update(Authenticator).where(Authenticator.id == row.id, Authenticator.last_step < step)
    used = session.execute(fresh.values(last_step=step).returning(Authenticator.id)).all()
    return bool(used)


def _step(secret: bytes, row: Authenticator, typed: str, now: datetime) -> int | None:
    """The half minute whose code was typed, newer than the last one used; None without one."""
    clock = pyotp.TOTP(key_of(secret, row))
    present = int(now.timestamp()) // STEP
    for step in range(present - DRIFT, present + DRIFT + 1):
        right = hmac.compare_digest(clock.generate_otp(step), typed)
        if right and step > row.last_step:
            return step
    return None


def _end(session: Session, person_id: str, now: datetime, *, confirmed: bool) -> None:
    state = Authenticator.confirmed_at
    session.execute(
        update(Authenticator)
        .where(
            Authenticator.person_id == person_id,
            Authenticator.ended_at.is_(None),
            state.is_not(None) if confirmed else state.is_(None),
        )
        .values(ended_at=now, salt=None)
    )
