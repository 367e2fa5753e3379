"""The contact that a partner without officials names with its short code, and taking him back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.following import follow, invite
from processes.actions.inviting import send_link
from processes.actions.partners import Holder, held, partner_of, tell, tell_pemrakarsa
from processes.actions.roles import SHEPHERD
from processes.errors import Conflict
from processes.sentences import say
from processes.store import codes, links, people, questions
from processes.store.acting import settle
from processes.store.handover import hand_over, lock_concerned, put_right
from processes.store.locks import lock_case
from processes.store.questions.partners import CONTACT_NAMED
from processes.store.shared_letters import let_share_at_once
from processes.store.tables import (
    Case,
    LinkPurpose,
    Official,
    Person,
    Region,
    Task,
    TaskStatus,
)

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class ContactGiven:
    """Whom a partner names, checked; at least one of the two addresses is there."""

    name: str
    position: str
    email: str | None = None
    #: `+62…`
    phone: str | None = None


def name_contact(
    office: Office, typed: str, given: ContactGiven, *, actor: Actor, now: datetime
) -> str:
    """Make somebody the contact of the code's region; returns the official's id.

    He holds the role of the cooperation office from now on: every open task of it at his region
    becomes his, and he may record the others from their papers; the links are mailed to him. The
    pemrakarsa of each of these cases is told.
    Raises NotFound (no such code), Conflict (the case is over, or there is a contact already).
    """
    with office.database.write() as session:
        holder = held(session, office, typed)
        cases = _lock_all(session, holder)
        if not questions.without_contact(session, [holder.region.code]):
            raise Conflict("partners.contact_exists", **_whom_to_ask(session, holder))
        official = _engage(session, holder.region.code, given)
        for move in hand_over(session, left=(), joined={official.id}, now=now):
            invite(session, office, move, actor, now)
        _let_record(session, office, official, now)
        let_share_at_once(session, {official.id}, now)
        for case in cases:
            _note_contact(session, office, case, holder.region, official, given, actor, now)
        return official.id


def revoke_contact(
    office: Office, case_id: str, region: str, *, reason: str, actor: Actor, now: datetime
) -> int:
    """Take the role back from whoever a party named with its code, and kill the code too.

    Returns how many people that were. Raises Conflict when nobody was named with a code; officials
    who were registered otherwise are not touched.
    """
    with partner_of(office, case_id, region, reason, actor) as (session, case, partner, why):
        named = questions.contacts_by_code(session, case.id, region)
        if not named:
            raise Conflict("partners.no_contact_by_code", region=partner.name)
        for official, _ in named:
            official.in_office = official.active = False
        settled = settle(session, region, now)
        codes.revoke_codes(session, case.id, region, now)
        left = {official.id for official, _ in named}
        links.revoke_of(session, left, now)
        lock_concerned(session, [region], changes=settled.changes, left=left)
        moved = hand_over(session, left=left, joined=(), now=now)
        moved += put_right(session, region, now)
        follow(session, office, settled.changes, moved, actor=actor, now=now, reason=why)
        people_named = ", ".join(person.name for _, person in named)
        details = {"official": sorted(left), "people": people_named, "reason": why}
        tell(session, case, "contact.revoked", partner, actor, now, details)
        return len(named)


def _lock_all(session: Session, holder: Holder) -> list[Case]:
    """Lock the region, then the cases that naming a contact touches, always in the same order.

    Returns these cases: the holder's own, and every one in which a task of the region waits.
    """
    session.execute(
        select(Region.code).where(Region.code == holder.region.code).with_for_update()
    ).all()
    waiting = select(Task.case_id).where(
        Task.region_code == holder.region.code, Task.status == TaskStatus.OPEN
    )
    concerned = sorted({holder.case.id, *session.scalars(waiting)})
    return [lock_case(session, case_id) for case_id in concerned]


def _let_record(session: Session, office: Office, official: Official, now: datetime) -> None:
    """Mail the contact a link to record each open task of his region that nobody holds."""
    person = session.get_one(Person, official.person_id)
    waiting = select(Task).where(
        Task.region_code == official.region_code,
        Task.role != SHEPHERD,
        Task.status == TaskStatus.OPEN,
    )
    for task in session.scalars(waiting.order_by(Task.case_id, Task.position)):
        send_link(
            session,
            office,
            task,
            official,
            person,
            now,
            kind="catat",
            purpose=LinkPurpose.RECORD,
        )


def _engage(session: Session, region: str, given: ContactGiven) -> Official:
    """The contact as an official; somebody who held the role before gets it back."""
    person = people.find_person(
        session, name=given.name, nip=None, email=given.email, phone=given.phone
    ) or people.add_person(session, name=given.name, email=given.email, phone=given.phone)
    before = session.scalar(
        select(Official).where(
            Official.region_code == region,
            Official.role == SHEPHERD,
            Official.person_id == person.id,
        )
    )
    if before is None:
        return people.make_official(session, region, SHEPHERD, person, given.position)
    before.position, before.in_office, before.active = given.position, True, True
    session.flush()
    return before


def _whom_to_ask(session: Session, holder: Holder) -> dict[str, str]:
    """Who the region's contact is, and who at the pemrakarsa can change that."""
    ours = questions.holders_of(session, holder.region.code, SHEPHERD)
    theirs = questions.holders_of(session, holder.case.region_code, SHEPHERD)
    region = session.get_one(Region, holder.case.region_code).name
    return {
        "contact": ours[0][1].name if ours else holder.region.name,
        "whom": " ".join((theirs[0][1].name, theirs[0][1].phone or "")).strip()
        if theirs
        else region,
    }


def _note_contact(
    session: Session,
    office: Office,
    case: Case,
    region: Region,
    official: Official,
    given: ContactGiven,
    actor: Actor,
    now: datetime,
) -> None:
    details = {"official": official.id, "person": given.name, "position": given.position}
    tell(session, case, CONTACT_NAMED, region, actor, now, details)
    said = say(
        "partners.contact_named",
        region=region.name,
        name=given.name,
        position=given.position,
        reach=", ".join(
            say(f"partners.by_{way}", address=address)
            for way, address in (("email", given.email), ("phone", given.phone))
            if address
        ),
    )
    key = f"case:{case.id}:contact:{official.id}:{now.isoformat()}"
    tell_pemrakarsa(session, office, case, "narahubung_mitra", key, said, now)
