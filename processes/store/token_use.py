"""Which API tokens live, and when each of them was used last."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from processes.store.tables import ApiToken
from processes.store.viewer import Viewer

#: how exactly it is known when a token was used last
USE_IS_KNOWN_TO = timedelta(hours=1)


def tokens_of(session: Session, viewer: Viewer) -> list[ApiToken]:
    """The living tokens that are bound to the viewer's regions, by name."""
    living = select(ApiToken).where(ApiToken.revoked_at.is_(None))
    if not viewer.sees_everything:
        living = living.where(ApiToken.region_code.in_(viewer.regions or ()))
    return list(session.scalars(living.order_by(ApiToken.name)))


def note_use(session: Session, token_id: str, now: datetime) -> None:
    """Note that a token was used at this moment."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))
