"""Officials as whoever keeps them looks for them, and the roles that nobody holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from processes.store.questions.pages import Page, rows_of_page
from processes.store.questions.people import Holder
from processes.store.tables import (
    Authenticator,
    Case,
    CaseStatus,
    Official,
    Party,
    Person,
    Region,
    Task,
    TaskHolder,
    TaskStatus,
)
from processes.store.viewer import Viewer

#: in office now; left; acts without a way to get a one-time code
IN_OFFICE, LEFT, NO_SECOND_WAY = "menjabat", "berhenti", "tanpa_saluran_kedua"
STATES = (IN_OFFICE, LEFT, NO_SECOND_WAY)


@dataclass(frozen=True, kw_only=True)
class OfficialFilters:
    """Which officials are wanted."""

    region: str | None = None
    role: str | None = None
    #: part of a name, a position, a NIP or an address
    words: str = ""
    state: str = IN_OFFICE


@dataclass(frozen=True, kw_only=True)
class Vacancy:
    """A role of the diagram that nobody holds at a region that takes part in running cases."""

    region: str
    region_name: str
    role: str
    #: running cases in which the region takes part
    cases: int


def officials_wanted(viewer: Viewer, filters: OfficialFilters) -> Select[Official, Person]:
    """The officials of the viewer's regions that the filters leave, by region, role and name."""
    query = select(Official, Person).join(Person, Person.id == Official.person_id)
    if not viewer.sees_everything:
        query = query.where(Official.region_code.in_(viewer.regions or ()))
    if filters.region is not None:
        query = query.where(Official.region_code == filters.region)
    if filters.role is not None:
        query = query.where(Official.role == filters.role)
    acts = or_(Official.in_office, Official.active)
    query = query.where(~acts if filters.state == LEFT else acts)
    if filters.state == NO_SECOND_WAY:
        query = query.where(_no_second_way())
    if filters.words:
        query = query.where(_named(filters.words))
    return query.order_by(Official.region_code, Official.role, Person.name, Official.id)


def page_of_wanted_officials(
    session: Session, viewer: Viewer, filters: OfficialFilters, *, page: int
) -> Page[Holder]:
    """One page of them."""
    rows, total = rows_of_page(session, officials_wanted(viewer, filters), page)
    return Page(items=[(o, p) for o, p in rows], number=page, total=total)


def vacancies(session: Session, viewer: Viewer, roles: Collection[str]) -> list[Vacancy]:
    """The roles without a holder, in regions that have officials and take part in running cases."""
    parties = (
        select(Party.region_code, func.count())
        .join(Case, Case.id == Party.case_id)
        .where(Case.status == CaseStatus.RUNNING, Party.left_at.is_(None))
        .group_by(Party.region_code)
    )
    if not viewer.sees_everything:
        parties = parties.where(Party.region_code.in_(viewer.regions or ()))
    cases = dict(session.execute(parties).all())
    held: dict[str, set[str]] = {}
    holders = select(Official.region_code, Official.role).where(
        Official.active, Official.region_code.in_(cases)
    )
    for region, role in session.execute(holders.distinct()):
        held.setdefault(region, set()).add(role)
    named = select(Region.code, Region.name).where(Region.code.in_(held))
    return [
        Vacancy(region=code, region_name=name, role=role, cases=cases[code])
        for code, name in session.execute(named.order_by(Region.code))
        for role in sorted(roles)
        if role not in held[code]
    ]


def roles_counted(session: Session, viewer: Viewer) -> dict[str, tuple[int, int]]:
    """By role, how many officials hold it in the viewer's regions, and in how many of these."""
    query = select(Official.role, func.count(), func.count(Official.region_code.distinct())).where(
        Official.active
    )
    if not viewer.sees_everything:
        query = query.where(Official.region_code.in_(viewer.regions or ()))
    rows = session.execute(query.group_by(Official.role))
    return {role: (people, regions) for role, people, regions in rows}


def officials_counted(session: Session, regions: Sequence[str]) -> dict[str, int]:
    """By region, how many officials act for it."""
    query = select(Official.region_code, func.count()).where(
        Official.active, Official.region_code.in_(regions)
    )
    return dict(session.execute(query.group_by(Official.region_code)).all())


def offices_of(session: Session, person_id: str) -> list[Official]:
    """Every office that a person holds or held, by region and role."""
    query = select(Official).where(Official.person_id == person_id)
    return list(session.scalars(query.order_by(Official.region_code, Official.role)))


def open_tasks_of(session: Session, official_id: str) -> list[tuple[Task, Case]]:
    """The open tasks that an official holds, himself or for another, the most urgent first."""
    held = select(TaskHolder.task_id).where(TaskHolder.official_id == official_id)
    query = (
        select(Task, Case)
        .join(Case, Case.id == Task.case_id)
        .where(Task.id.in_(held), Task.status == TaskStatus.OPEN)
        .order_by(Task.due_at.is_(None), Task.due_at, Task.id)
    )
    return [(task, case) for task, case in session.execute(query)]


def without_second_way(session: Session, person_ids: Collection[str]) -> set[str]:
    """Those of some people (ids) whom no one-time code reaches beside their link."""
    query = select(Person.id).where(Person.id.in_(person_ids), _no_second_way())
    return set(session.scalars(query))


def _no_second_way() -> ColumnElement[bool]:
    """No authenticator app, and no second address: only a mail and a channel, or a mail and a
    telephone, let a code come beside the link (`actions.second_channel`)."""
    app = (
        select(Authenticator.id)
        .where(
            Authenticator.person_id == Person.id,
            Authenticator.confirmed_at.is_not(None),
            Authenticator.ended_at.is_(None),
        )
        .exists()
    )
    beside = or_(Person.channel_url.is_not(None), Person.phone.is_not(None))
    return and_(~app, ~and_(Person.email.is_not(None), beside))


def _named(words: str) -> ColumnElement[bool]:
    columns = (Person.name, Official.position, Person.nip, Person.email, Person.phone)
    return and_(
        *(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
            for word in words.split()[:8]
        )
    )
