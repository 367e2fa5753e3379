"""What waits: the open tasks a viewer may see, counted, grouped and listed as they stand right now.

Everything is counted when somebody looks, range by range, and nothing reads what is finished.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, select
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
from processes.store.questions.waiting_rows import (
    TASK,
    Source,
    WaitingFilters,
    listed,
    open_cases_saying,
    source_of,
    sources_by_holder,
)
from processes.store.tables import Case, CaseStatus, Official, Task
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


class Grouping(enum.StrEnum):
    """By what is counted."""

    REGION = "daerah"
    STAGE = "tahap"
    #: a role at a region
    OFFICE = "jabatan"
    PERSON = "orang"


@dataclass(frozen=True, kw_only=True)
class WaitingCounts:
    """How many there are in each standing."""

    total: int
    by_standing: dict[Standing, int]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The open tasks of one region, stage, office or person."""

    #: code; number; code and role; id of the person
    key: tuple[Any, ...]
    open: int
    late: int
    #: due today or within the near days
    soon: int
    #: the earliest deadline
    oldest: datetime | None


@dataclass(frozen=True, kw_only=True)
class Groups:
    """The first groups, and what all of them hold together."""

    first: list[Group]
    open: int = 0
    late: int = 0
    soon: int = 0


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
        row = session.execute(
            select(
                number(),
                number(late),
                number(near) + number(is_near_there(source.c, horizon)),
            )
        ).one()
        total, overdue, due_near = row
    else:
        total, overdue, due_near = known.open, known.late, known.soon
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


def waiting_groups(
    session: Session,
    viewer: Viewer,
    filters: WaitingFilters,
    grouping: Grouping,
    horizon: Horizon,
    *,
    limit: int,
) -> Groups:
    """The open tasks the viewer sees by region, stage, office or person, the latest first."""
    by_person = grouping is Grouping.PERSON
    sources = sources_by_holder(viewer, filters) if by_person else [source_of(viewer, filters)]
    parts = [part for source in sources for part in _parts(source, KEYS[grouping], horizon)]
    found = parts[0].union_all(*parts[1:]).subquery("parts")
    grouped: list[Any] = [found.c[name] for name in KEYS[grouping]]
    numbers = [func.sum(found.c[name]) for name in ("open", "late", "soon")]
    rows: Any = found
    if by_person:
        rows, grouped = found.join(Official, Official.id == grouped[0]), [Official.person_id]
    whole = [func.sum(number).over() for number in numbers]
    query = select(*grouped, *numbers, func.min(found.c.oldest), *whole).select_from(rows)
    query = query.group_by(*grouped)
    ordered = query.order_by(numbers[1].desc(), numbers[2].desc(), numbers[0].desc(), *grouped)
    width = len(grouped)
    listed_rows = session.execute(ordered.limit(limit)).all()
    if not listed_rows:
        return Groups(first=[])
    first = [
        Group(
            key=tuple(row[:width]),
            open=int(row[width]),
            late=int(row[width + 1]),
            soon=int(row[width + 2]),
            oldest=row[width + 3],
        )
        for row in listed_rows
    ]
    waiting, late, soon = (int(number) for number in listed_rows[0][width + 4 :])
    return Groups(first=first, open=waiting, late=late, soon=soon)


def _parts(source: Source, names: Sequence[str], horizon: Horizon) -> list[Select[Any]]:
    """By group: all that waits, what is late, and what is near; each from its own range."""
    keys = [source.c[name].label(name) for name in names]
    none = func.count(null())

    def part(place: int, rows: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
        counts = [func.count() if n == place else none for n in range(3)]
        named = [c.label(name) for c, name in zip(counts, ("open", "late", "soon"), strict=True)]
        oldest = func.min(source.c["due_at"]).label("oldest")
        query = select(*keys, *named, oldest).select_from(rows)
        return query.where(*source.conditions, *conditions).group_by(*keys)

    return [
        part(0, source.rows),
        part(1, source.rows, is_late(source.c, horizon)),
        part(2, source.rows, is_surely_near(source.c, horizon)),
        part(2, source.rows_with_region, is_near_there(source.c, horizon)),
    ]


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


KEYS = {
    Grouping.REGION: ("region_code",),
    Grouping.STAGE: ("stage",),
    Grouping.OFFICE: ("region_code", "role"),
    Grouping.PERSON: ("official_id",),
}


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
