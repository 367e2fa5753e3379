"""The log of an account: what happened to it, who did it and why; lines are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.tables import Account, AccountEvent, AccountEventKind


def note(
    session: Session,
    account_id: str,
    kind: AccountEventKind,
    *,
    actor: Mapping[str, Any],
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add a line."""
    session.add(
        AccountEvent(
            account_id=account_id,
            kind=kind,
            at=now,
            actor=dict(actor),
            details={name: value for name, value in (details or {}).items() if value},
        )
    )
    session.flush()


def note_refusal(
    session: Session, account_id: str | None, *, actor: Mapping[str, Any], now: datetime
) -> None:
    """Add a line about a try that was refused.

    Where there is no such account the same work is done and undone, so that the time it takes tells
    nobody which of the two it was.
    """
    anybody = session.scalar(select(Account.id).limit(1))
    if anybody is None:
        return
    point = session.begin_nested()
    kind = AccountEventKind.REFUSED
    note(session, account_id or anybody, kind, actor=actor, now=now)
    if account_id is None:
        point.rollback()
    else:
        point.commit()


def of_account(session: Session, account_id: str, limit: int = 100) -> list[AccountEvent]:
    """The newest lines about an account."""
    lines = select(AccountEvent).where(AccountEvent.account_id == account_id)
    newest = lines.order_by(AccountEvent.at.desc(), AccountEvent.id).limit(limit)
    return list(session.scalars(newest))
