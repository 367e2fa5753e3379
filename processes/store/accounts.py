"""Accounts and their ways in without a password: API tokens, links that work once, sessions.

There is no default account with a password: the first administrator gets a link printed on the
console. Tokens are random, or follow from the installation's secret; only their hashes are kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, lazyload

from processes.errors import Conflict
from processes.store import browser_sessions
from processes.store.asking import Asked, Question
from processes.store.browser_sessions import NOWHERE, Origin
from processes.store.links import hash_token
from processes.store.regions import find_region
from processes.store.tables import (
    Account,
    AccountRegion,
    AccountRole,
    ApiToken,
    SignIn,
    SignInWay,
    new_id,
)
from processes.store.viewer import Viewer

#: how an API token begins, so that a leaked one is recognised
PREFIX = "ksdd_"
FIRST_ACCOUNT = "administrator"
LINK_LIVES = timedelta(hours=24)
#: an invitation, with which somebody chooses his password
INVITATION_LIVES = timedelta(hours=72)
SESSION_MAY_REST = timedelta(minutes=30)


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


_LIVING = select(ApiToken).where(ApiToken.revoked_at.is_(None))
_TOKEN = Question(lambda p: _LIVING.where(ApiToken.token_sha256 == p.one("sha256")))


def token_of(text: str) -> Asked:
    """What `find_token` will ask about this text."""
    return _TOKEN.about(sha256=hash_token(text))


def find_token(session: Session, text: str) -> ApiToken | None:
    """The API token of this text; None when it is unknown or revoked."""
    return next((row[0] for row in token_of(text).rows(session)), None)


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
    """What the holder of an account or token sees: its regions, or everything."""
    if isinstance(holder, Account):
        regions = holder.regions
    else:
        regions = None if holder.region_code is None else frozenset({holder.region_code})
    return Viewer(name=holder.name, role=holder.role.value, regions=regions)


def create_account(
    session: Session,
    *,
    name: str,
    role: AccountRole,
    now: datetime,
    region_code: str | None = None,
    further: Iterable[str] = (),
    email: str | None = None,
    person_id: str | None = None,
    ends_at: datetime | None = None,
) -> Account:
    """A new account; it signs in with a link from `make_sign_in_link` or `make_invitation`."""
    account = Account(
        name=name,
        role=role,
        created_at=now,
        active=True,
        email=email,
        person_id=person_id,
        ends_at=ends_at,
    )
    set_regions(session, account, region_code, further)
    session.add(account)
    session.flush()
    return account


def set_regions(
    session: Session, account: Account, region_code: str | None, further: Iterable[str] = ()
) -> None:
    """Let an account see its own region and the further ones; without its own, everything."""
    codes = sorted(set(further) - {region_code}) if region_code is not None else []
    for code in [*([region_code] if region_code else []), *codes]:
        find_region(session, code)
    account.region_code = region_code
    kept = {each.region_code: each for each in account.further}
    account.further = [kept.get(code) or AccountRegion(region_code=code) for code in codes]


def find_by_login(session: Session, typed: str) -> Account | None:
    """The account in use of this name or e-mail address; None without exactly one.

    Its further regions are not read along: finding one takes as long as finding none.
    """
    wanted = typed.strip().lower()
    query = select(Account).where(
        or_(func.lower(Account.name) == wanted, Account.email == wanted, Account.name == typed)
    )
    query = query.where(Account.active).options(lazyload(Account.further)).limit(2)
    found = session.scalars(query).all()
    return found[0] if len(found) == 1 else None


def first_sign_in_link(session: Session, now: datetime) -> str | None:
    """The first administrator's sign-in token on an empty installation; else None."""
    if session.scalar(select(func.count()).select_from(Account)):
        return None
    account = create_account(session, name=FIRST_ACCOUNT, role=AccountRole.ADMIN, now=now)
    return make_sign_in_link(session, account.id, now)


def make_sign_in_link(session: Session, account_id: str, now: datetime) -> str:
    """A sign-in token that works once within 24 hours; earlier unused ones die."""
    token = secrets.token_urlsafe(32)
    _add_link(session, account_id, token, now, LINK_LIVES, invites=False)
    return token


def make_invitation(session: Session, secret: bytes, account_id: str, now: datetime) -> str:
    """The name of an invitation that works once within 72 hours; earlier unused links die.

    Its token follows from the name and the installation's secret (`invitation_token`), so that a
    letter can be written with it later although it stands in no table.
    """
    name = new_id()
    token = invitation_token(secret, name)
    _add_link(session, account_id, token, now, INVITATION_LIVES, invites=True)
    return name


def invitation_token(secret: bytes, name: str) -> str:
    """The token of an invitation, 43 characters."""
    digest = hmac.new(secret, b"invitation\0" + name.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def find_link(session: Session, token: str, now: datetime) -> tuple[SignIn, Account] | None:
    """A sign-in link or invitation that would still work, with whose it is."""
    row = session.execute(
        select(SignIn, Account)
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.token_sha256 == hash_token(token), *_living_link(now), *is_usable(now))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def use_link(session: Session, token: str, now: datetime) -> SignIn | None:
    """Use a sign-in link or invitation up; None when it is over or unknown."""
    if find_link(session, token, now) is None:
        return None
    used = update(SignIn).where(SignIn.token_sha256 == hash_token(token), *_living_link(now))
    rows = session.execute(used.values(ended_at=now).returning(SignIn.token_sha256))
    return None if rows.first() is None else session.get_one(SignIn, hash_token(token))


def use_sign_in_link(
    session: Session, token: str, now: datetime, origin: Origin = NOWHERE
) -> str | None:
    """Turn a sign-in token into a session token, once; None when it is used up or unknown."""
    found = find_link(session, token, now)
    if found is None or found[0].invites or use_link(session, token, now) is None:
        return None
    return browser_sessions.start(session, found[1].id, way=SignInWay.LINK, origin=origin, now=now)


def is_usable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an account is of any use."""
    return Account.active.is_(True), or_(Account.ends_at.is_(None), Account.ends_at > now)


def session_of(session: Session, token: str, now: datetime) -> tuple[Account, SignIn] | None:
    """A living session with its account: 8 hours at most, 30 minutes without a request."""
    row = session.execute(
        select(Account, SignIn)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(
            SignIn.token_sha256 == hash_token(token),
            SignIn.kind == "session",
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            SignIn.seen_at > now - SESSION_MAY_REST,
            *is_usable(now),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def account_of_session(session: Session, token: str, now: datetime) -> Account | None:
    """The account of a living session."""
    found = session_of(session, token, now)
    return None if found is None else found[0]


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


def end_links(session: Session, account_id: str, now: datetime) -> None:
    """Let the unused links and invitations of an account die."""
    _end(session, account_id, "link", now)


def _end(session: Session, account_id: str, kind: str, now: datetime) -> None:
    living = update(SignIn).where(SignIn.account_id == account_id, SignIn.kind == kind)
    session.execute(living.where(SignIn.ended_at.is_(None)).values(ended_at=now))


def _living_link(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return SignIn.kind == "link", SignIn.ended_at.is_(None), SignIn.expires_at > now


def _add_link(
    session: Session, account_id: str, token: str, now: datetime, lives: timedelta, *, invites: bool
) -> None:
    end_links(session, account_id, now)
    session.add(
        SignIn(
            token_sha256=hash_token(token),
            account_id=account_id,
            kind="link",
            created_at=now,
            seen_at=now,
            expires_at=now + lives,
            invites=invites,
        )
    )
    session.flush()
