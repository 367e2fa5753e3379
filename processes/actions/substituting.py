"""Somebody stands in for an official who is away (Plh. or Plt.): by a letter, until a day.

His open and new tasks, reminders and links are the substitute's while it lasts, under both names;
when it ends they are his again by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.inviting import send_link
from processes.actions.people import invite
from processes.actions.wording import readable
from processes.errors import (
    Conflict,
    FieldError,
    InvalidAnswers,
    KsddError,
    NotAllowed,
    NotFound,
)
from processes.sentences import say
from processes.store import links, people, substitutions
from processes.store.handover import hand_over
from processes.store.tables import (
    Case,
    CaseStatus,
    Link,
    LinkPurpose,
    Official,
    OfficialStatus,
    Person,
    Substitution,
    Task,
    new_id,
)

if TYPE_CHECKING:
    from processes.office import Office

#: how somebody may stand in
STATUSES = (OfficialStatus.PLH, OfficialStatus.PLT)
#: the letters that carry a link for something else than an answer; others go without one
_KINDS = {
    LinkPurpose.PREPARE: "siapkan",
    LinkPurpose.CHOOSE: "pilih_pejabat",
    LinkPurpose.COMPLETE: "lengkapi",
    LinkPurpose.RESPOND: "dicatat",
}
#: what may still be done when a task is finished
_AFTERWARDS = (LinkPurpose.COMPLETE, LinkPurpose.RESPOND)


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Who stands in, for how long, and by which letter."""

    status: OfficialStatus
    starts_on: date
    #: last day; None until it is ended by hand
    ends_on: date | None
    letter_number: str
    note: str = ""
    #: an official of the same region, whatever his role; else a person by name and address
    official_id: str | None = None
    name: str = ""
    email: str | None = None
    phone: str | None = None


def substitute_official(
    office: Office, official_id: str, wish: StandIn, *, actor: Actor, now: datetime
) -> str:
    """Let somebody stand in for an official; it begins at once when its first day has come.

    Returns the id of the substitution. Raises NotFound, NotAllowed, Conflict, or InvalidAnswers
    with a sentence per field.
    """
    with office.database.write() as session:
        absent = session.get(Official, official_id, with_for_update=True)
        if absent is None:
            raise NotFound
        if not actor.may_act_for(absent.region_code):
            raise NotAllowed
        _check(session, office, absent, wish, now)
        row = Substitution(
            id=new_id(),
            official_id=absent.id,
            person_id=_person(session, absent, wish).id,
            status=wish.status,
            starts_on=wish.starts_on,
            ends_on=wish.ends_on,
            letter_number=readable(
                wish.letter_number,
                field="letter_number",
                missing="errors.letter_number_missing",
                limit=120,
            ),
            note=wish.note,
            created_by=actor.name[:300],
            created_at=now,
        )
        session.add(row)
        session.flush()
        if wish.starts_on <= office.calendar.today(now, absent.region_code):
            _begin(session, office, row, absent, actor, now)
        return row.id


def end_substitution(office: Office, row_id: str, *, actor: Actor, now: datetime) -> None:
    """End a substitution by hand, or call off one that has not begun.

    Raises NotFound, NotAllowed, or Conflict when it is over already.
    """
    with office.database.write() as session:
        row = session.get(Substitution, row_id, with_for_update=True)
        if row is None:
            raise NotFound
        absent = session.get_one(Official, row.official_id)
        if not actor.may_act_for(absent.region_code):
            raise NotAllowed
        if row.ended_at is not None:
            raise Conflict("errors.substitution_over")
        _end(session, office, row, absent, actor, now)


def change_substitutes(office: Office, *, now: datetime) -> int:
    """Begin and end the substitutions whose day has come; how many."""
    with office.database.read() as session:
        open_ones = [
            (row.id, row.began_at is None, _turn(office, row, absent))
            for row, absent in substitutions.still_open(session)
        ]
    due = [
        row_id
        for row_id, waits, (begins, ends) in open_ones
        if (waits and begins <= now) or (ends is not None and ends <= now)
    ]
    return sum(_change(office, row_id, now) for row_id in due)


def _change(office: Office, row_id: str, now: datetime) -> int:
    with office.database.write() as session:
        row = session.get_one(Substitution, row_id, with_for_update=True)
        if row.ended_at is not None:
            return 0
        absent = session.get_one(Official, row.official_id)
        _begins, ends = _turn(office, row, absent)
        if ends is not None and ends <= now:
            _end(session, office, row, absent, Actor.clock(), now)
        elif row.began_at is None:
            _begin(session, office, row, absent, Actor.clock(), now)
        return 1


