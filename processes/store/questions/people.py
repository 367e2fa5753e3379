"""Who holds a role or a task, and which regions there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.asking import Asked, Question
from processes.store.questions.pages import Page, rows_of_page
from processes.store.tables import (
    Case,
    CaseOfficial,
    Official,
    OfficialStatus,
    Party,
    Person,
    Region,
    Substitution,
    TaskHolder,
)
from processes.store.viewer import Viewer

Holder = tuple[Official, Person]

#: role of the liaison officer (petugas penghubung), and who answers where there is none
LIAISON, CONTACT_ROLE = "ppksd", "bagian_kerja_sama"
CONTACT_ROLES = (LIAISON, CONTACT_ROLE)
#: how a case was opened that another region asked for by letter
LETTER_ENTRY = "surat_masuk"


def holders_of(session: Session, region: str, role: str) -> list[Holder]:
    """The active holders of a role at a region, by name."""
    rows = session.execute(
        select(Official, Person)
        .join(Person, Person.id == Official.person_id)
        .where(Official.region_code == region, Official.role == role, Official.active)
        .order_by(Person.name, Official.id)
    )
    return [(official, person) for official, person in rows]


#: the active holders of several `roles` at several `regions`, by name
IN_ROLES = Question(
    lambda p: (
        select(Official, Person)
        .join(Person, Person.id == Official.person_id)
        .where(p.among(Official.region_code, "regions"), p.among(Official.role, "roles"))
        .where(Official.active)
    ),
    order=(Person.name, Official.id),
)


def holders_by_role(
    session: Session, regions: Sequence[str], roles: Sequence[str]
) -> dict[tuple[str, str], list[Holder]]:
    """The active holders of several roles at several regions, by region and role, each by name."""
    found: dict[tuple[str, str], list[Holder]] = defaultdict(list)
    for official, person in IN_ROLES.rows(session, regions=regions, roles=roles):
        found[official.region_code, official.role].append((official, person))
    return dict(found)


def active_officials(session: Session, region: str) -> list[Holder]:
    """Everybody who acts at a region now, by name and office."""
    rows = session.execute(
        select(Official, Person)
        .join(Person, Person.id == Official.person_id)
        .where(Official.region_code == region, Official.active)
        .order_by(Person.name, Official.position, Official.id)
    )
    return [(official, person) for official, person in rows]


def find_person(session: Session, viewer: Viewer, person_id: str) -> Person | None:
    """Somebody who holds or held an office in the viewer's regions; None for anybody else."""
    query = select(Person).where(Person.id == person_id)
    if not viewer.sees_everything:
        near = select(Official.person_id).where(Official.region_code.in_(viewer.regions or ()))
        query = query.where(Person.id.in_(near))
    return session.scalar(query)


#: who was chosen as liaison officer of several `cases`
_LIAISONS = Question(
    lambda p: select(
        CaseOfficial.case_id, CaseOfficial.region_code, CaseOfficial.official_id
    ).where(p.among(CaseOfficial.case_id, "cases"), CaseOfficial.role == LIAISON)
)


def questions_of_contact(case: Case) -> list[Asked]:
    """What `contact_of` will ask, to be asked ahead; of a case that its pemrakarsa keeps."""
    return [
        _LIAISONS.about(cases=[case.id]),
        IN_ROLES.about(regions=[case.region_code], roles=CONTACT_ROLES),
    ]


def contact_of(session: Session, case: Case) -> Holder | None:
    """Who answers for a case: the PPKSD that its keeper chose, else its cooperation office."""
    return contacts_of(session, [case])[case.id]


def contacts_of(session: Session, cases: Sequence[Case]) -> dict[str, Holder | None]:
    """Who answers for each of several cases, by its id."""
    keepers = {case.id: keeper_of(session, case) for case in cases}
    rows = _LIAISONS.rows(session, cases=sorted(keepers))
    chosen = {(case_id, region): official for case_id, region, official in rows}
    acting = holders_by_role(session, sorted(set(keepers.values())), CONTACT_ROLES)
    found: dict[str, Holder | None] = {}
    for case_id, keeper in keepers.items():
        liaisons = acting.get((keeper, LIAISON), [])
        wanted = chosen.get((case_id, keeper))
        fit = [each for each in liaisons if each[0].id == wanted or len(liaisons) == 1]
        found[case_id] = next(iter(fit or acting.get((keeper, CONTACT_ROLE), [])), None)
    return found


