"""Claiming a case, so that two acts on it happen one after the other.

On PostgreSQL the row is locked; on SQLite the writing transaction is alone anyway.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.store.tables import Case


def lock_case(session: Session, case_id: str) -> Case:
    """The case as it stands now, locked until the transaction ends; NotFound when unknown."""
    case = session.scalar(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound
    return case
