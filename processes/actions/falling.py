"""Tasks that somebody else's act closed, and initials and signatures that fell with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.act import Act
from processes.engine.procedure import Procedure
from processes.sentences import say
from processes.store import questions
from processes.store.history import ENDING
from processes.store.kinds import ASKING
from processes.store.questions.people import Holder
from processes.store.tables import (
    Case,
    Link,
    Message,
    MessageStatus,
    Official,
    Person,
    Region,
    Task,
    TaskStatus,
)

#: acts that answer a task
ANSWERING = ("task.completed", "task.answered_late")


@dataclass(kw_only=True)
class Lost:
    """What one person hears of an act."""

    holder: Holder
    #: the first task of his that is concerned
    task: Task
    #: whether something that he gave fell
    fell: bool = False
    lines: list[str] = field(default_factory=list)


def because_of(session: Session, procedure: Procedure, act: Act) -> dict[str, str] | None:
    """Why an act closes tasks: the key of a sentence, with what stands in it; None for what nobody
    did, such as time."""
    kind, details = act.kind, act.details
    if kind in ENDING:  # each has a sentence of its own
        return {"why": kind.partition(".")[2], "reason": str(details.get("reason", ""))}
    if kind == "task.sent_back":
        return {"why": "sent_back", "source": str(details.get("to_name", ""))}
    if kind not in ANSWERING:
        return None
    note = procedure.note_of_return(str(details["element"]), details.get("answers") or {})
    region = session.get_one(Region, details["region"]).name
    source = f"{details['name']}, {region}"
    return {"why": "moved_on" if note is None else "returned", "source": source}


def said_because(because: Mapping[str, str], language: str = "id") -> str:
    """The same in a sentence."""
    return say(f"acts.because_{because['why']}", language, **because)


def fallen(
    session: Session, procedure: Procedure, case: Case, opened: Sequence[Task]
) -> list[Task]:
    """The initials and signatures that fell because work came back to an earlier stage."""
    back = [task for task in opened if task.sent_back]
    if not back:
        return []
    stage = min(task.stage for task in back)
    new = {task.id for task in opened}
    every = list(session.scalars(select(Task).where(Task.case_id == case.id)))
    tasks = [task for task in every if task.id not in new]
    return [
        task
        for task in tasks
        if task.status is TaskStatus.DONE
        and task.stage > stage
        and _was_given(procedure, task)
        and not any(t.stage < task.stage for t in tasks if t.position > task.position)
    ]


def _was_given(procedure: Procedure, task: Task) -> bool:
    shape, answers = procedure.shapes.get(task.element), task.answers or {}
    if shape is None or procedure.note_of_return(task.element, answers) is not None:
        return False
    return bool(shape.chain) or procedure.binds(task.element, answers)


def losers(
    session: Session, closed: Sequence[Task], fell: Sequence[Task], besides: Iterable[str]
) -> list[Lost]:
    """Who hears of it, each person once: who was told of a task that was closed, and who gave what
    fell. `besides` are the persons (ids) who know already."""
    found: dict[str, Lost] = {}
    known = set(besides)

    def note(holder: Holder, task: Task, line: str, *, gave: bool) -> None:
        if holder[1].id in known:
            return
        lost = found.setdefault(holder[1].id, Lost(holder=holder, task=task))
        if gave and not lost.fell:
            lost.fell, lost.task = True, task
        if line not in lost.lines:
            lost.lines.append(line)

    for task in fell:
        for holder in _givers(session, task):
            note(holder, task, say("acts.fell_task", task=task.name), gave=True)
    by_id = {task.id: task for task in closed}
    for task_id, official, person in _told(session, list(by_id)):
        task = by_id[task_id]
        note((official, person), task, say("acts.closed_task", task=task.name), gave=False)
    return list(found.values())


def _givers(session: Session, task: Task) -> list[Holder]:
    held = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
    own = [each for each in held if each[1].id == task.done_by_person_id]
    return own or (held if task.done_by_person_id is None else [])


def _told(session: Session, tasks: Sequence[str]) -> list[tuple[str, Official, Person]]:
    """Who was sent that a task (id) waits for him, by a link that is still his."""
    if not tasks:
        return []
    rows = session.execute(
        select(Message.task_id, Official, Person)
        .join(Official, Official.id == Message.official_id)
        .join(Person, Person.id == Official.person_id)
        .join(Link, Link.id == Message.link_id)
        .where(
            Message.task_id.in_(tasks),
            Message.status == MessageStatus.SENT,
            Message.kind.in_(ASKING),
            Link.revoked_at.is_(None),
        )
        .order_by(Message.created_at, Message.id)
    )
    return [(str(task_id), official, person) for task_id, official, person in rows]