def keeper_of(session: Session, case: Case) -> str:
    """Code of the region that keeps a case and records for regions without officials.

    It is the pemrakarsa; when that has no officials here and a partner opened the case from its
    letter, it is this partner.
    """
    if case.entry != LETTER_ENTRY or has_officials(session, case.region_code):
        return case.region_code
    first = select(Party.region_code).where(Party.case_id == case.id, Party.position == 1)
    return session.scalar(first) or case.region_code


#: who holds each of several `tasks`
HOLDING = Question(
    lambda p: (
        select(TaskHolder.task_id, Official, Person)
        .join(Official, Official.id == TaskHolder.official_id)
        .join(Person, Person.id == Official.person_id)
        .where(p.among(TaskHolder.task_id, "tasks"))
    ),
    order=(TaskHolder.position, Person.name),
)


def holders_of_tasks(session: Session, task_ids: Sequence[str]) -> dict[str, list[Holder]]:
    """Who may finish each of several tasks; a task nobody holds is not among the keys."""
    found: dict[str, list[Holder]] = defaultdict(list)
    for task_id, official, person in HOLDING.rows(session, tasks=task_ids):
        if (official, person) not in found[task_id]:
            found[task_id].append((official, person))
    return dict(found)


@dataclass(frozen=True, kw_only=True)
class Represented:
    """For whom somebody holds a task, and how he stands in for him."""

    official: Official
    person: Person
    status: OfficialStatus


#: for whom somebody else holds each of several `tasks`
REPRESENTED = Question(
    lambda p: (
        select(TaskHolder, Official, Person, Substitution.status)
        .join(Official, Official.id == TaskHolder.for_official_id)
        .join(Person, Person.id == Official.person_id)
        .join(Substitution, Substitution.official_id == TaskHolder.for_official_id)
        .where(p.among(TaskHolder.task_id, "tasks"))
        .where(TaskHolder.official_id != TaskHolder.for_official_id)
        .where(Substitution.began_at.is_not(None))
    ),
    order=(TaskHolder.position.desc(), Substitution.began_at),
)
#: who holds each of several `tasks` as himself
HIMSELF = Question(
    lambda p: select(TaskHolder.task_id, TaskHolder.official_id).where(
        p.among(TaskHolder.task_id, "tasks"),
        TaskHolder.official_id == TaskHolder.for_official_id,
    )
)


def represented(session: Session, task_ids: Sequence[str]) -> dict[tuple[str, str], Represented]:
    """By task and holder (ids), for whom he holds it; not where he holds it as himself."""
    rows = REPRESENTED.rows(session, tasks=task_ids)
    # the first position and the newest substitution come last
    found = {
        (row.task_id, row.official_id): Represented(official=own, person=person, status=status)
        for row, own, person, status in rows
    }
    for task_id, official_id in HIMSELF.rows(session, tasks=task_ids):
        found.pop((task_id, official_id), None)
    return found


def has_officials(session: Session, region: str) -> bool:
    """Whether a region has anybody at all who could act for it."""
    found = select(Official.id).where(Official.region_code == region, Official.active)
    return session.scalar(found.limit(1)) is not None


def page_of_officials(
    session: Session, viewer: Viewer, *, region: str | None, role: str | None, page: int
) -> Page[Holder]:
    """One page of the active officials of the viewer's regions, by region, role and name."""
    query = select(Official, Person).join(Person, Person.id == Official.person_id)
    query = query.where(Official.active)
    if not viewer.sees_everything:
        query = query.where(Official.region_code.in_(viewer.regions or ()))
    for column, wanted in ((Official.region_code, region), (Official.role, role)):
        if wanted is not None:
            query = query.where(column == wanted)
    ordered = query.order_by(Official.region_code, Official.role, Person.name, Official.id)
    rows, total = rows_of_page(session, ordered, page)
    return Page(items=[(o, p) for o, p in rows], number=page, total=total)


def regions_by_code(session: Session) -> dict[str, Region]:
    """Every region by its code, in the order of the codes."""
    return {r.code: r for r in session.scalars(select(Region).order_by(Region.code))}


def regions_with_officials(session: Session) -> list[str]:
    """The names of the regions that have an active official, in the order of their codes."""
    named = select(Official.region_code).where(Official.active)
    query = select(Region.name).where(Region.code.in_(named)).order_by(Region.code)
    return list(session.scalars(query))
