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
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from processes.store.tables import Authenticator, new_id

DIGITS = 6
STEP = 30
#: steps that a telephone's clock may be wrong
DRIFT = 1
#: how long a registration may take
REGISTERING = timedelta(minutes=10)
ISSUER = "KSDD"


def begin(
    session: Session,
    vouched_by: str,
    now: datetime,
    *,
    person_id: str | None = None,
    account_id: str | None = None,
) -> Authenticator:
    """An app of an official or of an account, which counts once its first code was typed; the
    owner's unfinished ones are let go."""
    row = Authenticator(
        id=new_id(),
        person_id=person_id,
        account_id=account_id,
        salt=secrets.token_bytes(20),
        made_at=now,
        vouched_by=vouched_by[:300],
    )
    _end(session, row, now, confirmed=False)
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
    """Let an app count from its first right code on, in place of its owner's older ones."""
    is_late = row.made_at + REGISTERING <= now
    step = None if row.ended_at or row.confirmed_at or is_late else _step(secret, row, typed, now)
    if step is None:
        return False
    _end(session, row, now, confirmed=True)
    row.confirmed_at, row.last_step = now, step
    session.flush()
    return True


def of_person(session: Session, person_id: str) -> Authenticator | None:
    """The official's app; None when he has registered none."""
    return _newest(session, Authenticator.person_id == person_id)


def of_account(session: Session, account_id: str) -> Authenticator | None:
    """The app that an account signs in with; None when it has none."""
    return _newest(session, Authenticator.account_id == account_id)


def _newest(session: Session, owned: ColumnElement[bool]) -> Authenticator | None:
    query = select(Authenticator).where(
        owned, Authenticator.confirmed_at.is_not(None), Authenticator.ended_at.is_(None)
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


def accounts_with_app(session: Session) -> set[str]:
    """Those of the accounts (ids) that have an app."""
    query = select(Authenticator.account_id).where(
        Authenticator.account_id.is_not(None),
        Authenticator.confirmed_at.is_not(None),
        Authenticator.ended_at.is_(None),
    )
    return {account_id for account_id in session.scalars(query) if account_id is not None}


def is_right(session: Session, secret: bytes, person_id: str, typed: str, now: datetime) -> bool:
    """Whether it is a code of the person's app that was not used yet."""
    row = of_person(session, person_id)
    return row is not None and _step(secret, row, typed, now) is not None


def use(
    session: Session, secret: bytes, row: Authenticator | None, typed: str, now: datetime
) -> bool:
    """Use a code of an app up; False when it is none, or was used before."""
    step = None if row is None else _step(secret, row, typed, now)
    if row is None or step is None:
        return False
    fresh = update(Authenticator).where(Authenticator.id == row.id, Authenticator.last_step < step)
    used = session.execute(fresh.values(last_step=step).returning(Authenticator.id)).all()
    return bool(used)


def end(session: Session, row: Authenticator, now: datetime) -> None:
    """Let an app count no more."""
    row.ended_at, row.salt = now, None
    session.flush()


def _step(secret: bytes, row: Authenticator, typed: str, now: datetime) -> int | None:
    """The half minute whose code was typed, newer than the last one used; None without one."""
    clock = pyotp.TOTP(key_of(secret, row))
    present = int(now.timestamp()) // STEP
    for step in range(present - DRIFT, present + DRIFT + 1):
        right = hmac.compare_digest(clock.generate_otp(step), typed)
        if right and step > row.last_step:
            return step
    return None


def _end(session: Session, like: Authenticator, now: datetime, *, confirmed: bool) -> None:
    """Let go of the apps of the same owner that are confirmed, or those that are not yet."""
    state = Authenticator.confirmed_at
    session.execute(
        update(Authenticator)
        .where(
            Authenticator.person_id.is_not_distinct_from(like.person_id),
            Authenticator.account_id.is_not_distinct_from(like.account_id),
            Authenticator.ended_at.is_(None),
            state.is_not(None) if confirmed else state.is_(None),
        )
        .values(ended_at=now, salt=None)
    )
