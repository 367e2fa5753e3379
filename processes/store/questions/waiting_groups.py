"""What waits by region, stage, office or person: whose is late, whose will be, whose there is.

The groups that a page shows first are those with the most that is late or near. Where indexes hold
the open tasks in the order of their deadlines those are found from what is urgent alone, and only
for them everything is counted.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, select, tuple_
from sqlalchemy.orm import Session

from processes.store.questions.standing import (
    Horizon,
    is_late,
    is_near,
    is_near_there,
    is_surely_near,
)
from processes.store.questions.waiting_rows import (
    Source,
    WaitingFilters,
    source_of,
    sources_by_holder,
)
from processes.store.tables import Official
from processes.store.viewer import Viewer


class Grouping(enum.StrEnum):
    """By what is counted."""

    REGION = "daerah"
    STAGE = "tahap"
    #: a role at a region
    OFFICE = "jabatan"
    PERSON = "orang"


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
    #: None where it was not counted
    open: int | None = 0
    late: int = 0
    soon: int = 0


KEYS = {
    Grouping.REGION: ("region_code",),
    Grouping.STAGE: ("stage",),
    Grouping.OFFICE: ("region_code", "role"),
    Grouping.PERSON: ("official_id",),
}


def waiting_groups(
    session: Session,
    viewer: Viewer,
    filters: WaitingFilters,
    grouping: Grouping,
    horizon: Horizon,
    *,
    limit: int,
) -> Groups:
    """The open tasks the viewer sees by region, stage, office or person: first those with the most
    that is late, then with the most that is near."""
    by_person = grouping is Grouping.PERSON
    sources = sources_by_holder(viewer, filters) if by_person else [source_of(viewer, filters)]
    if grouping is not Grouping.STAGE and all(source.is_indexed for source in sources):
        urgent = _listed(session, _urgent(sources, grouping, horizon), grouping, limit)
        if len(urgent.first) == limit:
            return Groups(
                first=_whole(session, sources, grouping, urgent.first),
                open=None,
                late=urgent.late,
                soon=urgent.soon,
            )
    everything = [_everything(each, grouping, horizon) for each in sources]
    return _listed(session, everything, grouping, limit)


def _everything(source: Source, grouping: Grouping, horizon: Horizon) -> Select[*tuple[Any, ...]]:
    """Keys, all three numbers and the earliest deadline, from one look at every row."""
    late, soon = (func.count().filter(of_them(source.c, horizon)) for of_them in (is_late, is_near))
    return _grouped(source, grouping, source.rows_with_region, (func.count(), late, soon))


def _urgent(
    sources: Sequence[Source], grouping: Grouping, horizon: Horizon
) -> list[Select[*tuple[Any, ...]]]:
    """What is late and what is near by group, each from its own range."""
    return [
        part
        for source in sources
        for part in (
            _part(source, grouping, 1, source.rows, is_late(source.c, horizon)),
            _part(source, grouping, 2, source.rows, is_surely_near(source.c, horizon)),
            _part(source, grouping, 2, source.rows_with_region, is_near_there(source.c, horizon)),
        )
    ]


def _part(
    source: Source, grouping: Grouping, place: int, rows: Any, *conditions: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """Keys, one of the numbers (open, late, soon) by its place, and the earliest deadline."""
    counts = [func.count() if n == place else func.count(null()) for n in range(3)]
    return _grouped(source, grouping, rows, counts, *conditions)


def _grouped(
    source: Source,
    grouping: Grouping,
    rows: Any,
    counts: Sequence[ColumnElement[int]],
    *conditions: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    """Keys, the numbers (open, late, soon) by name, and the earliest deadline."""
    keys = [source.c[name].label(name) for name in KEYS[grouping]]
    named = [c.label(name) for c, name in zip(counts, ("open", "late", "soon"), strict=True)]
    oldest = func.min(source.c["due_at"]).label("oldest")
    query = select(*keys, *named, oldest).select_from(rows)
    return query.where(*source.conditions, *conditions).group_by(*keys)


def _listed(
    session: Session,
    parts: Sequence[Select[*tuple[Any, ...]]],
    grouping: Grouping,
    limit: int,
) -> Groups:
    """The first groups that parts make together, and the numbers of all of them."""
    rows = parts[0].union_all(*parts[1:]).subquery("parts")
    joined: Any = rows
    keys: list[Any] = [rows.c[name] for name in KEYS[grouping]]
    if grouping is Grouping.PERSON:
        joined, keys = rows.join(Official, Official.id == keys[0]), [Official.person_id]
    numbers = [func.sum(rows.c[name]) for name in ("open", "late", "soon")]
    whole = [func.sum(number).over() for number in numbers]
    query = select(*keys, *numbers, func.min(rows.c.oldest), *whole).select_from(joined)
    ordered = query.group_by(*keys).order_by(numbers[1].desc(), numbers[2].desc(), *keys)
    found = session.execute(ordered.limit(limit)).all()
    if not found:
        return Groups(first=[])
    width = len(keys)
    first = [
        Group(
            key=tuple(row[:width]),
            open=int(row[width]),
            late=int(row[width + 1]),
            soon=int(row[width + 2]),
            oldest=row[width + 3],
        )
        for row in found
    ]
    waiting, late, soon = (int(number) for number in found[0][width + 4 :])
    return Groups(first=first, open=waiting, late=late, soon=soon)


def _whole(
    session: Session, sources: Sequence[Source], grouping: Grouping, first: Sequence[Group]
) -> list[Group]:
    """The same groups with all that waits in them."""
    wanted = [group.key for group in first]
    parts = [
        _part(each, grouping, 0, each.rows, _is_one_of(each, grouping, wanted)) for each in sources
    ]
    counted = {group.key: group for group in _listed(session, parts, grouping, len(first)).first}
    return [
        replace(group, open=counted[group.key].open, oldest=counted[group.key].oldest)
        for group in first
    ]


def _is_one_of(
    source: Source, grouping: Grouping, keys: Sequence[tuple[Any, ...]]
) -> ColumnElement[bool]:
    if grouping is Grouping.PERSON:
        offices = select(Official.id).where(Official.person_id.in_([person for (person,) in keys]))
        of_persons: ColumnElement[bool] = source.c["official_id"].in_(offices)
        return of_persons
    columns = [source.c[name] for name in KEYS[grouping]]
    if len(columns) == 1:
        of_one: ColumnElement[bool] = columns[0].in_([key for (key,) in keys])
        return of_one
    return tuple_(*columns).in_(keys)
