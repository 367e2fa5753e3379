"""Documents that the virus scanner has not called clean."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from processes.store.tables import Document, Scan, Sweep


def unanswered(session: Session, limit: int) -> list[tuple[str, str]]:
    """Id and hash of documents the scanner has not answered for; those that are held back first."""
    query = (
        select(Document.id, Document.sha256)
        .where(Document.scan.in_((Scan.WAITING, Scan.NONE)))
        .order_by(Document.scan, Document.uploaded_at, Document.id)
        .limit(limit)
    )
    return [(found.id, found.sha256) for found in session.execute(query)]


def may_ask(session: Session, name: str, now: datetime, pause: timedelta) -> bool:
    """Whether a round may begin: the last one ended well, or began longer ago than `pause`."""
    last: Sweep | None = session.get(Sweep, name)
    return last is None or last.done > 0 or abs(now - last.finished_at) >= pause


def held_back(session: Session) -> dict[Scan, int]:
    """How many documents wait for the scanner, and how many it found infected."""
    query = select(Document.scan, func.count()).where(
        Document.scan.in_((Scan.WAITING, Scan.INFECTED))
    )
    rows: list[Row[Scan, int]] = list(session.execute(query.group_by(Document.scan)))
    return {row[0]: row[1] for row in rows}
