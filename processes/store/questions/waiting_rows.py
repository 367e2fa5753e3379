"""Where open tasks are counted and listed from, as far as a viewer may see them.

Whole installations are read from the partial indexes of open tasks alone; whatever narrows the
view (a region's sight, words, a person) is looked up once and counted from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from processes.store.among import among
from processes.store.questions.sight import sees_task, sight_of_open
from processes.store.questions.standing import Standing
from processes.store.tables import Case, Official, Task, TaskHolder, TaskStatus
from processes.store.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class WaitingFilters:
    """Which open tasks are wanted; None does not narrow."""

    region: str | None = None
    stage: int | None = None
    role: str | None = None
    #: id of somebody who holds it
    person: str | None = None
    standing: Standing | None = None
    #: ids of cases, for example those that say certain words
    cases: tuple[str, ...] | None = None
    #: id of a shape, and of the version it is drawn in
    element: str | None = None
    version: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where open tasks are counted from: their columns by name."""

    rows: Any
    c: Mapping[str, Any]
    conditions: tuple[ColumnElement[bool], ...]
    #: the same rows with their region, where that stands in another table
    rows_with_region: Any
    #: whether indexes hold them in the order of their deadlines
    is_indexed: bool


#: what a count or a group may look at
COLUMNS = ("region_code", "role", "stage", "due_at", "paused_at", "has_holder")
#: those columns of the tasks themselves
TASK: dict[str, Any] = {name: getattr(Task, name) for name in COLUMNS}


def source_of(viewer: Viewer, filters: WaitingFilters) -> Source:
    """Straight from the indexes for a whole installation, else from what was looked up once."""
    if not viewer.sees_everything or _narrows(filters):
        return _once(_visible(viewer, filters, *TASK.values()))
    table, conditions = Task.__table__, (is_open(), *_plain(filters))
    return Source(
        rows=table, c=TASK, conditions=conditions, rows_with_region=table, is_indexed=True
    )


def sources_by_holder(viewer: Viewer, filters: WaitingFilters) -> list[Source]:
    """The same, each task once for every official who holds it (`official_id`)."""
    if not viewer.sees_everything or _narrows(filters) or _plain(filters):
        # only what the indexes tell
        held = _visible(viewer, filters, Task.region_code, Task.due_at, TaskHolder.official_id)
        held = held.join(TaskHolder, and_(TaskHolder.task_id == Task.id, TaskHolder.is_open))
        return [_once(union_all(*(held.where(kind) for kind in _kinds())))]
    table = TaskHolder.__table__
    columns_of_holder = {"due_at": TaskHolder.due_at, "official_id": TaskHolder.official_id}
    return [
        Source(
            rows=table,
            c={**columns_of_holder, "region_code": Official.region_code},
            conditions=(and_(TaskHolder.is_open), kind),
            rows_with_region=table.join(Official.__table__, Official.id == TaskHolder.official_id),
            is_indexed=True,
        )
        for kind in _kinds()
    ]


def _kinds() -> tuple[ColumnElement[bool], ...]:
    """Who holds a task himself, and who stands in for somebody; nobody twice for one task."""
    return (~TaskHolder.stands_in, and_(TaskHolder.stands_in, _is_first()))


def _once(wanted: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]) -> Source:
    found = wanted.cte("waiting").prefix_with("MATERIALIZED", dialect="postgresql")
    columns = {column.name: column for column in found.c}
    return Source(rows=found, c=columns, conditions=(), rows_with_region=found, is_indexed=False)


def _is_first() -> ColumnElement[bool]:
    """Whether somebody who stands in is not counted for the same task already, as himself or for
    another one."""
    other = aliased(TaskHolder)
    again = exists().where(
        other.task_id == TaskHolder.task_id,
        other.official_id == TaskHolder.official_id,
        or_(
            other.for_official_id == other.official_id,
            other.for_official_id < TaskHolder.for_official_id,
        ),
    )
    return ~again


def is_open() -> ColumnElement[bool]:
    """The condition of the partial indexes, in the very words that they are made with."""
    return Task.status == bindparam(None, TaskStatus.OPEN, Task.status.type, literal_execute=True)


def listed(viewer: Viewer, filters: WaitingFilters) -> Select[*tuple[Any, ...]]:
    query = _visible(viewer, filters, Task, with_until=True)
    if filters.version is None:
        query = query.join(Case, Case.id == Task.case_id)
    return query.add_columns(Case.number, Case.title, Case.region_code, Case.status)


def open_cases_saying(viewer: Viewer, words: str, limit: int) -> Select[str]:
    """Ids of cases that have not ended and say something in their number or title."""
    says = (
        func.lower(column).contains(words.lower(), autoescape=True)
        for column in (Case.number, Case.title)
    )
    query = select(Case.id).where(Case.closed_at.is_(None), or_(*says))
    if not viewer.sees_everything:
        seen = sight_of_open(viewer)
        query = query.join(seen, seen.c.case_id == Case.id)
    return query.order_by(Case.number.desc()).limit(limit)


def _narrows(filters: WaitingFilters) -> bool:
    wanted = (filters.cases, filters.person, filters.element, filters.version)
    return any(each is not None for each in wanted)


def _visible(
    viewer: Viewer, filters: WaitingFilters, *columns: Any, with_until: bool = False
) -> Select[*tuple[Any, ...]]:
    """The open tasks that a viewer sees and that the filters leave, but for the standing."""
    until: list[Any] = [null().label("until")] if with_until else []
    query = select(*columns, *until).select_from(Task)
    if not viewer.sees_everything:
        seen = sight_of_open(viewer)
        until = [seen.c.until] if with_until else []
        query = select(*columns, *until).select_from(Task)
        query = query.join(seen, seen.c.case_id == Task.case_id).where(sees_task(viewer, seen))
    if filters.version is not None:
        query = query.join(Case, Case.id == Task.case_id).where(Case.closed_at.is_(None))
    return query.where(is_open(), *_plain(filters), *_narrowing(filters))


def _plain(filters: WaitingFilters) -> list[ColumnElement[bool]]:
    """Conditions that the indexes of open tasks answer."""
    exact: dict[Any, Any] = {
        Task.region_code: filters.region,
        Task.stage: filters.stage,
        Task.role: filters.role,
    }
    return [column == value for column, value in exact.items() if value is not None]


def _narrowing(filters: WaitingFilters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.element is not None:
        wanted.append(Task.element == filters.element)
    if filters.version is not None:
        wanted.append(Case.version_id == filters.version)
    if filters.cases is not None:
        wanted.append(among(Task.case_id, filters.cases))
    if filters.person is not None:
        held = select(TaskHolder.task_id).join(Official, Official.id == TaskHolder.official_id)
        held = held.where(TaskHolder.is_open, Official.person_id == filters.person)
        wanted.append(Task.id.in_(held))
    return wanted
