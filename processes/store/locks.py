"""Claiming a case or the officials of a region: two acts on one happen one after the other.

On PostgreSQL the row is locked; on SQLite the writing transaction is alone anyway.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.store.tables import Case, Region

_CASE = (
    select(Case)
    .where(Case.id == bindparam("case"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def lock_case(session: Session, case_id: str) -> Case:
    """The case as it stands now, locked until the transaction ends; NotFound when unknown."""
    case = session.scalar(_CASE, {"case": case_id})
    if case is None:
        raise NotFound
    return case


def lock_regions(session: Session, codes: Sequence[str]) -> None:
    """Let nobody else change who acts for these regions until the transaction ends.

    Rows that point at a region may be written meanwhile. Regions are locked before cases.
    """
    rows = select(Region.code).where(Region.code.in_(codes)).order_by(Region.code)
    session.execute(rows.with_for_update(key_share=True)).all()
