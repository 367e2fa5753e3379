"""The record of acts about people, and of who saw or took their data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import QueryableAttribute, Session

from processes.store.questions.pages import Page, rows_of_page
from processes.store.tables import (
    DataAccess,
    DataAct,
    PeopleAct,
    PeopleEvent,
    PeopleValue,
    Person,
    new_id,
)
from processes.store.viewer import Viewer

#: by field, what it said before and after
Values = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class About:
    """Whom an act is about (ids), and whose matter it is; None where it is about nobody."""

    region: str | None = None
    person: str | None = None
    official: str | None = None


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One act with what changed by it; nothing is left of that once the person was erased."""

    event: PeopleEvent
    person: str
    values: Sequence[PeopleValue]


def note(
    session: Session,
    act: PeopleAct,
    about: About,
    *,
    actor: Mapping[str, Any],
    now: datetime,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    values: Values | None = None,
) -> None:
    """Record an act, with what it changed of a person or office."""
    event = PeopleEvent(
        id=new_id(),
        at=now,
        act=act,
        actor=dict(actor),
        region_code=about.region,
        person_id=about.person,
        official_id=about.official,
        reason=reason,
        details=dict(details or {}),
    )
    session.add(event)
    session.flush()
    session.add_all(
        PeopleValue(event_id=event.id, field=field, before=before, after=after)
        for field, (before, after) in (values or {}).items()
    )
    session.flush()


def note_access(
    session: Session,
    act: DataAct,
    about: About,
    *,
    actor: Mapping[str, Any],
    now: datetime,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Record that somebody saw data about a person, or took them with him."""
    session.add(
        DataAccess(
            id=new_id(),
            at=now,
            act=act,
            actor=dict(actor),
            region_code=about.region,
            person_id=about.person,
            reason=reason,
            details=dict(details or {}),
        )
    )
    session.flush()


def page_of_events(
    session: Session, viewer: Viewer, *, person: str | None = None, page: int = 1
) -> Page[Recorded]:
    """One page of the acts in the viewer's regions, or those about one person, newest first."""
    query = select(PeopleEvent, Person.name).outerjoin(Person, Person.id == PeopleEvent.person_id)
    query = query.where(_is_seen(PeopleEvent.region_code, viewer))
    if person is not None:
        query = query.where(PeopleEvent.person_id == person)
    ordered = query.order_by(PeopleEvent.at.desc(), PeopleEvent.id)
    rows, total = rows_of_page(session, ordered, page)
    values = values_of(session, [event.id for event, _ in rows])
    items = [
        Recorded(event=event, person=name or "", values=values.get(event.id, ()))
        for event, name in rows
    ]
    return Page(items=items, number=page, total=total)


def values_of(session: Session, event_ids: Sequence[str]) -> dict[str, list[PeopleValue]]:
    """What changed by these acts (ids), in the order of the fields."""
    found: dict[str, list[PeopleValue]] = {}
    query = select(PeopleValue).where(PeopleValue.event_id.in_(event_ids))
    for value in session.scalars(query.order_by(PeopleValue.field)):
        found.setdefault(value.event_id, []).append(value)
    return found


def page_of_access(
    session: Session, viewer: Viewer, *, page: int = 1
) -> Page[tuple[DataAccess, str]]:
    """One page of who saw or took data of the viewer's regions, and about whom, newest first."""
    query = select(DataAccess, Person.name).outerjoin(Person, Person.id == DataAccess.person_id)
    query = query.where(_is_seen(DataAccess.region_code, viewer))
    rows, total = rows_of_page(session, query.order_by(DataAccess.at.desc(), DataAccess.id), page)
    return Page(items=[(row, name or "") for row, name in rows], number=page, total=total)


def _is_seen(region: QueryableAttribute[str | None], viewer: Viewer) -> ColumnElement[bool]:
    """What belongs to no region is shown to those who see every one."""
    return true() if viewer.sees_everything else region.in_(viewer.regions or ())
