"""Which procedures there are, and which a new case can follow."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from processes.store.procedures import counts_on
from processes.store.questions.sight import sight
from processes.store.tables import Case, CaseStatus, ProcedureVersion
from processes.store.viewer import Viewer


def newest_procedures(session: Session) -> list[ProcedureVersion]:
    """The version of every procedure that was published last, by key; its day may be to come."""
    return _newest(session, true())


def procedures_in_force(session: Session, on: date) -> list[ProcedureVersion]:
    """The version of every procedure on which a case opened on this day starts, by key."""
    return _newest(session, counts_on(on))


def _newest(session: Session, among: ColumnElement[bool]) -> list[ProcedureVersion]:
    newest = (
        select(ProcedureVersion.key, func.max(ProcedureVersion.number).label("number"))
        .where(among)
        .group_by(ProcedureVersion.key)
        .subquery()
    )
    same = (ProcedureVersion.key == newest.c.key) & (ProcedureVersion.number == newest.c.number)
    query = select(ProcedureVersion).join(newest, same).order_by(ProcedureVersion.key)
    return list(session.scalars(query))


def versions_in_use(session: Session) -> list[str]:
    """Ids of the newest version of every procedure, and of those on which a case runs."""
    newest = [version.id for version in newest_procedures(session)]
    running = select(Case.version_id).where(Case.status == CaseStatus.RUNNING).distinct()
    return sorted({*newest, *session.scalars(running)})


def running_by_version(
    session: Session, viewer: Viewer, key: str
) -> list[tuple[ProcedureVersion, int]]:
    """The versions of a procedure on which cases run that the viewer sees, each with their number,
    oldest first."""
    query = (
        select(ProcedureVersion, func.count())
        .join(Case, Case.version_id == ProcedureVersion.id)
        .where(ProcedureVersion.key == key, Case.status == CaseStatus.RUNNING)
        .group_by(ProcedureVersion.id)
        .order_by(ProcedureVersion.number)
    )
    if not viewer.sees_everything:
        query = query.where(Case.id.in_(select(sight(viewer).c.case_id)))
    return [(version, count) for version, count in session.execute(query)]
