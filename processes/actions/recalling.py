"""Taking back one's own answer while nothing has followed from it: the case is as it was before.

The state of the diagram, its timers, deadlines and alarms come back as they stood; what the answer
had opened is closed, its links die.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.addressing import write_to
from processes.actions.authority import living_link, still_acts
from processes.actions.finished import case_of
from processes.actions.news import CLOSED, FELL
from processes.actions.running import resume
from processes.actions.task_entries import tell_of_task
from processes.actions.timers import caught_up
from processes.actions.traces import KEPT, giver_of, put_back
from processes.actions.wording import readable
from processes.engine.jumping import rename
from processes.errors import Conflict, Gone, NotAllowed, NotFound
from processes.sentences import say
from processes.store import alarms, questions, typed
from processes.store.asking import Asked, Question
from processes.store.tables import (
    Alarm,
    Case,
    CaseStatus,
    Link,
    LinkPurpose,
    Message,
    MessageStatus,
    Official,
    Party,
    Person,
    Recallable,
    Task,
    TaskStatus,
)

if TYPE_CHECKING:
    from processes.office import Office

#: what was put up for sending and has not gone out
UNSENT = (MessageStatus.WAITING, MessageStatus.BY_HAND)


#: the tasks of a `case` for which somebody prepared answers (ids)
_PREPARED = Question(
    lambda p: select(Task.id).where(Task.case_id == p.one("case"), Task.prepared.is_not(None))
)


def questions_of_recall(case: Case) -> list[Asked]:
    """What `may_recall` will ask."""
    return [KEPT.about(case=case.id), _PREPARED.about(case=case.id)]


def may_recall(session: Session, office: Office, case: Case, task: Task, person_id: str) -> bool:
    """Whether this person may take back what he answered, as things stand."""
    kept: Recallable | None = KEPT.first(session, case=case.id)
    return (
        kept is not None
        and kept.giver == person_id
        and _obstacle(session, office, case, task, kept) is None
    )


def recall_task(
    office: Office, task_id: str, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    """Take back one's own answer; the task is open again, with all that was typed in a draft.

    Raises NotFound, NotAllowed, Gone, InvalidAnswers (`reason`), or Conflict with why it is too
    late.
    """
    if reason.strip():
        reason = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with caught_up(office, case_of(office, task_id), now) as (session, case):
        task = session.get_one(Task, task_id, populate_existing=True)
        if not actor.may_act_for(task.region_code):
            raise NotFound
        living_link(session, task, actor, LinkPurpose.ANSWER)
        official = session.get(Official, actor.official_id) if actor.official_id else None
        if official is not None and not still_acts(session, task, official):
            raise Gone
        person_id = official.person_id if official else None
        kept = session.get(Recallable, case.id, populate_existing=True)
        why = _obstacle(session, office, case, task, kept)
        if why is not None or kept is None:
            raise Conflict(why)
        if kept.giver != giver_of(actor, person_id):
            raise NotAllowed("acts.recall_not_yours")
        _undo(session, office, case, task, kept, person_id, now)
        _tell(session, case, task, kept, reason.strip(), actor, now)


def _obstacle(
    session: Session, office: Office, case: Case, task: Task, kept: Recallable | None
) -> str | None:
    """Why the answer cannot be taken back (a sentence's key); None when it can."""
    if (
        task.status is not TaskStatus.DONE
        or task.answers is None
        or (task.receipt or {}).get("recorded")
    ):
        return "acts.not_recallable"
    if case.status is not CaseStatus.RUNNING:
        return "acts.recall_ended"
    procedure = office.drawn_for(session, case, task)
    if not procedure.shapes[task.element].recall or procedure.binds(task.element, task.answers):
        return "acts.recall_forbidden"
    if kept is None or kept.task_id != task.id or kept.revision != case.revision:
        return "acts.recall_moved"
    acted = not set(_PREPARED.firsts(session, case=case.id)).isdisjoint(kept.facts["opened"])
    if (task.receipt or {}).get("continued_by") or acted:
        return "acts.recall_moved"
    return None


def _undo(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    kept: Recallable,
    person_id: str | None,
    now: datetime,
) -> None:
    """Put everything back.

    1. The diagram and what follows from it; what was opened gets other ids when it comes again.
    2. What the answer opened is closed, and nobody is written to about it.
    3. The task and those that it closed are open again, with their alarms.
    4. Who left is back; what was shared is in its house again.
    """
    opened, closed = kept.facts["opened"], kept.facts["closed"]
    form = office.shape_of(session, case, task).form
    case.state = kept.state
    put_back(case, kept.facts["case"])
    run = resume(session, office, case, now)
    rename(run, opened)
    case.state, case.next_timer_at = run.save(), run.next_timer
    case.revision += 1
    for each in session.scalars(select(Task).where(Task.id.in_(opened))):
        _withdraw(session, office, each, now)
    if person_id is not None:
        pairs = form.to_pairs(task.answers or {})
        typed.save(session, task.id, person_id, LinkPurpose.ANSWER, pairs, now)
    _reopen(session, case, [task.id, *closed], kept.at)
    _unsay(session, office, case, kept.at, now)
    session.execute(
        update(Link)
        .where(Link.task_id == task.id, Link.revoked_at.is_(None))
        .where(Link.purpose.in_((LinkPurpose.COMPLETE, LinkPurpose.RESPOND)))
        .values(revoked_at=now)
    )
    session.execute(
        update(Party)
        .where(Party.case_id == case.id, Party.region_code.in_(kept.facts["left"]))
        .values(left_at=None)
    )
    shares = office.shape_of(session, case, task).shares
    session.execute(
        update(Task)
        .where(Task.case_id == case.id, Task.element.in_(shares), Task.shared_at == kept.at)
        .values(shared_at=None)
    )
    session.expire_all()


def _withdraw(session: Session, office: Office, task: Task, now: datetime) -> None:
    """Close a task that the answer had opened; who has heard of it is told."""
    task.status, task.closed_at = TaskStatus.CANCELLED, now
    alarms.drop_of_task(session, task.id, now)
    about = Message.task_id == task.id
    heard = set(
        session.scalars(
            select(Message.official_id).where(about, Message.status == MessageStatus.SENT)
        )
    )
    session.execute(
        update(Message)
        .where(about, Message.status.in_(UNSENT))
        .values(status=MessageStatus.DROPPED)
    )
    session.execute(
        update(Link)
        .where(Link.task_id == task.id, Link.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    for official, person in questions.holders_of_tasks(session, [task.id]).get(task.id, []):
        if official.id in heard:
            write_to(
                session,
                office,
                (official, person),
                now,
                key=f"task:{task.id}:recalled:{official.id}",
                kind="ditarik",
                case_id=task.case_id,
                task_id=task.id,
                values={"catatan": say("acts.recalled_note")},
            )


def _unsay(session: Session, office: Office, case: Case, at: datetime, now: datetime) -> None:
    """Drop what the answer had others told of their tasks and initials; who has read it is told
    that it holds no more."""
    told = select(Message).where(
        Message.case_id == case.id, Message.kind.in_((CLOSED, FELL)), Message.created_at == at
    )
    for message in session.scalars(told).all():
        if message.status in UNSENT:
            message.status = MessageStatus.DROPPED
        elif message.status is MessageStatus.SENT and message.official_id is not None:
            official = session.get_one(Official, message.official_id)
            write_to(
                session,
                office,
                (official, session.get_one(Person, official.person_id)),
                now,
                key=f"{message.key}:void",
                kind="kabar",
                case_id=case.id,
                task_id=message.task_id,
                values={"kabar": say("acts.news_void")},
            )


def _reopen(session: Session, case: Case, task_ids: list[str], at: datetime) -> None:
    session.execute(
        update(Task)
        .where(Task.id.in_(task_ids))
        .values(
            status=TaskStatus.OPEN,
            closed_at=None,
            answers=None,
            answers_sha256=None,
            receipt=None,
            done_by=None,
            done_by_person_id=None,
        )
    )
    dropped = update(Alarm).where(
        Alarm.case_id == case.id, Alarm.dropped_at == at, Alarm.fired_at.is_(None)
    )
    session.execute(dropped.where(Alarm.task_id.in_(task_ids)).values(dropped_at=None))


def _tell(
    session: Session,
    case: Case,
    task: Task,
    kept: Recallable,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    withdrawn = list(session.scalars(select(Task.name).where(Task.id.in_(kept.facts["opened"]))))
    session.delete(kept)
    told = {"element": task.element, "reason": reason, "withdrawn": withdrawn}
    tell_of_task(session, case, task, "task.recalled", actor, now, told)
