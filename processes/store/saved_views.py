"""The ways of looking at the board that an account keeps for itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from processes.store.tables import SavedView

#: most of one account
MOST = 30


def views_of(session: Session, account_id: str) -> list[SavedView]:
    """All of an account, by name."""
    query = select(SavedView).where(SavedView.account_id == account_id)
    return list(session.scalars(query.order_by(SavedView.name)))


def default_of(session: Session, account_id: str) -> SavedView | None:
    """The one that the board opens with; None without one."""
    own = select(SavedView).where(SavedView.account_id == account_id)
    found: SavedView | None = session.scalar(own.where(SavedView.is_default))
    return found


def keep(
    session: Session, account_id: str, *, name: str, query: str, is_default: bool, now: datetime
) -> SavedView | None:
    """Keep a way of looking under a name, in place of an older one of that name; None when the
    account has as many as it may."""
    known = {view.name: view for view in views_of(session, account_id)}
    view = known.get(name)
    if view is None and len(known) >= MOST:
        return None
    if is_default:
        own = update(SavedView).where(SavedView.account_id == account_id)
        session.execute(own.values(is_default=False))
    if view is None:
        view = SavedView(account_id=account_id, name=name, created_at=now)
        session.add(view)
    view.query, view.is_default = query, is_default
    session.flush()
    return view


def remove(session: Session, account_id: str, view_id: str) -> bool:
    """Forget one of the account's own; False when it has none of this id."""
    own = delete(SavedView).where(SavedView.account_id == account_id, SavedView.id == view_id)
    return session.scalar(own.returning(SavedView.id)) is not None
