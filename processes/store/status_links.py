"""Links to a page that only tells how a case stands; only the hash of a token is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.questions.cases import find_case
from processes.store.tables import StatusLink
from processes.store.viewer import Viewer


def create(
    session: Session,
    case_id: str,
    *,
    region: str | None,
    ends_on: date,
    by: str,
    now: datetime,
) -> tuple[StatusLink, str]:
    """A new link and its token of 256 random bits, which is told now and never again."""
    token = secrets.token_urlsafe(32)
    row = StatusLink(
        case_id=case_id,
        region_code=region,
        token_sha256=_digest(token),
        ends_on=ends_on,
        created_by=by[:300],
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row, token


def find(session: Session, token: str) -> StatusLink | None:
    """The link with this token, living or not; None when there never was one."""
    return session.scalar(select(StatusLink).where(StatusLink.token_sha256 == _digest(token)))


def living_of(session: Session, viewer: Viewer, case_id: str, today: date) -> list[StatusLink]:
    """The links into a case that still work, for a viewer of the region that opened it."""
    case = find_case(session, viewer, case_id)
    if case is None or not (viewer.regions is None or case.region_code in viewer.regions):
        return []
    living = select(StatusLink).where(
        StatusLink.case_id == case_id,
        StatusLink.revoked_at.is_(None),
        StatusLink.ends_on >= today,
    )
    return list(session.scalars(living.order_by(StatusLink.created_at, StatusLink.id)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
