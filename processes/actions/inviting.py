"""Who is told of a task that opens, and the link that each of them gets.

- Where one of several holders is chosen for each case, the cooperation office is asked whom; until
  then nobody holds the task.
- Every holder gets a link to answer it, sent where he has an address; to one who has a telephone
  only it is sent by hand.
- Whoever prepares the answers gets a link for that, told before the holder.
- A task that nobody can be written to about is mailed to whoever may record it from paper.
- The cooperation office of the house can always record from paper: its link is made, not mailed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.addressing import write_to
from processes.actions.roles import SHEPHERD
from processes.engine.told import OpenTask
from processes.store import case_officials, links, questions
from processes.store.acting import STOOD_IN_AT, duties_among, stood_in_at
from processes.store.asking import Asked, Question
from processes.store.handover import hold
from processes.store.questions.people import Holder
from processes.store.tables import Case, LinkPurpose, Official, Person, Task
from processes.store.ways import is_written_to

if TYPE_CHECKING:
    from processes.office import Office

#: how long the mail about a task waits that its holder is offered on a receipt; when he does it
#: at once there is none
OFFERED = timedelta(minutes=10)
#: who prepares is told this much before the holder, so that his letter goes out first
AHEAD = timedelta(microseconds=1)

People = dict[tuple[str, str], list[Holder]]


@dataclass(frozen=True, kw_only=True)
class House:
    """The officials who have to do with the tasks that open in one act, by region and role."""

    people: People
    #: code of the region that records for regions without officials
    keeper: str
    #: roles of which one holder is chosen for each case
    chosen_roles: frozenset[str]
    #: who was chosen for this case
    chosen: Mapping[tuple[str, str], Holder]
    #: for whom officials (ids) stand in
    stood_in: Mapping[str, Sequence[str]]

    def of(self, region: str, role: str | None) -> list[Holder]:
        """Who acts in a role at a region, by name; nobody as long as one has to be chosen."""
        holders = self.people.get((region, role or ""), [])
        if len(holders) < 2 or role not in self.chosen_roles:
            return holders
        chosen = self.chosen.get((region, role))
        return [chosen] if chosen is not None else []

    def has_to_choose(self, task: Task) -> bool:
        """Whether one of several holders, or preparers, has to be chosen first."""
        return any(
            not self.of(task.region_code, role) and self.people.get((task.region_code, role or ""))
            for role in (task.role, task.preparer_role)
        )

    def recorders(self, task: Task) -> list[Holder]:
        """The cooperation office that may record a task of this region from paper."""
        if any(region == task.region_code and found for (region, _), found in self.people.items()):
            return self.of(task.region_code, SHEPHERD)
        return self.of(self.keeper, SHEPHERD)


#: everybody who acts at several `regions`
ACTING = Question(
    lambda p: (
        select(Official, Person)
        .join(Person, Person.id == Official.person_id)
        .where(Official.active.is_(True), p.among(Official.region_code, "regions"))
    ),
    order=(Person.name, Official.id),
)


def house_of(
    session: Session, case: Case, regions: Iterable[str], chosen_roles: frozenset[str]
) -> House:
    """All active officials of the regions (codes) of some tasks, and of who records for them."""
    keeper = questions.keeper_of(session, case)
    regions = _with(keeper, regions)
    people: People = defaultdict(list)
    for official, person in ACTING.rows(session, regions=regions):
        people[official.region_code, official.role].append((official, person))
    return House(
        people=people,
        keeper=keeper,
        chosen_roles=chosen_roles,
        chosen=case_officials.chosen_in(session, case.id),
        stood_in=stood_in_at(session, regions),
    )


def questions_of_house(session: Session, case: Case, tasks: Sequence[OpenTask]) -> list[Asked]:
    """What `house_of` will ask, to be asked ahead; nothing when no task opens."""
    if not tasks:
        return []
    regions = _with(questions.keeper_of(session, case), (task.region for task in tasks))
    return [
        ACTING.about(regions=regions),
        STOOD_IN_AT.about(regions=regions),
        case_officials.CHOSEN.about(case=case.id),
    ]


def _with(keeper: str, regions: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({keeper, *regions}))


def invite(
    session: Session,
    office: Office,
    task: Task,
    house: House,
    now: datetime,
    *,
    offered_to: str | None = None,
    told: Mapping[str, Any] | None = None,
) -> list[Holder]:
    """Give everybody concerned with a fresh task the link that is his, and mail it where due; who
    holds it.

    `offered_to` is a person (id) whom a receipt offers it: his mail waits. `told` is what the
    letters tell beside the task.
    """
    holders = house.of(task.region_code, task.role)
    own = {person.id for _, person in holders}
    if house.has_to_choose(task):
        for each in house.recorders(task):
            send_link(
                session,
                office,
                task,
                *each,
                now,
                kind="pilih_pejabat",
                purpose=LinkPurpose.CHOOSE,
                told=told,
            )
    preparers = [
        each for each in house.of(task.region_code, task.preparer_role) if each[1].id not in own
    ]
    recording = [each for each in house.recorders(task) if each[1].id not in own]
    if any(is_written_to(person) for _, person in holders) or house.has_to_choose(task):
        for each in preparers:
            send_link(
                session,
                office,
                task,
                *each,
                now,
                kind="siapkan",
                purpose=LinkPurpose.PREPARE,
                not_before=now - AHEAD,
                told=told,
            )
    else:
        for each in preparers or recording:
            send_link(
                session,
                office,
                task,
                *each,
                now,
                kind="catat",
                purpose=LinkPurpose.RECORD,
                told=told,
            )
        recording = [each for each in recording if each not in preparers] if preparers else []
    for official, _person in recording:
        links.create(session, office.secret, task.id, official.id, now, purpose=LinkPurpose.RECORD)
    officials = [official for official, _ in holders]
    duties = duties_among(officials, house.stood_in)
    hold(session, task.id, [official.id for official in officials], duties=duties)
    for official, person in holders:
        wait = OFFERED if person.id == offered_to else None
        send_link(
            session,
            office,
            task,
            official,
            person,
            now,
            not_before=now + wait if wait else None,
            told=told,
        )
    return holders


def recorders(session: Session, case: Case, task: Task) -> list[Holder]:
    """The officials of the cooperation office that may record a task from paper now."""
    return questions.holders_of(session, recording_region(session, case, task), SHEPHERD)


def recording_region(session: Session, case: Case, task: Task) -> str:
    """Code of the region whose cooperation office may record a task from paper now."""
    own = questions.has_officials(session, task.region_code)
    return task.region_code if own else questions.keeper_of(session, case)


def send_link(
    session: Session,
    office: Office,
    task: Task,
    official: Official,
    person: Person,
    now: datetime,
    *,
    kind: str = "tugas_baru",
    purpose: LinkPurpose = LinkPurpose.ANSWER,
    note: str = "",
    not_before: datetime | None = None,
    told: Mapping[str, Any] | None = None,
) -> None:
    """Give an official a link of his own into a task, and send it when he has an address."""
    link, _token = links.create(session, office.secret, task.id, official.id, now, purpose=purpose)
    write_to(
        session,
        office,
        (official, person),
        now,
        key=f"task:{task.id}:link:{link.id}",
        kind=kind,
        case_id=task.case_id,
        task_id=task.id,
        link_id=link.id,
        values={**(told or {}), **({"catatan": note} if note else {})},
        not_before=not_before,
        is_new=True,
    )


def send_all(
    session: Session,
    office: Office,
    task: Task,
    people: Sequence[Holder],
    now: datetime,
    *,
    kind: str,
    purpose: LinkPurpose,
    note: str = "",
    not_before: datetime | None = None,
) -> None:
    """Give each of several officials a link of his own, and send it where he has an address."""
    for official, person in people:
        send_link(
            session,
            office,
            task,
            official,
            person,
            now,
            kind=kind,
            purpose=purpose,
            note=note,
            not_before=not_before,
        )
