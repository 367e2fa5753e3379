"""What one month brought: cases that began and ended, agreements that began and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from processes.store.questions.sight import sight
from processes.store.tables import AgreementStatus, Case, CaseStatus
from processes.store.viewer import Viewer

#: agreements of one month that are read at most
MOST = 5000


@dataclass(frozen=True, kw_only=True)
class Month:
    """What happened in the cases in which the viewer still takes part."""

    opened: int
    #: how many ended, and how
    ended: dict[CaseStatus, int]
    #: agreements whose term began or ended in the month, the earliest first
    began: Sequence[Case]
    over: Sequence[Case]


def month_of(
    session: Session, viewer: Viewer, *, first: date, last: date, since: datetime, until: datetime
) -> Month:
    """The month between two days, which are two moments for what has a time of day."""
    opened = session.scalar(
        _cases(viewer, func.count()).where(Case.opened_at >= since, Case.opened_at < until)
    )
    ended = _cases(viewer, Case.status, func.count())
    ended = ended.where(Case.closed_at >= since, Case.closed_at < until).group_by(Case.status)
    counted: dict[CaseStatus, int] = {}
    for status, count in session.execute(ended):
        counted[status] = count
    starts, ends = Case.agreement_starts_on, Case.agreement_ends_on
    bound = Case.agreement_status != AgreementStatus.BELUM
    began = _cases(viewer, Case).where(bound, starts >= first, starts <= last)
    early = and_(
        Case.agreement_status == AgreementStatus.BERAKHIR,
        Case.closed_at >= since,
        Case.closed_at < until,
        or_(ends.is_(None), ends > last),
    )
    over = _cases(viewer, Case).where(bound, or_(and_(ends >= first, ends <= last), early))
    return Month(
        opened=opened or 0,
        ended=counted,
        began=session.scalars(began.order_by(starts, Case.number).limit(MOST)).all(),
        over=session.scalars(over.order_by(ends, Case.number).limit(MOST)).all(),
    )


def _cases(viewer: Viewer, *columns: Any) -> Select[*tuple[Any, ...]]:
    query = select(*columns).select_from(Case)
    if viewer.sees_everything:
        return query
    seen = sight(viewer)
    return query.join(seen, and_(seen.c.case_id == Case.id, seen.c.until.is_(None)))
