"""Finishing a task, and handing out a fresh link to it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from processes.actions.actor import Actor, Receipt
from processes.actions.bookkeeping import Act, keep_books
from processes.actions.documents import bind_documents
from processes.actions.running import guarded, resume
from processes.actions.timers import caught_up, record_incident
from processes.engine.forms import Form, FormContext
from processes.engine.run import Run
from processes.engine.shapes import TaskShape
from processes.errors import (
    AlreadyAnswered,
    CaseIncident,
    Conflict,
    Gone,
    InvalidAnswers,
    NotFound,
    TaskClosed,
)
from processes.sentences import say
from processes.store import history, links
from processes.store.locks import lock_case
from processes.store.tables import (
    Case,
    CaseStatus,
    Link,
    Official,
    Region,
    Task,
    TaskHolder,
    TaskStatus,
)

if TYPE_CHECKING:
    from processes.office import Office


def complete_task(
    office: Office, task_id: str, answers: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Receipt:
    """Finish a task with its answers and let the case go on.

    What was due before `now` happens first: a timer that closes the task beats a late answer. The
    same answers again give the same receipt. Raises NotFound, Gone (the link died), InvalidAnswers,
    AlreadyAnswered, TaskClosed, or CaseIncident when the diagram cannot go on; then the case is
    marked for the administrator and nothing else has changed.
    """
    case_id = _case_of(office, task_id)
    try:
        with caught_up(office, case_id, now) as (session, case):
            task = session.get_one(Task, task_id, populate_existing=True)
            return _complete(session, office, case, task, answers, actor, now)
    except CaseIncident as fault:
        record_incident(office, case_id, fault.say(), now)
        raise


def make_link(office: Office, task_id: str, *, actor: Actor, now: datetime) -> str:
    """A fresh link for the first holder of an open task, as a URL; recorded, older ones stay."""
    case_id = _case_of(office, task_id)
    with office.database.write() as session:
        case, task = lock_case(session, case_id), session.get_one(Task, task_id)
        if not actor.may_act_for(task.region_code):
            raise NotFound
        if task.status is not TaskStatus.OPEN:
            raise TaskClosed
        holder = session.scalar(
            select(TaskHolder).where(TaskHolder.task_id == task_id).order_by(TaskHolder.position)
        )
        if holder is None:
            region = session.get_one(Region, task.region_code)
            raise Conflict("errors.no_holder", role=task.role, region=region.name)
        link, token = links.create(session, office.secret, task_id, holder.official_id, now)
        details = {"task": task_id, "official": holder.official_id, "link": link.id}
        history.append(
            session, case, at=now, kind="link.made", actor=actor.as_entry(), details=details
        )
        return f"{office.settings.base_url}/t/{token}"


def digest_of(answers: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of answers, hex."""
    return hashlib.sha256(orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _case_of(office: Office, task_id: str) -> str:
    with office.database.read() as session:
        case_id = session.scalar(select(Task.case_id).where(Task.id == task_id))
    if case_id is None:
        raise NotFound
    return case_id


def _complete(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    answers: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Receipt:
    official = _authorised(session, task, actor)
    if task.status is TaskStatus.CANCELLED:
        raise _closed(task, office)
    shape = office.procedure(session, case.version_id).shapes[task.element]
    context = office.form_context(session, task, now)
    if task.status is TaskStatus.DONE:
        return _repeated(office, task, shape.form, answers, context)
    checked = shape.form.check(answers, context=context)
    if case.status is CaseStatus.INCIDENT:
        raise Conflict("errors.already_incident")
    run = resume(session, office, case, now)
    guarded(lambda: run.complete(task.id, checked))
    bind_documents(session, shape.form, task, checked)
    task.status, task.closed_at, task.answers = TaskStatus.DONE, now, checked
    task.answers_sha256 = digest_of(checked)
    task.done_by = _signature(session, task, actor, official)
    act = Act(
        kind="task.completed",
        details={
            "task": task.id,
            "element": task.element,
            "name": task.name,
            "region": task.region_code,
            "done_by": task.done_by,
            "answers": checked,
        },
    )
    _share(session, case, shape, now)
    opened = keep_books(session, office, case, run, act=act, actor=actor, now=now)
    receipt = Receipt(
        case_id=case.id,
        case_number=case.number,
        case_title=case.title,
        task_id=task.id,
        task_name=task.name,
        done_by=task.done_by,
        done_at=now.isoformat(),
        answers=checked,
        next_task_id=_next_task(session, opened, official),
        digest=task.answers_sha256,
        warnings=[
            *(w.say() for w in shape.form.warnings(checked, today=context.today).values()),
            *_fired_at_once(run),
        ],
    )
    task.receipt = receipt.as_dict()
    return receipt


def _fired_at_once(run: Run) -> list[str]:
    """What a date in the answers let happen in the same moment; a typing error shows here."""
    return [say("errors.fired_at_once", events=", ".join(run.fired))] if run.fired else []


def _share(session: Session, case: Case, shape: TaskShape, now: datetime) -> None:
    """Let the other parties see what this task sends them."""
    if shape.shares:
        session.execute(
            update(Task)
            .where(
                Task.case_id == case.id,
                Task.element.in_(shape.shares),
                Task.status == TaskStatus.DONE,
                Task.shared_at.is_(None),
            )
            .values(shared_at=now)
        )


def _authorised(session: Session, task: Task, actor: Actor) -> Official | None:
    """The official in whose name the actor acts; raises when he may not."""
    if not actor.may_act_for(task.region_code):
        raise NotFound
    holders = session.scalars(
        select(Official)
        .join(TaskHolder, TaskHolder.official_id == Official.id)
        .where(TaskHolder.task_id == task.id)
        .order_by(TaskHolder.position)
    ).all()
    if actor.kind != "official":
        return holders[0] if holders else None
    if actor.link_id is not None:
        link = session.get(Link, actor.link_id, populate_existing=True)
        if link is None or link.revoked_at is not None or link.task_id != task.id:
            raise Gone
    mine = [official for official in holders if official.id == actor.official_id]
    if not mine:
        raise Gone
    return mine[0]


def _repeated(
    office: Office, task: Task, form: Form, answers: Mapping[str, Any], context: FormContext
) -> Receipt:
    """The receipt once given, when these are the answers that were given."""
    try:
        digest = digest_of(form.check(answers, context=context))
    except InvalidAnswers:
        digest = ""
    if digest == task.answers_sha256 and task.receipt is not None:
        return Receipt.read(task.receipt)
    assert task.closed_at is not None
    raise AlreadyAnswered(by=task.done_by, at=_local(office, task, task.closed_at))


def _local(office: Office, task: Task, moment: datetime) -> str:
    zone = office.calendar.zone(task.region_code)
    return moment.astimezone(zone).strftime("%d-%m-%Y %H.%M")


def _closed(task: Task, office: Office) -> TaskClosed:
    overtaken = task.receipt or {}
    if "overtaken" not in overtaken:
        return TaskClosed()
    since = _local(office, task, datetime.fromisoformat(overtaken["since"]))
    return TaskClosed("errors.overtaken", name=overtaken["overtaken"], since=since)


def _signature(session: Session, task: Task, actor: Actor, official: Official | None) -> str:
    """Who finished it, as it is printed: name and office, or the machine that acted for it."""
    if official is None or actor.kind == "official":
        return f"{actor.name}, {official.position}" if official else actor.name
    return f"{actor.name} untuk {official.position}"


def _next_task(session: Session, opened: list[Task], official: Official | None) -> str | None:
    """The first task this act opened for the same person."""
    if official is None or not opened:
        return None
    return session.scalar(
        select(Task.id)
        .join(TaskHolder, TaskHolder.task_id == Task.id)
        .join(Official, Official.id == TaskHolder.official_id)
        .where(Task.id.in_([t.id for t in opened]), Official.person_id == official.person_id)
        .order_by(Task.position)
        .limit(1)
    )
