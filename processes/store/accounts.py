"""Accounts and their ways in: API tokens, sign-in links, browser sessions.

Nobody has a password. The first administrator gets a link printed on the console; every link works
once and becomes a session. Tokens are random, and only their hashes are kept.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from processes.errors import Conflict
from processes.store.links import hash_token
from processes.store.regions import find_region
from processes.store.tables import Account, AccountRole, ApiToken, SignIn
from processes.store.viewer import Viewer

#: how an API token begins, so that a leaked one is recognised
PREFIX = "ksdd_"
FIRST_ACCOUNT = "administrator"
LINK_LIVES = timedelta(hours=24)
SESSION_LIVES = timedelta(hours=8)
SESSION_MAY_REST = timedelta(minutes=30)
#: how exactly it is known when a token was used last
USE_IS_KNOWN_TO = timedelta(hours=1)


def create_token(
    session: Session,
    *,
    name: str,
    role: AccountRole,
    now: datetime,
    region_code: str | None = None,
    by: str = "",
) -> str:
    """A new API token, to be shown once. Conflict when a living token has that name."""
    if region_code is not None:
        find_region(session, region_code)
    if session.scalar(select(ApiToken.id).where(ApiToken.name == name)) is not None:
        raise Conflict("store.token_name", name=name)
    text = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            name=name,
            role=role,
            region_code=region_code,
            token_sha256=hash_token(text),
            created_at=now,
            created_by=by[:300],
        )
    )
    session.flush()
    return text


def tokens_of(session: Session, viewer: Viewer) -> list[ApiToken]:
    """The living tokens that are bound to the viewer's regions, by name."""
    living = select(ApiToken).where(ApiToken.revoked_at.is_(None))
    if not viewer.sees_everything:
        living = living.where(ApiToken.region_code.in_(viewer.regions or ()))
    return list(session.scalars(living.order_by(ApiToken.name)))


def note_use(session: Session, token_id: str, now: datetime) -> None:
    """Note that a token was used at this moment."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))


def find_token(session: Session, text: str) -> ApiToken | None:
    """The API token of this text; None when it is unknown or revoked."""
    living = select(ApiToken).where(ApiToken.revoked_at.is_(None))
    return session.scalar(living.where(ApiToken.token_sha256 == hash_token(text)))


def revoke_token(session: Session, name: str, now: datetime) -> bool:
    """Kill a token for ever and free its name; whether there was one."""
    token = session.scalar(
        select(ApiToken).where(ApiToken.name == name, ApiToken.revoked_at.is_(None))
    )
    if token is None:
        return False
    token.revoked_at = now
    token.name = f"{name[:150]} ({token.id})"
    return True


def viewer_of(holder: Account | ApiToken) -> Viewer:
    """What the holder of an account or token sees: its region, or everything."""
    regions = None if holder.region_code is None else frozenset({holder.region_code})
    return Viewer(name=holder.name, role=holder.role.value, regions=regions)


def create_account(
    session: Session, *, name: str, role: AccountRole, now: datetime, region_code: str | None = None
) -> Account:
    """A new account; it signs in with a link from `make_sign_in_link`."""
    if region_code is not None:
        find_region(session, region_code)
    account = Account(name=name, role=role, region_code=region_code, created_at=now, active=True)
    session.add(account)
    session.flush()
    return account


def first_sign_in_link(session: Session, now: datetime) -> str | None:
    """The first administrator's sign-in token on an empty installation; else None."""
    if session.scalar(select(func.count()).select_from(Account)):
        return None
    account = create_account(session, name=FIRST_ACCOUNT, role=AccountRole.ADMIN, now=now)
    return make_sign_in_link(session, account.id, now)


def make_sign_in_link(session: Session, account_id: str, now: datetime) -> str:
    """A sign-in token that works once within 24 hours; earlier unused ones die."""
    _end(session, account_id, "link", now)
    return _make(session, account_id, "link", now, now + LINK_LIVES)


def is_sign_in_link(session: Session, token: str, now: datetime) -> bool:
    """Whether a sign-in token would still work."""
    living = select(SignIn.account_id).where(
        SignIn.token_sha256 == hash_token(token),
        SignIn.kind == "link",
        SignIn.ended_at.is_(None),
        SignIn.expires_at > now,
    )
    return session.scalar(living) is not None


def use_sign_in_link(session: Session, token: str, now: datetime) -> str | None:
    """Turn a sign-in token into a session token, once; None when it is used up or unknown."""
    used = session.execute(
        update(SignIn)
        .where(
            SignIn.token_sha256 == hash_token(token),
            SignIn.kind == "link",
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
        )
        .values(ended_at=now)
        .returning(SignIn.account_id)
    ).scalar_one_or_none()
    if used is None:
        return None
    return _make(session, used, "session", now, now + SESSION_LIVES)


def account_of_session(session: Session, token: str, now: datetime) -> Account | None:
    """The account of a living session: 8 hours at most, 30 minutes without a request."""
    return session.scalar(
        select(Account)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(
            SignIn.token_sha256 == hash_token(token),
            SignIn.kind == "session",
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            SignIn.seen_at > now - SESSION_MAY_REST,
            Account.active,
        )
    )


def touch_session(session: Session, token: str, now: datetime) -> None:
    """Note that a session was used, so that it does not fall asleep."""
    digest = hash_token(token)
    session.execute(update(SignIn).where(SignIn.token_sha256 == digest).values(seen_at=now))


def end_session(session: Session, token: str, now: datetime) -> None:
    """Sign out."""
    living = update(SignIn).where(SignIn.token_sha256 == hash_token(token))
    session.execute(living.where(SignIn.ended_at.is_(None)).values(ended_at=now))


def end_all_sessions(session: Session, account_id: str, now: datetime) -> None:
    """Sign an account out everywhere."""
    _end(session, account_id, "session", now)


def _end(session: Session, account_id: str, kind: str, now: datetime) -> None:
    living = update(SignIn).where(SignIn.account_id == account_id, SignIn.kind == kind)
    session.execute(living.where(SignIn.ended_at.is_(None)).values(ended_at=now))


def _make(session: Session, account_id: str, kind: str, now: datetime, until: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_sha256=hash_token(token),
            account_id=account_id,
            kind=kind,
            created_at=now,
            seen_at=now,
            expires_at=until,
        )
    )
    session.flush()
    return token
