"""Asking for a report: one look at the database, one pass over what it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from processes.store import questions
from processes.store.questions.performance import (
    ReportFilters,
    came_into_force,
    clock_facts,
    first_seen,
    kind_names,
    on_their_way,
    timed_tasks,
)
from processes.store.tables import Case
from processes.store.viewer import Viewer
from webhooks.current import office
from webhooks.reports.counting import Counter, Period, Report
from webhooks.reports.forecast import Estimate, Experience


@dataclass(frozen=True, kw_only=True)
class ExpectedCase:
    """A case on its way, and when its agreement will probably be in force."""

    case: Case
    estimate: Estimate


def read_report(
    session: Session, viewer: Viewer, filters: ReportFilters, period: Period, now: datetime
) -> Report:
    """The report on the viewer's own houses."""
    narrowed = (session, viewer, filters)
    counter = Counter(
        office().calendar,
        period,
        clock_facts(*narrowed, since=period.since),
        kind_names(*narrowed, since=period.since),
        now,
    )
    return counter.count(timed_tasks(*narrowed, since=period.since))


def read_expected(
    session: Session, viewer: Viewer, filters: ReportFilters, page: int, now: datetime
) -> tuple[list[ExpectedCase], int]:
    """One page of the cases on their way, the oldest first, and how many there are.

    A region narrows the cases, not the experience.
    """
    size = questions.PAGE_SIZE
    cases, total = on_their_way(session, viewer, filters, page=page, size=size)
    if not cases:
        return [], total
    everywhere = ReportFilters(
        procedure=filters.procedure, version=filters.version, category=filters.category
    )
    known = (session, viewer, everywhere)
    experience = Experience(office().calendar, first_seen(*known), came_into_force(*known))
    ids = [case.id for case in cases]
    reached = {(row.case_id, row.stage): row.at for row in first_seen(*known, ids)}
    return [
        ExpectedCase(
            case=case,
            estimate=experience.estimate(
                case.region_code,
                case.stage,
                reached.get((case.id, case.stage), case.opened_at),
                now,
            ),
        )
        for case in cases
    ], total


def role_titles(session: Session) -> Mapping[str, str]:
    """What the owners call each role, by the newest versions."""
    titles: dict[str, str] = {}
    for version in questions.newest_procedures(session):
        titles |= office().procedure(session, version.id).titles
    return titles