def _turn(office: Office, row: Substitution, absent: Official) -> tuple[datetime, datetime | None]:
    """The moments at which it begins and ends: midnight in the region's zone."""
    zone = office.calendar.zone(absent.region_code)
    begins = datetime.combine(row.starts_on, datetime.min.time(), zone)
    if row.ends_on is None:
        return begins, None
    after = date.fromordinal(row.ends_on.toordinal() + 1)
    return begins, datetime.combine(after, datetime.min.time(), zone)


def _check(
    session: Session, office: Office, absent: Official, wish: StandIn, now: datetime
) -> None:
    errors: dict[str, KsddError] = {}
    today = office.calendar.today(now, absent.region_code)
    if not absent.active:
        raise Conflict("errors.official_not_acting")
    if wish.status not in STATUSES:
        errors["status"] = FieldError("errors.substitute_status")
    if wish.ends_on is not None and wish.ends_on < max(wish.starts_on, today):
        errors["ends_on"] = FieldError("errors.substitute_ends")
    for row in substitutions.open_of(session, absent.id):
        if substitutions.overlaps(row, wish.starts_on, wish.ends_on):
            errors["starts_on"] = FieldError(
                "errors.substitute_overlaps", day=row.starts_on.isoformat()
            )
    if errors:
        raise InvalidAnswers(errors)


def _person(session: Session, absent: Official, wish: StandIn) -> Person:
    """Who stands in: a colleague of the same region, or somebody who is named."""
    if wish.official_id is not None:
        other = session.get(Official, wish.official_id)
        if other is None or not other.active or other.region_code != absent.region_code:
            raise InvalidAnswers({"substitute": FieldError("errors.substitute_unknown")})
        person = session.get_one(Person, other.person_id)
    else:
        name = readable(wish.name, field="name", missing="errors.substitute_missing", limit=200)
        if not wish.email and not wish.phone:
            raise InvalidAnswers({"email": FieldError("errors.substitute_address")})
        person = people.find_person(
            session, name=name, nip=None, email=wish.email, phone=wish.phone
        ) or people.add_person(session, name=name, email=wish.email, phone=wish.phone)
    if person.id == absent.person_id:
        raise InvalidAnswers({"substitute": FieldError("errors.substitute_self")})
    return person


def _begin(
    session: Session,
    office: Office,
    row: Substitution,
    absent: Official,
    actor: Actor,
    now: datetime,
) -> None:
    if not absent.active:
        return  # he left, or somebody stands in for him already; the row waits for its end
    position = position_of(row.status, absent.position, session.get_one(Person, absent.person_id))
    substitute = substitutions.stand_in(session, row, absent, position)
    row.began_at = now
    _move(session, office, absent, substitute, actor, now)
    _copy_links(session, office, absent, substitute, now)


def _end(
    session: Session,
    office: Office,
    row: Substitution,
    absent: Official,
    actor: Actor,
    now: datetime,
) -> None:
    for chained in substitutions.open_of(session, row.substitute_id or ""):
        middle = session.get_one(Official, chained.official_id)
        _end(session, office, chained, middle, actor, now)
    substitutions.step_back(session, row, absent, now)
    if row.began_at is not None and row.substitute_id is not None:
        substitute = session.get_one(Official, row.substitute_id)
        _move(session, office, substitute, absent, actor, now)


def _move(
    session: Session, office: Office, left: Official, joined: Official, actor: Actor, now: datetime
) -> None:
    """Open tasks go from one to the other: the links of the first die in this transaction."""
    gone = set() if left.active else {left.id}
    for move in hand_over(session, left=gone, joined={joined.id}, now=now):
        invite(session, office, move, actor, now)


def _copy_links(
    session: Session, office: Office, absent: Official, substitute: Official, now: datetime
) -> None:
    """Whatever else the absent official may do with a task by link, his substitute may as well."""
    rows = session.execute(
        select(Link.task_id, Link.purpose)
        .join(Task, Task.id == Link.task_id)
        .join(Case, Case.id == Task.case_id)
        .where(
            Link.official_id == absent.id,
            Link.purpose != LinkPurpose.ANSWER,
            Link.revoked_at.is_(None),
            or_(Task.closed_at.is_(None), Link.purpose.in_(_AFTERWARDS)),
            Case.status == CaseStatus.RUNNING,
        )
        .distinct()
        .order_by(Link.task_id, Link.purpose)
    ).all()
    person = session.get_one(Person, substitute.person_id)
    for task_id, purpose in rows:
        task = session.get_one(Task, task_id)
        if purpose in _KINDS:
            send_link(
                session,
                office,
                task,
                substitute,
                person,
                now,
                kind=_KINDS[purpose],
                purpose=purpose,
            )
        else:
            links.create(session, office.secret, task_id, substitute.id, now, purpose=purpose)


def position_of(status: OfficialStatus, position: str, absent: Person) -> str:
    """How a substitute's office is printed, with the name of whom he stands in for."""
    words = say("people.stands_in", status=status.value, position=position, name=absent.name)
    return words[:200]
