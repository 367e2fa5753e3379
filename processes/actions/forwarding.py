"""A holder who is away forwards one task to whoever stands in for him (Plh. or Plt.), by a letter.

Only this task moves. Whoever stands in for a whole office, for a length of time, is entered by the
cooperation office (`substituting`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.addressing import write_to
from processes.actions.declining import let_go
from processes.actions.handing_over import names_of
from processes.actions.held import Held, candidate, held_task
from processes.actions.inviting import send_link
from processes.actions.roles import SHEPHERD
from processes.actions.standing_in import STATUSES, StandIn, substitute_of
from processes.actions.wording import readable
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.sentences import say
from processes.store import questions
from processes.store.acting import position_of
from processes.store.questions.people import Holder
from processes.store.tables import Official, OfficialStatus, Person, TaskHolder

if TYPE_CHECKING:
    from processes.office import Office

#: proof of person for which a link alone is enough
LINK_ONLY = "tautan"


@dataclass(frozen=True, kw_only=True)
class Forward:
    """Who does the task instead, and by which letter."""

    #: `Plh` or `Plt`
    status: str
    letter_number: str
    #: an official of the same region; else a person by name and address
    official_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


def forward_task(
    office: Office, task_id: str, wish: Forward, *, actor: Actor, now: datetime
) -> None:
    """Let a substitute hold the task instead of the actor, whose link dies; the cooperation office
    of the house is told.

    Raises NotFound, Gone, TaskClosed, Conflict, or InvalidAnswers with a sentence per field.
    """
    with held_task(office, task_id, actor=actor, now=now) as held:
        status, letter = _checked(wish)
        person = _person(held, wish, status)
        if person.id == held.official.person_id:
            raise InvalidAnswers({"official": FieldError("acts.substitute_himself")})
        substitute = _official(held, person, status)
        row = held.session.scalars(
            select(TaskHolder)
            .where(TaskHolder.task_id == held.task.id, TaskHolder.official_id == held.official.id)
            .order_by(TaskHolder.position)
        ).first()
        place = row.position if row else 0
        let_go(held.session, held.task, held.official, now)
        _hold(held.session, held.task.id, substitute, place)
        after = names_of([(substitute, person)])
        note = say("acts.forwarded_note", by=held.name, status=f"{status.value}.", letter=letter)
        send_link(held.session, office, held.task, substitute, person, now, note=note)
        held.tell(
            "task.forwarded",
            {"before": [held.name], "after": after, "status": status.value, "letter": letter},
        )
        _tell_house(office, held, person, f"{after[0]}. {note}")


def _checked(wish: Forward) -> tuple[OfficialStatus, str]:
    errors: dict[str, KsddError] = {}
    letter = ""
    if wish.status not in {each.value for each in STATUSES}:
        errors["status"] = FieldError("acts.substitute_status")
    try:
        letter = readable(
            wish.letter_number,
            field="letter_number",
            missing="errors.letter_number_missing",
            limit=120,
        )
    except InvalidAnswers as error:
        errors |= error.fields
    if errors:
        raise InvalidAnswers(errors)
    return OfficialStatus(wish.status), letter


def _person(held: Held, wish: Forward, status: OfficialStatus) -> Person:
    """Who stands in; where a link alone does not prove who acts, only somebody who is known."""
    if wish.official_id:
        return candidate(held.session, held.task, wish.official_id)[1]
    if held.task.assurance != LINK_ONLY:
        raise InvalidAnswers({"official": FieldError("acts.substitute_known")})
    named = StandIn(
        status=status,
        starts_on=held.now.date(),
        ends_on=None,
        letter_number=wish.letter_number,
        name=wish.name,
        email=wish.email,
        phone=wish.phone,
    )
    return substitute_of(held.session, held.official, named)


def _official(held: Held, person: Person, status: OfficialStatus) -> Official:
    """The row of the substitute in the role of the one he stands in for; made when there is none.

    It does not make him an official of the role: he holds this task only.
    """
    absent, session = held.official, held.session
    known = session.scalar(
        select(Official).where(
            Official.region_code == absent.region_code,
            Official.role == absent.role,
            Official.person_id == person.id,
        )
    )
    name = session.get_one(Person, absent.person_id).name
    if known is None:
        known = Official(
            region_code=absent.region_code,
            role=absent.role,
            person_id=person.id,
            position="",
            in_office=False,
            active=False,
        )
        session.add(known)
    if not known.in_office and not known.active:
        known.status = status
        known.position = position_of(status, absent.position, name)
    session.flush()
    return known


def _hold(session: Session, task_id: str, substitute: Official, place: int) -> None:
    if session.get(TaskHolder, (task_id, substitute.id)) is None:
        session.add(
            TaskHolder(
                task_id=task_id,
                official_id=substitute.id,
                for_official_id=substitute.id,
                position=place,
                by_name=True,
            )
        )
    session.flush()


def _tell_house(office: Office, held: Held, person: Person, news: str) -> None:
    shepherds: list[Holder] = questions.holders_of(held.session, held.task.region_code, SHEPHERD)
    for each in shepherds:
        if each[1].id not in (person.id, held.official.person_id):
            write_to(
                held.session,
                office,
                each,
                held.now,
                key=f"task:{held.task.id}:forwarded:{held.case.history_seq}:{each[0].id}",
                kind="diteruskan",
                case_id=held.case.id,
                task_id=held.task.id,
                values={"catatan": news},
            )
