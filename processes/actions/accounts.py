"""What an administrator does to the accounts of his regions: each act with a reason, in their log.

Nobody gives more than he has: an administrator of some regions makes and changes accounts of these
regions only. Nobody changes his own account here, and the last administrator of the whole
installation stays one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.account_scope import (
    NewAccount,
    Scope,
    check_within,
    end_of,
    in_words,
    name_errors,
    person_of,
    scope_errors,
)
from processes.actions.actor import Actor
from processes.actions.orders import Order
from processes.actions.wording import readable
from processes.errors import Conflict, InvalidAnswers, NotFound
from processes.store import account_events, accounts, authenticators, outbox, recovery_codes
from processes.store.browser_sessions import end_one
from processes.store.kinds import INVITATION
from processes.store.links import hash_token
from processes.store.tables import Account, AccountEventKind, AccountRole
from processes.store.viewer import covers

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class Invited:
    """An invitation, to be shown once to whoever hands it over."""

    account_id: str
    url: str


def invite_account(office: Office, wish: NewAccount, *, order: Order, now: datetime) -> Invited:
    """Make an account and invite its holder to choose a password.

    Raises InvalidAnswers with everything that is wrong, or NotAllowed for more than the actor has.
    """
    reason = _reason(order)
    with office.database.write() as session:
        name = readable(wish.name, field="name", missing="errors.name_missing", limit=200)
        email = wish.email.strip().lower()
        errors = {**name_errors(session, name, email), **scope_errors(session, office, wish, now)}
        person_id = person_of(session, wish, errors, order.actor)
        if errors:
            raise InvalidAnswers(errors)
        check_within(order.actor, wish.scope.regions)
        account = accounts.create_account(
            session,
            name=name,
            role=wish.scope.role,
            now=now,
            region_code=next(iter(wish.scope.regions), None),
            further=wish.scope.regions[1:],
            email=email or None,
            person_id=person_id,
            ends_at=end_of(office, wish.scope),
        )
        details = {"reason": reason, "after": in_words(office, account)}
        _note(session, account, AccountEventKind.MADE, order, now, details)
        return _invite(session, office, account, order, now)


def invite_again(office: Office, account_id: str, *, order: Order, now: datetime) -> Invited:
    """A fresh invitation, with which a new password is chosen; earlier unused links die."""
    reason = _reason(order)
    with office.database.write() as session:
        account = _managed(session, account_id, order.actor)
        if not account.active:
            raise Conflict("accounts.is_disabled")
        return _invite(session, office, account, order, now, reason=reason)


def change_account(
    office: Office, account_id: str, scope: Scope, *, order: Order, now: datetime
) -> None:
    """Give an account another role, other regions or another end; it has to sign in again."""
    reason = _reason(order)
    with office.database.write() as session:
        account = _managed(session, account_id, order.actor, own=False)
        check_within(order.actor, scope.regions)
        errors = scope_errors(session, office, NewAccount(name=account.name, scope=scope), now)
        if errors:
            raise InvalidAnswers(errors)
        before, had = in_words(office, account), _is_administrator(account)
        account.role, account.ends_at = scope.role, end_of(office, scope)
        first = next(iter(scope.regions), None)
        accounts.set_regions(session, account, first, scope.regions[1:])
        _keep_an_administrator(session, had)
        accounts.end_all_sessions(session, account.id, now)
        details = {"reason": reason, "before": before, "after": in_words(office, account)}
        _note(session, account, AccountEventKind.CHANGED, order, now, details)


def disable_account(office: Office, account_id: str, *, order: Order, now: datetime) -> None:
    """Let an account be of no use: its sessions, links and invitations end at once."""
    reason = _reason(order)
    with office.database.write() as session:
        account = _managed(session, account_id, order.actor, own=False)
        had = _is_administrator(account)
        account.active = False
        _keep_an_administrator(session, had)
        accounts.end_all_sessions(session, account.id, now)
        accounts.end_links(session, account.id, now)
        _note(session, account, AccountEventKind.DISABLED, order, now, {"reason": reason})


def enable_account(office: Office, account_id: str, *, order: Order, now: datetime) -> None:
    """Let a disabled account be of use again."""
    reason = _reason(order)
    with office.database.write() as session:
        account = _managed(session, account_id, order.actor, own=False)
        account.active = True
        _note(session, account, AccountEventKind.ENABLED, order, now, {"reason": reason})


def reset_app(office: Office, account_id: str, *, order: Order, now: datetime) -> None:
    """Take the authenticator app and the recovery codes of somebody who lost them; his sessions
    end. NotFound when he has none."""
    reason = _reason(order)
    with office.database.write() as session:
        account = _managed(session, account_id, order.actor, own=False)
        app = authenticators.of_account(session, account.id)
        if app is None:
            raise NotFound("accounts.no_app")
        authenticators.end(session, app, now)
        recovery_codes.forget(session, account.id)
        accounts.end_all_sessions(session, account.id, now)
        _note(session, account, AccountEventKind.APP_RESET, order, now, {"reason": reason})


def end_sessions(
    office: Office, account_id: str, *, order: Order, now: datetime, name: str = ""
) -> None:
    """End one session of an account, named by its hash, or all; NotFound when it is not there."""
    reason = _reason(order)
    with office.database.write() as session:
        account = _managed(session, account_id, order.actor)
        if not name:
            accounts.end_all_sessions(session, account.id, now)
        elif not end_one(session, account.id, name, now):
            raise NotFound
        _note(session, account, AccountEventKind.SESSIONS_ENDED, order, now, {"reason": reason})


def _invite(
    session: Session,
    office: Office,
    account: Account,
    order: Order,
    now: datetime,
    reason: str = "",
) -> Invited:
    """Make an invitation, put its letter in the outbox where there is an address, and note it."""
    name = accounts.make_invitation(session, office.secret, account.id, now)
    token = accounts.invitation_token(office.secret, name)
    if account.email:
        outbox.put(
            session,
            key=f"invitation:{name}",
            kind=INVITATION,
            address=account.email,
            now=now,
            values={"undangan": name, "akun": account.id, "sidik": hash_token(token)},
            domain=office.mail_domain,
        )
    details = {"reason": reason, "to": account.email}
    _note(session, account, AccountEventKind.INVITED, order, now, details)
    return Invited(account_id=account.id, url=f"{office.settings.base_url}/masuk/{token}")


def _managed(session: Session, account_id: str, actor: Actor, *, own: bool = True) -> Account:
    """An account that the actor looks after; NotFound for one of other regions, Conflict for his
    own where that is not his to change."""
    account = session.get(Account, account_id)
    if account is None or not covers(actor.regions, account.regions):
        raise NotFound
    if not own and actor.kind == "account" and actor.name == account.name:
        raise Conflict("accounts.own_account")
    return account


def _reason(order: Order) -> str:
    return readable(order.reason, field="reason", missing="errors.reason_missing", lines=True)


def _is_administrator(account: Account) -> bool:
    """Whether it looks after the whole installation, for good."""
    everywhere = account.regions is None and account.ends_at is None
    return account.role is AccountRole.ADMIN and account.active and everywhere


def _keep_an_administrator(session: Session, had: bool) -> None:
    """Raise Conflict when the account `had` been the last administrator and is none any more."""
    session.flush()
    admins = session.scalars(select(Account).where(Account.role == AccountRole.ADMIN))
    if had and not any(map(_is_administrator, admins)):
        raise Conflict("accounts.last_admin")


def _note(
    session: Session,
    account: Account,
    kind: AccountEventKind,
    order: Order,
    now: datetime,
    details: Mapping[str, object],
) -> None:
    account_events.note(
        session,
        account.id,
        kind,
        actor=order.actor.as_entry(),
        now=now,
        details={**details, "authority": order.authority},
    )
