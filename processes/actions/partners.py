"""Partners without officials: the codes of their letter packages, and the contact they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.bookkeeping import SHEPHERD
from processes.actions.people import invite
from processes.actions.wording import readable
from processes.errors import Conflict, FieldError, InvalidAnswers, NotAllowed, NotFound
from processes.sentences import say
from processes.store import codes, history, outbox, people, questions
from processes.store.handover import hand_over
from processes.store.locks import lock_case
from processes.store.questions.partners import CONTACT_NAMED
from processes.store.tables import Case, CaseStatus, Official, Party, Region, Task, TaskStatus

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


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whoever has a living code in his hand: which party of which case it is for."""

    code_id: str
    case: Case
    region: Region
    #: whether the case still runs and the region still takes part
    may_act: bool

    def actor(self, address: str = "", user_agent: str = "") -> Actor:
        """The holder as the one who acts: nothing is known of him but the code."""
        name = say("partners.code_holder", region=self.region.name, number=self.case.number)
        return Actor(
            kind="code",
            name=name,
            code_id=self.code_id,
            regions=frozenset({self.region.code}),
            address=address,
            user_agent=user_agent,
        )


def find_holder(session: Session, office: Office, typed: str) -> Holder | None:
    """The holder of the code somebody typed; None when it is unknown, revoked or no code."""
    code = codes.read_code(typed)
    found = codes.find_code(session, office.secret, code) if code else None
    if found is None:
        return None
    case = session.get_one(Case, found.case_id)
    party = session.get_one(Party, (case.id, found.region_code))
    return Holder(
        code_id=found.id,
        case=case,
        region=session.get_one(Region, found.region_code),
        may_act=case.status is CaseStatus.RUNNING and party.left_at is None,
    )


def name_contact(
    office: Office, typed: str, given: ContactGiven, *, actor: Actor, now: datetime
) -> str:
    """Make somebody the contact of the code's region; returns the official's id.

    He holds the role of the cooperation office from now on: every open task of it at his region
    becomes his and its link is mailed to him. The pemrakarsa of each of these cases is told.
    Raises NotFound (no such code), Conflict (the case is over, or there is a contact already).
    """
    with office.database.write() as session:
        holder = held(session, office, typed)
        _lock_all(session, holder)
        if not questions.without_contact(session, [holder.region.code]):
            raise Conflict("partners.contact_exists", **_whom_to_ask(session, holder))
        official = _engage(session, holder.region.code, given)
        moved = hand_over(session, left=(), joined={official.id}, now=now)
        for move in moved:
            invite(session, office, move, actor, now)
        for case_id in sorted({holder.case.id, *(move.case_id for move in moved)}):
            case = session.get_one(Case, case_id)
            _note_contact(session, office, case, holder.region, official, given, actor, now)
        return official.id


def revoke_codes(
    office: Office, case_id: str, region: str, *, reason: str, actor: Actor, now: datetime
) -> int:
    """Kill every living code of a party, for the pemrakarsa; how many died."""
    with partner_of(office, case_id, region, reason, actor) as (session, case, partner, why):
        died = codes.revoke_codes(session, case.id, region, now)
        details = {"count": died, "reason": why}
        tell(session, case, "code.revoked", partner, actor, now, details)
        return died


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
            official.active = False
        session.flush()
        codes.revoke_codes(session, case.id, region, now)
        left = {official.id for official, _ in named}
        for move in hand_over(session, left=left, joined=(), now=now):
            invite(session, office, move, actor, now)
        people_named = ", ".join(person.name for _, person in named)
        details = {"official": sorted(left), "people": people_named, "reason": why}
        tell(session, case, "contact.revoked", partner, actor, now, details)
        return len(named)


@contextmanager
def partner_of(
    office: Office, case_id: str, region: str, reason: str, actor: Actor
) -> Iterator[tuple[Session, Case, Region, str]]:
    """One transaction on a locked case, for an act of its pemrakarsa about one partner.

    Raises InvalidAnswers (no reason, not a partner), NotFound, or NotAllowed.
    """
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with office.database.write() as session:
        case = lock_case(session, case_id)
        yield session, case, check_partner(session, case, region, actor), why


def check_partner(session: Session, case: Case, region: str, actor: Actor) -> Region:
    """The partner's region; raises NotAllowed unless the actor acts for the pemrakarsa."""
    if not actor.may_act_for(case.region_code):
        raise NotAllowed
    party = session.get(Party, (case.id, region))
    if party is None or party.position == 0 or party.left_at is not None:
        raise InvalidAnswers({"region": FieldError("partners.not_a_partner", code=region)})
    return session.get_one(Region, region)


def held(session: Session, office: Office, typed: str) -> Holder:
    """The holder of a code who may act; raises NotFound or, when the case is over, Conflict."""
    holder = find_holder(session, office, typed)
    if holder is None:
        raise NotFound("partners.code_unknown")
    if not holder.may_act:
        raise Conflict("partners.case_over")
    return holder


def tell(
    session: Session,
    case: Case,
    kind: str,
    partner: Region,
    actor: Actor,
    now: datetime,
    details: Mapping[str, Any],
) -> None:
    """Note what happened between the pemrakarsa and one partner; both houses may read it."""
    history.append(
        session,
        case,
        at=now,
        kind=kind,
        actor=actor.as_entry(),
        details={
            "region": case.region_code,
            "party": partner.code,
            "name": partner.name,
            **details,
        },
    )


def tell_pemrakarsa(
    session: Session, office: Office, case: Case, kind: str, key: str, said: str, now: datetime
) -> None:
    """A message to the cooperation office of the pemrakarsa, once per `key`."""
    for official, person in questions.holders_of(session, case.region_code, SHEPHERD):
        if person.email:
            outbox.put(
                session,
                key=f"{key}:{official.id}",
                case_id=case.id,
                official_id=official.id,
                kind=kind,
                address=person.email,
                values={"kabar": said},
                domain=office.mail_domain,
                now=now,
            )


def _lock_all(session: Session, holder: Holder) -> None:
    """Lock the region, then the cases that naming a contact touches, always in the same order."""
    session.execute(
        select(Region.code).where(Region.code == holder.region.code).with_for_update()
    ).all()
    waiting = select(Task.case_id).where(
        Task.region_code == holder.region.code,
        Task.role == SHEPHERD,
        Task.status == TaskStatus.OPEN,
    )
    for case_id in sorted({holder.case.id, *session.scalars(waiting)}):
        lock_case(session, case_id)


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
    before.position, before.active = given.position, True
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
        email=given.email or "-",
        phone=given.phone or "-",
    )
    key = f"case:{case.id}:contact:{official.id}:{now.isoformat()}"
    tell_pemrakarsa(session, office, case, "narahubung_mitra", key, said, now)
