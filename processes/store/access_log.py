"""Who looked at which page of cases: kept of those whose views are logged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from processes.store.tables import Access, Case


def note(
    session: Session, account_id: str, *, route: str, case_id: str | None, now: datetime
) -> None:
    """Add a line: the page, and the case that it showed with the region that keeps it."""
    case = None if case_id is None else session.get(Case, case_id)
    session.add(
        Access(
            account_id=account_id,
            at=now,
            route=route[:80],
            case_id=None if case is None else case.id,
            region_code=None if case is None else case.region_code,
        )
    )
    session.flush()
