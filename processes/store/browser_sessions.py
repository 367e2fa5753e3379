"""Browser sessions of accounts: begun with a proof, listed to their owner, ended one by one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from processes.store.links import hash_token
from processes.store.tables import SignIn, SignInWay

SESSION_LIVES = timedelta(hours=8)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where somebody signs in from."""

    address: str
    user_agent: str


NOWHERE = Origin(address="", user_agent="")


def start(
    session: Session, account_id: str, *, way: SignInWay, origin: Origin, now: datetime
) -> str:
    """The token of a new session of somebody who has just proved who he is."""
    return _add(
        session, account_id, way=way, origin=origin, now=now, since=now, until=now + SESSION_LIVES
    )


def renew(session: Session, token: str, now: datetime) -> str:
    """A fresh token for a session whose owner proved once more who he is; the old one is dead.

    It ends when the old one would have ended.
    """
    old = session.get_one(SignIn, hash_token(token))
    old.ended_at = now
    return _add(
        session,
        old.account_id,
        way=old.way,
        origin=Origin(address=old.address, user_agent=old.user_agent),
        now=now,
        since=old.created_at,
        until=old.expires_at,
    )


def living(
    session: Session, account_id: str, now: datetime, may_rest: timedelta
) -> Sequence[SignIn]:
    """The sessions of an account that somebody could go on with, the last used first."""
    query = select(SignIn).where(
        SignIn.account_id == account_id,
        SignIn.kind == "session",
        SignIn.ended_at.is_(None),
        SignIn.expires_at > now,
        SignIn.seen_at > now - may_rest,
    )
    return session.scalars(query.order_by(SignIn.seen_at.desc())).all()


def end_one(session: Session, account_id: str, name: str, now: datetime) -> bool:
    """End one session of an account, named by its hash; whether it was there and alive."""
    row = update(SignIn).where(
        SignIn.token_sha256 == name,
        SignIn.account_id == account_id,
        SignIn.kind == "session",
        SignIn.ended_at.is_(None),
    )
    return session.execute(row.values(ended_at=now).returning(SignIn.kind)).first() is not None


def end_others(session: Session, account_id: str, kept: str, now: datetime) -> None:
    """End all sessions of an account but the one of this token."""
    rows = update(SignIn).where(
        SignIn.account_id == account_id,
        SignIn.kind == "session",
        SignIn.ended_at.is_(None),
        SignIn.token_sha256 != hash_token(kept),
    )
    session.execute(rows.values(ended_at=now))


def last_seen(session: Session) -> dict[str, datetime]:
    """When each account (id) was last at work; those that never were are left out."""
    query = select(SignIn.account_id, func.max(SignIn.seen_at)).where(SignIn.kind == "session")
    return dict(session.execute(query.group_by(SignIn.account_id)).all())


def _add(
    session: Session,
    account_id: str,
    *,
    way: SignInWay,
    origin: Origin,
    now: datetime,
    since: datetime,
    until: datetime,
) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_sha256=hash_token(token),
            account_id=account_id,
            kind="session",
            created_at=since,
            seen_at=now,
            expires_at=until,
            way=way,
            address=origin.address,
            user_agent=origin.user_agent,
            proved_at=now,
        )
    )
    session.flush()
    return token
