"""When an official's address changes: what waits goes the new way, and old links may die."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.following import KINDS
from processes.actions.inviting import send_link
from processes.actions.task_entries import tell_of_task
from processes.store import links
from processes.store.handover import lock_cases
from processes.store.kinds import CODE
from processes.store.locks import lock_case
from processes.store.tables import (
    LinkPurpose,
    Message,
    MessageStatus,
    Official,
    Person,
    Task,
    TaskHolder,
    TaskStatus,
)
from processes.store.ways import HAND, way_to

if TYPE_CHECKING:
    from processes.office import Office

UNSENT = (MessageStatus.WAITING, MessageStatus.PARKED, MessageStatus.BY_HAND)


def readdress(session: Session, person: Person, now: datetime) -> None:
    """Let every message to a person that nobody sent yet go the way that is best now; one that is
    just being sent is left alone, and so is a one-time code, which has a way of its own."""
    way = way_to(person)
    if way is None:
        return
    whose = select(Official.id).where(Official.person_id == person.id)
    unsent = select(Message).where(
        Message.official_id.in_(whose),
        Message.status.in_(UNSENT),
        Message.lease_until.is_(None),
        Message.kind != CODE,
    )
    for message in session.scalars(unsent):
        message.channel, message.address = way.channel, way.address
        by_hand = way.channel == HAND
        message.status = MessageStatus.BY_HAND if by_hand else MessageStatus.WAITING
        message.attempts, message.not_before = 0, max(message.not_before, now)
    session.flush()


def send_anew(
    session: Session, office: Office, person: Person, *, actor: Actor, now: datetime
) -> None:
    """Kill every link of a person and send him new ones for whatever the old ones allowed."""
    whose = list(
        session.scalars(select(Official).where(Official.person_id == person.id, Official.active))
    )
    carried = [
        (official, task, purpose)
        for official in whose
        for task, purpose in _open(session, official)
    ]
    lock_cases(session, {task.case_id for _, task, _ in carried})
    links.revoke_of(session, {official.id for official in whose}, now)
    for official, task, purpose in carried:
        kind = "tugas_baru" if purpose is LinkPurpose.ANSWER else KINDS.get(purpose)
        if kind is None:
            links.create(session, office.secret, task.id, official.id, now, purpose=purpose)
            continue
        send_link(session, office, task, official, person, now, kind=kind, purpose=purpose)
        case = lock_case(session, task.case_id)
        details = {"official": official.id, "purpose": purpose}
        tell_of_task(session, case, task, "link.made", actor, now, details)


def _open(session: Session, official: Official) -> list[tuple[Task, LinkPurpose]]:
    """The open tasks that an official holds, and what else his links let him do."""
    held = select(TaskHolder.task_id).where(TaskHolder.official_id == official.id)
    is_open = select(Task).where(Task.id.in_(held), Task.status == TaskStatus.OPEN)
    answers = [(task, LinkPurpose.ANSWER) for task in session.scalars(is_open)]
    return answers + links.beside_answering(session, official.id)
