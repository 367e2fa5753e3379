"""What somebody does to secure his own account: password, authenticator app, recovery codes,
sessions, and proving once more who he is.

All of it but the last wants a proof that is at most ten minutes old; whoever calls checks that with
`is_proved`. A session whose rights grow goes on under a fresh token.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.authenticating import NewApp, shown
from processes.actions.password_rules import LONGEST
from processes.actions.signing_in import check_new_password, refuse_in_pause, use_second_code
from processes.errors import CodeRefused, Gone, NotFound, SignInRefused
from processes.store import (
    account_events,
    authenticators,
    browser_sessions,
    passwords,
    recovery_codes,
    sign_in_tries,
)
from processes.store.tables import (
    Account,
    AccountEventKind,
    AccountRole,
    Authenticator,
    SignIn,
    SignInWay,
)

if TYPE_CHECKING:
    from processes.office import Office

#: how long a proof lasts for changes of accounts
PROOF_LASTS = timedelta(minutes=10)


def is_proved(sign_in: SignIn, now: datetime) -> bool:
    """Whether the session's owner proved a short while ago who he is."""
    return sign_in.proved_at is not None and now - sign_in.proved_at <= PROOF_LASTS


def must_set_up_app(session: Session, account: Account, sign_in: SignIn) -> bool:
    """Whether nothing is his to do yet but setting up an app: an administrator who came with a
    password alone."""
    if account.role is not AccountRole.ADMIN or sign_in.way is not SignInWay.PASSWORD:
        return False
    return authenticators.of_account(session, account.id) is None


def prove_again(
    office: Office, account_id: str, token: str, typed: str, *, actor: Actor, now: datetime
) -> str:
    """The fresh token of a session whose owner typed his password, or a code of his app.

    Raises SignInRefused, or TooManyTries while the pause lasts.
    """
    with office.database.write() as session:
        wait = sign_in_tries.begin(session, account_id, actor.address, now)
        account = session.get_one(Account, account_id)
    refuse_in_pause(wait)
    right = passwords.is_right(account.password, typed[: LONGEST + 1])
    with office.database.write() as session:
        account = session.get_one(Account, account_id)
        if not right and not use_second_code(session, office, account, typed, now):
            sign_in_tries.fail(session, account_id, now)
            _note(session, account_id, AccountEventKind.REFUSED, actor, now)
            made = None
        else:
            sign_in_tries.succeed(session, account_id, actor.address)
            _note(session, account_id, AccountEventKind.PROVED, actor, now)
            made = browser_sessions.renew(session, token, now)
    if made is None:
        raise SignInRefused("accounts.proof_refused")
    return made


def set_password(
    office: Office,
    account_id: str,
    token: str,
    password: str,
    repeated: str,
    *,
    actor: Actor,
    now: datetime,
) -> str:
    """Keep a new password: the fresh token of this session, and all others end.

    Raises InvalidAnswers.
    """
    with office.database.write() as session:
        account = session.get_one(Account, account_id)
        check_new_password(account, password, repeated)
        account.password = passwords.hash_password(password)
        _note(session, account_id, AccountEventKind.PASSWORD_SET, actor, now)
        return _alone(session, account_id, token, now)


def begin_own_app(office: Office, account_id: str, *, now: datetime) -> NewApp:
    """Show the key of a new app; it counts once its first code is typed."""
    with office.database.write() as session:
        account = session.get_one(Account, account_id)
        row = authenticators.begin(session, account.name, now, account_id=account_id)
        return shown(office, row, account.name)


def resume_own_app(office: Office, account_id: str, app_id: str) -> NewApp:
    """The same app again, until it counts; Gone when it is over, or somebody else's."""
    with office.database.read() as session:
        row = session.get(Authenticator, app_id)
        if row is None or row.account_id != account_id or row.salt is None or row.confirmed_at:
            raise Gone("confirming.app_over")
        return shown(office, row, session.get_one(Account, account_id).name)


def confirm_own_app(
    office: Office,
    account_id: str,
    token: str,
    app_id: str,
    typed: str,
    *,
    actor: Actor,
    now: datetime,
) -> tuple[str, list[str]]:
    """Let the app count when its first code is right: the fresh token of this session, and ten
    recovery codes to be shown once. All other sessions end. Raises CodeRefused."""
    with office.database.write() as session:
        row = session.get(Authenticator, app_id)
        if row is None or row.account_id != account_id:
            raise Gone("confirming.app_over")
        digits = "".join(typed.split())
        if not authenticators.confirm(session, office.secret, row, digits, now):
            raise CodeRefused("confirming.app_code_wrong", wrong=True)
        _note(session, account_id, AccountEventKind.APP_SET, actor, now)
        codes = recovery_codes.make(session, office.secret, account_id, now)
        return _alone(session, account_id, token, now), codes


def make_recovery_codes(
    office: Office, account_id: str, *, actor: Actor, now: datetime
) -> list[str]:
    """Ten fresh recovery codes, to be shown once; older ones are gone. NotFound without an app."""
    with office.database.write() as session:
        if authenticators.of_account(session, account_id) is None:
            raise NotFound("accounts.no_app")
        _note(session, account_id, AccountEventKind.RECOVERY_MADE, actor, now)
        return recovery_codes.make(session, office.secret, account_id, now)


def end_own_session(
    office: Office, account_id: str, name: str, *, actor: Actor, now: datetime
) -> None:
    """End one of one's own sessions, named by its hash; NotFound when there is none."""
    with office.database.write() as session:
        if not browser_sessions.end_one(session, account_id, name, now):
            raise NotFound
        _note(session, account_id, AccountEventKind.SESSIONS_ENDED, actor, now)


def end_other_sessions(
    office: Office, account_id: str, token: str, *, actor: Actor, now: datetime
) -> None:
    """End all sessions of one's own but this one."""
    with office.database.write() as session:
        browser_sessions.end_others(session, account_id, token, now)
        _note(session, account_id, AccountEventKind.SESSIONS_ENDED, actor, now)


def _alone(session: Session, account_id: str, token: str, now: datetime) -> str:
    """Let this session go on under a fresh token, and end every other one."""
    fresh = browser_sessions.renew(session, token, now)
    browser_sessions.end_others(session, account_id, fresh, now)
    return fresh


def _note(
    session: Session, account_id: str, kind: AccountEventKind, actor: Actor, now: datetime
) -> None:
    account_events.note(session, account_id, kind, actor=actor.as_entry(), now=now)
