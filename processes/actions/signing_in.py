"""Signing in: with a password and, where one is set up, the code of an app; with an invitation;
with a link that works once; or on the word of the house's identity provider.

Who tries with a password learns nothing but whether it worked: an unknown name, a wrong password
and a missing or wrong code take the same time and get the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.password_rules import LONGEST, check_password
from processes.errors import FieldError, Gone, InvalidAnswers, SignInRefused, TooManyTries
from processes.store import (
    account_events,
    accounts,
    authenticators,
    browser_sessions,
    passwords,
    recovery_codes,
    sign_in_tries,
)
from processes.store.browser_sessions import Origin
from processes.store.tables import Account, AccountEventKind, SignInWay

if TYPE_CHECKING:
    from processes.office import Office

#: an invitation that is over and one that never was say the same
GONE = "web.sign_in_used"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What somebody typed to be let in."""

    #: of the account, or its e-mail address
    name: str
    password: str
    #: of the authenticator app, or a recovery code; empty where there is no app
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who somebody is, as the identity provider of the house vouches."""

    #: issuer and subject, which stay the same
    subject: str
    #: only if the provider has verified it
    email: str | None


def sign_in(office: Office, attempt: Attempt, *, origin: Origin, now: datetime) -> str:
    """The token of a new session.

    1. Count the try, by account and address, before anything is judged.
    2. Compare the password outside any transaction; where there is none, with nobody's.
    3. Use up the code where an app is set up, and begin the session; or note the refusal.

    Raises SignInRefused, or TooManyTries while the pause lasts.
    """
    with office.database.write() as session:
        account = accounts.find_by_login(session, attempt.name)
        who = attempt.name if account is None else account.id
        wait = sign_in_tries.begin(session, who, origin.address, now)
    refuse_in_pause(wait)
    kept = None if account is None else account.password
    right = passwords.is_right(kept, attempt.password[: LONGEST + 1])
    with office.database.write() as session:
        token = None
        if account is not None and right:
            token = _let_in(session, office, account.id, attempt, origin, now)
        if token is None:
            entry = _entry(attempt.name if account is None else account.name, origin)
            sign_in_tries.fail(session, who, now)
            account_events.note_refusal(
                session, account.id if account else None, actor=entry, now=now
            )
    if token is None:
        raise SignInRefused
    return token


def sign_in_with_link(office: Office, token: str, *, origin: Origin, now: datetime) -> str | None:
    """The token of a new session for a link that works once; None when it is over or unknown."""
    with office.database.write() as session:
        found = accounts.find_link(session, token, now)
        made = accounts.use_sign_in_link(session, token, now, origin)
        if made is not None and found is not None:
            _note_begun(session, found[1], SignInWay.LINK, origin, now)
        return made


def accept_invitation(
    office: Office, token: str, password: str, repeated: str, *, origin: Origin, now: datetime
) -> str | None:
    """Keep the password that an invited person chose, and begin his session; None where the code of
    an app is wanted too, so that he has to sign in.

    Every other session of the account ends. Raises InvalidAnswers, or Gone when it is over.
    """
    with office.database.write() as session:
        found = accounts.find_link(session, token, now)
        if found is None or not found[0].invites:
            raise Gone(GONE)
        account = found[1]
        check_new_password(account, password, repeated)
        if accounts.use_link(session, token, now) is None:
            raise Gone(GONE)
        account.password = passwords.hash_password(password)
        accounts.end_all_sessions(session, account.id, now)
        kind, actor = AccountEventKind.PASSWORD_SET, _entry(account.name, origin)
        account_events.note(session, account.id, kind, actor=actor, now=now)
        if authenticators.of_account(session, account.id) is not None:
            return None
        return _begin(session, account, SignInWay.PASSWORD, origin, now)


def sign_in_as(office: Office, identity: Identity, *, origin: Origin, now: datetime) -> str:
    """The token of a new session for whom the identity provider vouches.

    He is the account that was bound to this subject; else the one account with this verified e-mail
    address that is bound to none yet, which it is from now on. Never makes an account. Raises
    SignInRefused.
    """
    with office.database.write() as session:
        account = _known_as(session, identity)
        if account is None or not _is_usable(account, now):
            raise SignInRefused("accounts.identity_unknown")
        if account.subject is None:
            account.subject = identity.subject
            kind, actor = AccountEventKind.IDENTITY_BOUND, _entry(account.name, origin)
            details = {"subject": identity.subject}
            account_events.note(session, account.id, kind, actor=actor, now=now, details=details)
        return _begin(session, account, SignInWay.PROVIDER, origin, now)


def check_new_password(account: Account, password: str, repeated: str) -> None:
    """Raise InvalidAnswers unless it may be the account's password and was typed twice alike."""
    check_password(password, name=account.name, email=account.email)
    if passwords.normal(password) != passwords.normal(repeated):
        raise InvalidAnswers({"repeated": FieldError("accounts.password_differs")})


