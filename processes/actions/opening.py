"""Opening tasks: the row, its holders, its deadline, their links and the message to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.actions import alarms
from processes.engine.run import Run
from processes.engine.told import Due, OpenTask
from processes.store import links, outbox
from processes.store.tables import (
    Case,
    Deadline,
    Official,
    Person,
    Task,
    TaskHolder,
    TaskStatus,
)

if TYPE_CHECKING:
    from processes.office import Office

#: why a deadline was written for a task that opens
OPENED = "opened"

Holders = dict[tuple[str, str], list[tuple[Official, Person]]]


def open_tasks(session: Session, office: Office, case: Case, run: Run, now: datetime) -> list[Task]:
    """Make a row for every open task of the case that has none yet."""
    known = set(session.scalars(select(Task.id).where(Task.case_id == case.id)))
    fresh = [task for task in run.open_tasks() if task.id not in known]
    if not fresh:
        return []
    holders = _holders(session, fresh)
    last = session.scalar(select(func.max(Task.position)).where(Task.case_id == case.id)) or 0
    opened = []
    for position, open_task in enumerate(fresh, start=last + 1):
        due = run.due(open_task)
        task = _row(case, open_task, due, position, now)
        opened.append((task, due))
    session.add_all(task for task, _ in opened)
    session.flush()
    for task, due in opened:
        if due is not None:
            session.add(_deadline(task, due, now))
            alarms.plan_new(session, office, task, now)
        _invite(session, office, task, holders[task.region_code, task.role], now)
    return [task for task, _ in opened]


def _holders(session: Session, tasks: Iterable[OpenTask]) -> Holders:
    """The active officials of every role and region asked for, in one question."""
    pairs = {(task.region, task.shape.role) for task in tasks}
    rows = session.execute(
        select(Official, Person)
        .join(Person, Person.id == Official.person_id)
        .where(
            Official.active.is_(True),
            Official.region_code.in_({region for region, _ in pairs}),
            Official.role.in_({role for _, role in pairs}),
        )
        .order_by(Person.name)
    )
    found: Holders = defaultdict(list)
    for official, person in rows:
        found[official.region_code, official.role].append((official, person))
    return found


def _row(case: Case, open_task: OpenTask, due: Due | None, position: int, now: datetime) -> Task:
    shape = open_task.shape
    return Task(
        id=open_task.id,
        case_id=case.id,
        position=position,
        element=shape.element,
        name=shape.name,
        stage=shape.stage.number if shape.stage else case.stage,
        stage_name=shape.stage.name if shape.stage else case.stage_name,
        role=shape.role,
        region_code=open_task.region,
        preparer_role=shape.preparer or None,
        status=TaskStatus.OPEN,
        opened_at=now,
        due_at=due.at if due else None,
        due_is_provisional=due.provisional if due else False,
        due_rule=shape.due,
        reminder_rule=shape.reminders,
        escalation_rule=shape.escalations,
        basis=shape.basis,
        assurance=shape.assurance,
    )


def _deadline(task: Task, due: Due, now: datetime) -> Deadline:
    return Deadline(
        task_id=task.id,
        rule=task.due_rule,
        starts_on=date.fromisoformat(due.starts_on),
        due_at=due.at,
        provisional=due.provisional,
        basis=task.basis,
        reason=OPENED,
        set_at=now,
    )


def note_overtaken(session: Session, case: Case, run: Run, now: datetime) -> list[Task]:
    """Make a closed row for every task that a timer closed in the very act that opened it.

    A date entered late can lie so far back that the timer on the task is due at once; the record
    then shows what nobody was asked, and since when silence counted. Returns the rows.
    """
    known = set(session.scalars(select(Task.id).where(Task.case_id == case.id)))
    missed = [found for own, found in run.overtaken.items() if own not in known]
    last = session.scalar(select(func.max(Task.position)).where(Task.case_id == case.id)) or 0
    rows = []
    for position, overtaken in enumerate(missed, start=last + 1):
        row = _row(case, overtaken.task, None, position, now)
        row.due_at = overtaken.due
        rows.append(row)
    session.add_all(rows)
    session.flush()
    return rows


def _invite(
    session: Session,
    office: Office,
    task: Task,
    holders: list[tuple[Official, Person]],
    now: datetime,
) -> None:
    """Make every one of them a holder, with a link of his own."""
    for position, (official, person) in enumerate(holders):
        session.add(TaskHolder(task_id=task.id, official_id=official.id, position=position))
        send_link(session, office, task, official, person, now)


def send_link(
    session: Session,
    office: Office,
    task: Task,
    official: Official,
    person: Person,
    now: datetime,
    *,
    kind: str = "tugas_baru",
) -> None:
    """Give a holder a link of his own, and mail it when he has an address."""
    link, _token = links.create(session, office.secret, task.id, official.id, now)
    if person.email:
        outbox.put(
            session,
            key=f"task:{task.id}:link:{link.id}",
            case_id=task.case_id,
            task_id=task.id,
            official_id=official.id,
            link_id=link.id,
            kind=kind,
            address=person.email,
            domain=office.mail_domain,
            now=now,
        )
