"""Accounts and what observers looked at, as far as somebody looks after them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from processes.store.questions.sight import sight
from processes.store.tables import Access, Account, Case
from processes.store.viewer import Viewer, covers


def managed_accounts(session: Session, viewer: Viewer) -> list[Account]:
    """The accounts that see no more than the viewer does, by name; those in use first."""
    rows = session.scalars(select(Account).order_by(Account.active.desc(), Account.name))
    return [account for account in rows if covers(viewer.regions, account.regions)]


def find_managed_account(session: Session, viewer: Viewer, account_id: str) -> Account | None:
    """One of them; None when there is none, or it sees more than the viewer."""
    account = session.get(Account, account_id)
    if account is None or not covers(viewer.regions, account.regions):
        return None
    return account


def accesses(
    session: Session,
    viewer: Viewer,
    *,
    account_id: str | None = None,
    case_id: str | None = None,
    since: datetime | None = None,
    limit: int = 200,
) -> list[tuple[Access, Account, Case | None]]:
    """What was looked at by those whose views are logged and whom the viewer looks after, the
    newest first: by one account, of one case, or since a moment.

    The case is left out where the viewer may not know of it, because whoever looked at it did so
    for a region that he had before."""
    ids = [account.id for account in managed_accounts(session, viewer)]
    is_case = Case.id == Access.case_id
    if not viewer.sees_everything:
        is_case = and_(is_case, Case.id.in_(select(sight(viewer).c.case_id)))
    query = (
        select(Access, Account, Case)
        .join(Account, Account.id == Access.account_id)
        .outerjoin(Case, is_case)
        .where(Access.account_id.in_(ids))
    )
    if account_id is not None:
        query = query.where(Access.account_id == account_id)
    if case_id is not None:
        query = query.where(Access.case_id == case_id)
    if since is not None:
        query = query.where(Access.at >= since)
    newest = query.order_by(Access.at.desc(), Access.id).limit(limit)
    return [(access, account, case) for access, account, case in session.execute(newest)]