def use_second_code(
    session: Session, office: Office, account: Account, typed: str, now: datetime
) -> bool:
    """Use up a code of the account's app, or a recovery code; False when it is neither."""
    app = authenticators.of_account(session, account.id)
    digits = "".join(typed.split())
    if authenticators.use(session, office.secret, app, digits, now):
        return True
    if not recovery_codes.use(session, office.secret, account.id, typed, now):
        return False
    details = {"left": str(recovery_codes.left(session, account.id))}
    actor = Actor(kind="account", name=account.name).as_entry()
    kind = AccountEventKind.RECOVERY_USED
    account_events.note(session, account.id, kind, actor=actor, now=now, details=details)
    return True


def refuse_in_pause(wait: timedelta) -> None:
    """Raise TooManyTries, with how long it lasts, unless there is no pause."""
    seconds = ceil(wait.total_seconds())
    if seconds > 90:
        raise TooManyTries("accounts.wait_minutes", count=ceil(seconds / 60), seconds=seconds)
    if seconds > 0:
        raise TooManyTries("accounts.wait_seconds", count=seconds, seconds=seconds)


def _let_in(
    session: Session,
    office: Office,
    account_id: str,
    attempt: Attempt,
    origin: Origin,
    now: datetime,
) -> str | None:
    """The token of a session of somebody whose password is right; None when the account is over, or
    the code of its app is missing or wrong."""
    account = session.get_one(Account, account_id)
    if not _is_usable(account, now):
        return None
    has_app = authenticators.of_account(session, account.id) is not None
    if has_app and not use_second_code(session, office, account, attempt.code, now):
        return None
    sign_in_tries.succeed(session, account.id, origin.address)
    if passwords.is_outdated(account.password or ""):
        account.password = passwords.hash_password(attempt.password)
    return _begin(session, account, SignInWay.PASSWORD, origin, now)


def _is_usable(account: Account, now: datetime) -> bool:
    return account.active and (account.ends_at is None or account.ends_at > now)


def _known_as(session: Session, identity: Identity) -> Account | None:
    bound = session.scalar(select(Account).where(Account.subject == identity.subject))
    if bound is not None or not identity.email:
        return bound
    named = select(Account).where(
        func.lower(Account.email) == identity.email.strip().lower(),
        Account.active,
        Account.subject.is_(None),
    )
    found = session.scalars(named.limit(2)).all()
    return found[0] if len(found) == 1 else None


def _begin(
    session: Session, account: Account, way: SignInWay, origin: Origin, now: datetime
) -> str:
    _note_begun(session, account, way, origin, now)
    return browser_sessions.start(session, account.id, way=way, origin=origin, now=now)


def _note_begun(
    session: Session, account: Account, way: SignInWay, origin: Origin, now: datetime
) -> None:
    kind, actor = AccountEventKind.SIGNED_IN, _entry(account.name, origin)
    details = {"way": way.value}
    account_events.note(session, account.id, kind, actor=actor, now=now, details=details)


def _entry(name: str, origin: Origin) -> Mapping[str, str]:
    """The account's holder, or whoever claims to be, as the log keeps him."""
    return Actor(
        kind="account",
        name=name,
        address=origin.address,
        user_agent=origin.user_agent,
    ).as_entry()
