"""A holder asks whoever sent him the task; the answer stands on the page and comes by mail."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.authority import living_link
from processes.actions.finished import case_of, check_open
from processes.actions.inviting import send_link
from processes.actions.task_entries import tell_of_task
from processes.actions.wording import readable
from processes.errors import Conflict, Gone, NotFound
from processes.sentences import say
from processes.store import links, questions
from processes.store.locks import lock_case
from processes.store.questions.people import Holder
from processes.store.tables import (
    Case,
    Enquiry,
    LinkPurpose,
    Official,
    Person,
    Task,
    TaskStatus,
    new_id,
)

if TYPE_CHECKING:
    from processes.office import Office

#: links by which somebody works on a task and may ask about it
WORKING = (LinkPurpose.ANSWER, LinkPurpose.PREPARE, LinkPurpose.RECORD)


def sender_of(session: Session, case: Case, task: Task, asking: str | None) -> Holder | None:
    """Whom the holder of a task may ask: who finished what opened it, else the case's contact;
    never the person (id) who asks."""
    before = session.scalars(
        select(Task)
        .where(
            Task.case_id == case.id,
            Task.status == TaskStatus.DONE,
            Task.closed_at == task.opened_at,
            Task.position < task.position,
            Task.done_by_person_id.is_not(None),
        )
        .order_by(Task.position.desc())
    ).first()
    if before is not None and before.done_by_person_id != asking:
        own = session.scalars(
            select(Official)
            .where(Official.person_id == before.done_by_person_id, Official.active)
            .where(Official.region_code == before.region_code)
            .order_by(Official.role != before.role, Official.id)
        ).first()
        if own is not None:
            return own, session.get_one(Person, own.person_id)
    contact = questions.contact_of(session, case)
    return contact if contact is not None and contact[1].id != asking else None


def ask_sender(
    office: Office, task_id: str, question: str, *, actor: Actor, now: datetime
) -> Enquiry:
    """Ask about an open task; whoever is asked gets a link of his own to answer.

    Raises NotFound, Gone, TaskClosed, InvalidAnswers (`question`), or Conflict when there is nobody
    to ask.
    """
    question = readable(question, field="question", missing="acts.question_missing", lines=True)
    with office.database.write() as session:
        case = lock_case(session, case_of(office, task_id))
        task = session.get_one(Task, task_id, populate_existing=True)
        if not actor.may_act_for(task.region_code):
            raise NotFound
        living_link(session, task, actor, *WORKING)
        check_open(task)
        own = session.get(Official, actor.official_id) if actor.official_id else None
        asked = sender_of(session, case, task, own.person_id if own else None)
        if asked is None:
            raise Conflict("acts.nobody_asked")
        by = f"{actor.name}, {own.position}" if own else actor.name
        enquiry = Enquiry(
            id=new_id(),
            case_id=case.id,
            task_id=task.id,
            asker_id=own.id if own else None,
            asked_by=by[:300],
            asked_at=now,
            question=question,
            asked_id=asked[0].id,
            asked_of=f"{asked[1].name}, {asked[0].position}"[:300],
        )
        session.add(enquiry)
        session.flush()
        send_link(
            session,
            office,
            task,
            *asked,
            now,
            kind="pertanyaan",
            purpose=LinkPurpose.REPLY,
            note=say("acts.question_note", by=by, text=question),
        )
        _tell(session, case, task, enquiry, "task.asked", actor, now, asked[0].region_code)
        return enquiry


def answer_enquiry(
    office: Office, enquiry_id: str, answer: str, *, actor: Actor, now: datetime
) -> Enquiry:
    """Answer what was asked; whoever asked is told.

    Raises NotFound, Gone, InvalidAnswers (`answer`), or Conflict when it is answered already.
    """
    answer = readable(answer, field="answer", missing="acts.answer_missing", lines=True)
    with office.database.read() as session:
        known = session.get(Enquiry, enquiry_id)
        if known is None:
            raise NotFound
        case_id = known.case_id
    with office.database.write() as session:
        case = lock_case(session, case_id)
        enquiry = session.get_one(Enquiry, enquiry_id, populate_existing=True)
        task = session.get_one(Task, enquiry.task_id)
        asked = session.get_one(Official, enquiry.asked_id)
        if not actor.may_act_for(asked.region_code):
            raise NotFound
        living_link(session, task, actor, LinkPurpose.REPLY)
        own = session.get(Official, actor.official_id) if actor.official_id else None
        if actor.kind == "official" and (own is None or not own.active):
            raise Gone
        if enquiry.answered_at is not None:
            raise Conflict("acts.answered_already")
        by = f"{actor.name}, {own.position}" if own else f"{actor.name} ({asked.position})"
        enquiry.answer, enquiry.answered_by, enquiry.answered_at = answer, by[:300], now
        _send_answer(session, office, task, enquiry, now)
        _tell(session, case, task, enquiry, "task.replied", actor, now, asked.region_code)
        return enquiry


def _send_answer(
    session: Session, office: Office, task: Task, enquiry: Enquiry, now: datetime
) -> None:
    """Tell who asked, with a fresh link while what he works with still lives."""
    if enquiry.asker_id is None or task.status is not TaskStatus.OPEN:
        return
    asker = session.get_one(Official, enquiry.asker_id)
    person = session.get_one(Person, asker.person_id)
    for purpose in WORKING:
        if links.is_living(session, task.id, asker.id, purpose):
            note = say(
                "acts.answer_note",
                question=enquiry.question,
                by=enquiry.answered_by,
                text=enquiry.answer,
            )
            send_link(
                session,
                office,
                task,
                asker,
                person,
                now,
                kind="jawaban",
                purpose=purpose,
                note=note,
            )
            return


def _tell(
    session: Session,
    case: Case,
    task: Task,
    enquiry: Enquiry,
    kind: str,
    actor: Actor,
    now: datetime,
    party: str,
) -> None:
    more = {
        "party": party,
        "enquiry": enquiry.id,
        "question": enquiry.question,
        **({"answer": enquiry.answer} if enquiry.answer else {}),
    }
    tell_of_task(session, case, task, kind, actor, now, more)
