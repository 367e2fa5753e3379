"""Choosing who of several holders of a role acts for a region in one case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.authority import living_link
from processes.actions.handing_over import hand_to, names_of
from processes.actions.inviting import send_link
from processes.actions.roles import SHEPHERD
from processes.errors import Conflict, FieldError, Gone, InvalidAnswers, NotFound
from processes.store import case_officials, history, links, questions
from processes.store.locks import lock_case
from processes.store.questions.people import Holder
from processes.store.tables import (
    Case,
    CaseStatus,
    LinkPurpose,
    Official,
    Person,
    Task,
    TaskStatus,
)

if TYPE_CHECKING:
    from processes.office import Office


def choose_official(
    office: Office,
    case_id: str,
    official_id: str,
    *,
    actor: Actor,
    now: datetime,
    through: str | None = None,
) -> None:
    """Let an official act in a case for his region and role; open tasks of it become his.

    The same choice again changes nothing. `through` is the task (id) whose link the actor came by.
    Raises NotFound, Gone, Conflict (the case has ended) or InvalidAnswers (`official`).
    """
    with office.database.write() as session:
        case = lock_case(session, case_id)
        official = session.get(Official, official_id)
        codes = {party.region_code for party in questions.parties_of_case(session, case_id)}
        if official is None or not official.active or official.region_code not in codes:
            raise InvalidAnswers({"official": FieldError("errors.official_not_here")})
        if not actor.may_act_for(official.region_code):
            raise NotFound
        if actor.kind == "official":
            _check_link(session, actor, official, through)
        if case.status not in (CaseStatus.RUNNING, CaseStatus.INCIDENT):
            raise Conflict("errors.case_ended")
        _check_role(office, session, case, official)
        before = case_officials.chosen_in(session, case_id)
        if before.get((official.region_code, official.role), (None,))[0] is official:
            return
        person = session.get_one(Person, official.person_id)
        case_officials.choose(session, case_id, official, by=actor.name, now=now)
        details = {
            "region": official.region_code,
            "role": official.role,
            "name": names_of([(official, person)])[0],
        }
        history.append(
            session, case, at=now, kind="case.official", actor=actor.as_entry(), details=details
        )
        _hand_over(session, office, case, (official, person), actor, now)
        _let_prepare(session, office, case, (official, person), now)


def _check_role(office: Office, session: Session, case: Case, official: Official) -> None:
    procedure = office.procedure(session, case.version_id)
    if official.role not in procedure.chosen_roles:
        title = procedure.titles.get(official.role, official.role)
        raise InvalidAnswers({"official": FieldError("errors.role_not_chosen", role=title)})


def _check_link(session: Session, actor: Actor, chosen: Official, through: str | None) -> None:
    """Only the cooperation office chooses through a link, and only for the role it was asked."""
    task = session.get(Task, through) if through else None
    own = session.get(Official, actor.official_id) if actor.official_id else None
    if task is None or own is None or not own.active or own.role != SHEPHERD:
        raise Gone
    living_link(session, task, actor, LinkPurpose.CHOOSE)
    if chosen.role not in (task.role, task.preparer_role):
        raise InvalidAnswers({"official": FieldError("errors.official_not_here")})


def _hand_over(
    session: Session, office: Office, case: Case, to: Holder, actor: Actor, now: datetime
) -> None:
    official, _person = to
    waiting = session.scalars(
        select(Task)
        .where(
            Task.case_id == case.id,
            Task.status == TaskStatus.OPEN,
            Task.region_code == official.region_code,
            Task.role == official.role,
        )
        .order_by(Task.position)
    ).all()
    held = questions.holders_of_tasks(session, [task.id for task in waiting])
    for task in waiting:
        if [own.id for own, _ in held.get(task.id, [])] != [official.id]:
            hand_to(session, office, case, task, [to], why="", actor=actor, now=now)


def _let_prepare(session: Session, office: Office, case: Case, to: Holder, now: datetime) -> None:
    """Open tasks that his role prepares are prepared by him, and by none of the others."""
    official, person = to
    prepared = select(Task).where(
        Task.case_id == case.id,
        Task.status == TaskStatus.OPEN,
        Task.region_code == official.region_code,
        Task.preparer_role == official.role,
    )
    for task in session.scalars(prepared.order_by(Task.position)):
        others = {o.id for o, _ in questions.holders_of(session, task.region_code, official.role)}
        links.revoke_preparing(session, task.id, others, now=now)
        held = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
        if person.id not in {own.id for _, own in held}:
            send_link(
                session,
                office,
                task,
                official,
                person,
                now,
                kind="siapkan",
                purpose=LinkPurpose.PREPARE,
            )
