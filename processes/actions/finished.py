"""What is told of a finished task: its receipt again, or why nothing can be given, and to whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Receipt
from processes.engine.forms import Form, FormContext
from processes.engine.shapes import TaskShape
from processes.errors import AlreadyAnswered, Conflict, InvalidAnswers, NotFound, TaskClosed
from processes.store.asking import Question
from processes.store.papers import papers_of
from processes.store.tables import Case, CaseStatus, Region, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office


def digest_of(answers: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of answers, hex."""
    return hashlib.sha256(orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)).hexdigest()


def sent_digest(answers: Mapping[str, Any]) -> str:
    """SHA-256 over answers as they came, before a default or a paper filled anything in, hex."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True, default=str).encode()).hexdigest()


#: whose a `task` is
CASE_OF = Question(lambda p: select(Task.case_id).where(Task.id == p.one("task")))


def case_of(office: Office, task_id: str) -> str:
    """Id of the case a task belongs to; NotFound when there is no such task."""
    with office.database.glance() as session:
        found: str | None = CASE_OF.first(session, task=task_id)
    if found is None:
        raise NotFound
    return found


def check_open(task: Task) -> None:
    """Raise TaskClosed when a task takes nothing more, whatever beside answers is asked of it."""
    if task.status is not TaskStatus.OPEN:
        raise TaskClosed("errors.task_not_open")


def check_at_work(case: Case, task: Task) -> None:
    """The same, and raise Conflict when its case is halted."""
    check_open(task)
    if case.status is not CaseStatus.RUNNING:
        raise Conflict("errors.task_halted")


def receipt_for(case: Case, task: Task, warnings: list[str], now: datetime) -> Receipt:
    """The receipt of a task that was just finished; what comes after it is not known yet."""
    return Receipt(
        case_id=case.id,
        case_number=case.number,
        case_title=case.title,
        task_id=task.id,
        task_name=task.name,
        about=task.about,
        done_by=task.done_by or "",
        done_at=now.isoformat(),
        answers=dict(task.answers or {}),
        next_task_id=None,
        digest=task.answers_sha256 or "",
        warnings=warnings,
    )


def repeated(
    session: Session,
    office: Office,
    task: Task,
    form: Form,
    answers: Mapping[str, Any],
    context: FormContext,
    *,
    sent: str,
) -> Receipt:
    """The receipt once given, when these are the answers that were given; else AlreadyAnswered.

    `sent` is the `sent_digest` of what came: the same to the letter is the same, also where the
    form asks otherwise by now.
    """
    receipt = task.receipt or {}
    if receipt and (receipt.get("sent") == sent or _means_the_same(task, form, answers, context)):
        return Receipt.read(receipt)
    raise answered_already(session, office, task)


def _means_the_same(
    task: Task, form: Form, answers: Mapping[str, Any], context: FormContext
) -> bool:
    as_then = form.as_answered(task.answers or {})
    try:
        return digest_of(as_then.check(answers, context=context)) == task.answers_sha256
    except InvalidAnswers:
        return False


def answered_already(session: Session, office: Office, task: Task) -> AlreadyAnswered:
    """That the task was finished otherwise, or recorded from another paper, by whom and when."""
    recorded = _recorded(session, office, task)
    if recorded and task.was_overtaken:
        return AlreadyAnswered("errors.recorded_late", **_silence(office, task), **recorded)
    if recorded:
        return AlreadyAnswered("errors.already_recorded", **recorded)
    assert task.closed_at is not None
    return AlreadyAnswered(by=task.done_by, at=_local(office, task, task.closed_at))


def closed(session: Session, office: Office, task: Task) -> TaskClosed:
    """Why a task that was closed without an answer takes none any more.

    Where silence closed it, also who has since recorded from paper what was really decided.
    """
    kept = task.receipt or {}
    if "because" in kept:
        return _because(kept["because"], "given")
    if not task.was_overtaken:
        return TaskClosed()
    recorded = _recorded(session, office, task)
    key = "errors.recorded_late" if recorded else "errors.overtaken"
    return TaskClosed(key, **_silence(office, task), **recorded)


def _silence(office: Office, task: Task) -> dict[str, str]:
    """What silence counted as, and since when."""
    kept = task.receipt or {}
    since = _local(office, task, datetime.fromisoformat(kept["since"]))
    return {"name": kept["overtaken"], "since": since}


def _recorded(session: Session, office: Office, task: Task) -> dict[str, str]:
    """Who recorded the task from which paper, and when he did; nothing when nobody has."""
    paper = papers_of(session, [task.id]).get(task.id)
    if paper is None:
        return {}
    at = _local(office, task, paper.recorded_at)
    return {"by": paper.recorded_by, "number": paper.number, "at": at}


def why_closed(session: Session, office: Office, case: Case, task: Task) -> TaskClosed:
    """Why there is nothing to answer, for whoever only looks at a task that closed without an
    answer; and who may still record one."""
    kept = task.receipt or {}
    if "because" in kept:
        return _because(kept["because"], "seen")
    if not task.was_overtaken:
        return TaskClosed("errors.closed_seen")
    recorded = _recorded(session, office, task)
    if recorded:
        return TaskClosed("errors.recorded_seen", **_silence(office, task), **recorded)
    key = "late" if office.shape_of(session, case, task).late_message else "seen"
    region = session.get_one(Region, task.region_code).name
    return TaskClosed(f"errors.overtaken_{key}", region=region, **_silence(office, task))


def _because(because: Mapping[str, str], what: str) -> TaskClosed:
    """Whose act closed a task, to who gave answers to it (`given`) or only looks (`seen`)."""
    kept = {name: text for name, text in because.items() if name != "why"}
    return TaskClosed(f"errors.because_{because['why']}_{what}", **kept)


def _local(office: Office, task: Task, moment: datetime) -> str:
    zone = office.calendar.zone(task.region_code)
    return moment.astimezone(zone).strftime("%d-%m-%Y %H.%M")


#: the finished tasks of some `elements` in a `case` that the other parties do not see yet
UNSHARED = Question(
    lambda p: select(Task).where(
        Task.case_id == p.one("case"),
        p.among(Task.element, "elements"),
        Task.status == TaskStatus.DONE,
        Task.shared_at.is_(None),
    )
)


def sent_by(session: Session, task: Task, shape: TaskShape) -> list[Task]:
    """What a task sends to the other parties when it is finished, itself perhaps."""
    if not shape.shares:
        return []
    found = UNSHARED.firsts(session, case=task.case_id, elements=shape.shares)
    sends_itself = task.element in shape.shares and task.shared_at is None
    return [*found, task] if sends_itself else found
