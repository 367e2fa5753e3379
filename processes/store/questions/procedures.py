"""Which procedures a new case can follow."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.store.tables import ProcedureVersion


def newest_procedures(session: Session) -> list[ProcedureVersion]:
    """The newest version of every procedure, by key."""
    newest = (
        select(ProcedureVersion.key, func.max(ProcedureVersion.number).label("number"))
        .group_by(ProcedureVersion.key)
        .subquery()
    )
    same = (ProcedureVersion.key == newest.c.key) & (ProcedureVersion.number == newest.c.number)
    query = select(ProcedureVersion).join(newest, same).order_by(ProcedureVersion.key)
    return list(session.scalars(query))
