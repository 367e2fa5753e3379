"""Cases that were put onto another version: found again to be put back, or forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from processes.store.tables import Case, CaseMigration, CaseStatus, ProcedureVersion

#: in which cases tokens can be put elsewhere; a halted one may be why the drawing was changed
GOING_ON = (CaseStatus.RUNNING, CaseStatus.INCIDENT)


def newest(session: Session, case_id: str) -> CaseMigration | None:
    """The last one of a case; None when it is still on the version it began with."""
    query = select(CaseMigration).where(CaseMigration.case_id == case_id)
    return session.scalar(query.order_by(CaseMigration.at.desc(), CaseMigration.id).limit(1))


def of_job(session: Session, job_id: str) -> dict[str, CaseMigration]:
    """What a bulk repair did, by case (id)."""
    query = select(CaseMigration).where(CaseMigration.job_id == job_id)
    return {each.case_id: each for each in session.scalars(query)}


def running_on_others(
    session: Session,
    key: str,
    version_id: str,
    *,
    regions: Collection[str] | None,
    only: Collection[str] | None = None,
) -> list[Case]:
    """The running cases of a procedure on other versions than this one, the oldest first.

    `regions`: those that keep them, None for all; `only`: their ids or numbers.
    """
    query = (
        select(Case)
        .join(ProcedureVersion, ProcedureVersion.id == Case.version_id)
        .where(ProcedureVersion.key == key, Case.version_id != version_id)
        .where(Case.status.in_(GOING_ON))
    )
    if regions is not None:
        query = query.where(Case.region_code.in_(regions))
    if only is not None:
        query = query.where(or_(Case.id.in_(only), Case.number.in_(only)))
    return list(session.scalars(query.order_by(Case.opened_at, Case.id)))


def has_old(session: Session, _now: datetime) -> bool:
    """Whether a state is kept to which nothing can go back any more."""
    return session.scalar(select(CaseMigration.id).where(_is_over()).limit(1)) is not None


def forget_old(session: Session, _now: datetime) -> int:
    """Forget the states to which nothing can go back; how many there were."""
    gone = update(CaseMigration).where(_is_over()).values(state=None, kept=None)
    gone = gone.execution_options(synchronize_session=False).returning(CaseMigration.id)
    return len(session.execute(gone).all())


def _is_over() -> ColumnElement[bool]:
    unmoved = exists().where(
        Case.id == CaseMigration.case_id, Case.revision == CaseMigration.revision
    )
    return and_(CaseMigration.state.is_not(None), ~unmoved.correlate(CaseMigration))
