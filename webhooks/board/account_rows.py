"""Accounts, their sessions and their log as rows of pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from processes.actions.account_scope import last_day
from processes.store import account_events, accounts, authenticators, browser_sessions
from processes.store.links import hash_token
from processes.store.tables import Account, AccountEvent, Region
from webhooks import devices
from webhooks.current import office
from webhooks.language import account_text

TONES = {"active": "good", "invited": "info", "ended": "soon", "disabled": "bad"}


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """One account."""

    id: str
    name: str
    email: str
    role: str
    regions: str
    #: codes as they are typed, its own region first
    codes: str
    #: its last day
    ends_on: date | None
    #: active, invited (no password yet and never seen), ended or disabled
    state: str
    tone: str
    has_password: bool
    has_app: bool
    is_official: bool
    seen_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """One browser in which somebody is signed in."""

    #: names it in a form; not its token
    name: str
    device: str
    address: str
    way: str
    since: datetime
    seen_at: datetime
    #: whether it is the one that asks
    is_this: bool


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """One line of an account's log."""

    at: datetime
    what: str
    who: str
    #: reason, before and after, device
    more: Sequence[str]


def account_rows(
    session: Session, found: Sequence[Account], regions: Mapping[str, Region], now: datetime
) -> list[AccountRow]:
    """Accounts as the page lists them."""
    seen, with_app = browser_sessions.last_seen(session), authenticators.accounts_with_app(session)
    return [
        _account(account, regions, seen.get(account.id), account.id in with_app, now)
        for account in found
    ]


def session_rows(
    session: Session, account_id: str, now: datetime, token: str = ""
) -> list[SessionRow]:
    """The living sessions of an account; `token` is that of the one that asks."""
    own = hash_token(token) if token else ""
    return [
        SessionRow(
            name=row.token_sha256,
            device=devices.in_words(row.user_agent) or account_text("device_unknown"),
            address=row.address,
            way=account_text(f"way_{row.way.value}"),
            since=row.created_at,
            seen_at=row.seen_at,
            is_this=row.token_sha256 == own,
        )
        for row in browser_sessions.living(session, account_id, now, accounts.SESSION_MAY_REST)
    ]


def event_rows(session: Session, account_id: str, limit: int = 100) -> list[EventRow]:
    """The log of an account, newest first."""
    return [_event(event) for event in account_events.of_account(session, account_id, limit)]


def _account(
    account: Account,
    regions: Mapping[str, Region],
    seen_at: datetime | None,
    has_app: bool,
    now: datetime,
) -> AccountRow:
    state = _state(account, seen_at, now)
    own = [account.region_code] if account.region_code else []
    codes = [*own, *(each.region_code for each in account.further)]
    names = [f"{regions[code].name} ({code})" for code in codes]
    return AccountRow(
        id=account.id,
        name=account.name,
        email=account.email or "",
        role=account.role.value,
        regions=", ".join(names) or account_text("everywhere"),
        codes=", ".join(codes),
        ends_on=last_day(office(), account),
        state=state,
        tone=TONES[state],
        has_password=account.password is not None,
        has_app=has_app,
        is_official=account.person_id is not None,
        seen_at=seen_at,
    )


def _state(account: Account, seen_at: datetime | None, now: datetime) -> str:
    if not account.active:
        return "disabled"
    if account.ends_at is not None and account.ends_at <= now:
        return "ended"
    return "active" if seen_at or account.password else "invited"


def _event(event: AccountEvent) -> EventRow:
    actor, details = event.actor, event.details
    device = devices.in_words(actor.get("user_agent", ""))
    place = " · ".join(part for part in (device, actor.get("address", "")) if part)
    said = [
        str(details.get("reason", "")),
        account_text(f"way_{details['way']}") if "way" in details else "",
        account_text("codes_left", count=details["left"]) if "left" in details else "",
        account_text("mailed_to", email=details["to"]) if "to" in details else "",
        _scopes(details),
        place,
    ]
    return EventRow(
        at=event.at,
        what=account_text(f"event_{event.kind.value}"),
        who=str(actor.get("name", "")),
        more=[part for part in said if part],
    )


def _scopes(details: Mapping[str, Any]) -> str:
    before, after = details.get("before"), details.get("after")
    shown = [_scope(each) for each in (before, after) if each]
    return " → ".join(shown)


def _scope(scope: Mapping[str, str]) -> str:
    role = account_text(f"role_{scope['role']}")
    where = scope["regions"] or account_text("everywhere")
    until = f", {account_text('until')} {scope['until']}" if scope.get("until") else ""
    return f"{role}, {where}{until}"
