"""What waits: the open tasks a viewer may see, counted and listed as they stand right now.

Everything is counted when somebody looks, range by range, and nothing reads what is finished.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from processes.store.questions.sight import seen_task
from processes.store.questions.standing import (
    Horizon,
    Standing,
    is_before_tomorrow,
    is_late,
    is_near_there,
    is_surely_near,
    stands,
)
from processes.store.questions.waiting_groups import Groups
from processes.store.questions.waiting_rows import (
    TASK,
    WaitingFilters,
    listed,
    open_cases_saying,
    source_of,
)
from processes.store.tables import Case, CaseStatus, Task
from processes.store.viewer import Viewer

#: cases that words may find
MOST_CASES = 1000


class Order(enum.StrEnum):
    """By what the list is sorted."""

    DUE = "tenggat"
    SINCE = "sejak"
    REGION = "daerah"
    STAGE = "tahap"
    CASE = "perkara"


@dataclass(frozen=True, kw_only=True)
class WaitingCounts:
    """How many there are in each standing."""

    total: int
    by_standing: dict[Standing, int]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An open task with what a list says of its case."""

    task: Task
    case_number: str
    case_title: str
    #: the pemrakarsa
    case_region: str
    is_halted: bool


def cases_that_say(session: Session, viewer: Viewer, words: str) -> tuple[str, ...]:
    """Ids of the cases a viewer sees that go on and say something in their number or title; the
    newest numbers first, and at most `MOST_CASES`."""
    return tuple(session.scalars(open_cases_saying(viewer, words, MOST_CASES)))


def waiting_counts(
    session: Session,
    viewer: Viewer,
    filters: WaitingFilters,
    horizon: Horizon,
    *,
    known: Groups | None = None,
) -> WaitingCounts:
    """How many open tasks the viewer sees in each standing, whatever standing the filter names.

    `known`: groups of the same tasks that hold each of them once, so not those of persons; what
    they know is not counted again.
    """
    source = source_of(viewer, filters)

    def number(*conditions: ColumnElement[bool]) -> Any:
        query = select(func.count()).select_from(source.rows)
        return query.where(*source.conditions, *conditions).scalar_subquery()

    late, today = is_late(source.c, horizon), is_before_tomorrow(source.c, horizon)
    near = is_surely_near(source.c, horizon)
    if known is None:
        wanted = [number(), number(late), number(near) + number(is_near_there(source.c, horizon))]
        total, overdue, due_near = session.execute(select(*wanted)).one()
    else:
        overdue, due_near = known.late, known.soon
        total = session.execute(select(number())).scalar_one() if known.open is None else known.open
    due_today, paused, undated, unheld = session.execute(
        select(
            number(near, today),
            number(source.c["paused_at"].is_not(None)),
            number(source.c["due_at"].is_(None)),
            number(~source.c["has_holder"]),
        )
    ).one()
    return WaitingCounts(
        total=total,
        by_standing={
            Standing.LATE: overdue,
            Standing.TODAY: due_today,
            Standing.SOON: due_near,
            Standing.LATER: total - overdue - due_near - undated,
            Standing.PAUSED: paused,
            Standing.NO_DEADLINE: undated - paused,
            Standing.UNHELD: unheld,
        },
    )


def waiting_tasks(
    session: Session,
    viewer: Viewer,
    filters: WaitingFilters,
    horizon: Horizon,
    *,
    order: Order = Order.DUE,
    descending: bool = False,
    limit: int,
    offset: int = 0,
) -> list[Waiting]:
    """The open tasks the viewer sees, the most urgent first unless sorted otherwise."""
    query = listed(viewer, filters)
    if filters.standing is not None:
        query = query.where(stands(filters.standing, TASK, horizon))
    ordered = (
        query.order_by(*_sorted(order, descending, filters.standing)).limit(limit).offset(offset)
    )
    return [
        Waiting(
            task=seen_task(viewer, task, until),
            case_number=number,
            case_title=title,
            case_region=region,
            is_halted=status is CaseStatus.INCIDENT,
        )
        for task, until, number, title, region, status in session.execute(ordered)
    ]


def _sorted(order: Order, descending: bool, standing: Standing | None) -> list[Any]:
    """What has no deadline is sorted by since when it has none."""
    dated = {Standing.PAUSED: Task.paused_at, Standing.NO_DEADLINE: Task.opened_at}
    due: Any = dated.get(standing, Task.due_at) if standing else Task.due_at
    first: dict[Order, list[Any]] = {
        Order.DUE: [due, Task.opened_at],
        Order.SINCE: [Task.opened_at],
        Order.REGION: [Task.region_code, Task.role, due],
        Order.STAGE: [Task.stage, Task.element, due],
        Order.CASE: [Case.number],
    }
    wanted = [*first[order], Task.id]
    if descending:
        return [each.desc().nulls_first() for each in wanted]
    return [each.asc().nulls_last() for each in wanted]
