"""Opening tasks: the row, its deadline and alarms, and the officials who are invited to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.actions import alarms
from processes.actions.deadlines import OPENED, doubt
from processes.actions.inviting import house_of, invite
from processes.actions.warning import silence_in
from processes.engine.run import Run
from processes.engine.told import Due, OpenTask
from processes.store.asking import Question
from processes.store.tables import Case, Deadline, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What an act opened."""

    tasks: Sequence[Task] = ()
    #: by task (id), the persons (ids) who hold it
    held_by: Mapping[str, frozenset[str]] = field(default_factory=dict)


#: which of several `tasks` have a row
KNOWN = Question(lambda p: select(Task.id).where(p.among(Task.id, "tasks")))
#: the place of the newest task of a `case`
LAST = Question(lambda p: select(func.max(Task.position)).where(Task.case_id == p.one("case")))


def open_tasks(
    session: Session,
    office: Office,
    case: Case,
    run: Run,
    *,
    acting: str | None = None,
    now: datetime,
    quiet: bool = False,
) -> Opened:
    """Make a row for every open task of the case that has none yet, and invite its officials.

    `acting` is the person (id) whose act opened them; the first that is his is offered to him on
    the receipt. With `quiet` the caller finishes them in the same transaction: nobody is invited,
    and no deadline runs.
    """
    known = set(KNOWN.firsts(session, tasks=[task.id for task in run.open_tasks()]))
    fresh = [task for task in run.open_tasks() if task.id not in known]
    if not fresh:
        return Opened()
    regions = [task.region for task in fresh]
    house = house_of(session, case, regions, run.procedure.chosen_roles)
    last = LAST.first(session, case=case.id) or 0
    opened = []
    for position, open_task in enumerate(fresh, start=last + 1):
        due = None if quiet else run.due(open_task)
        task = _row(case, open_task, due, position, now)
        task.due_rule = run.wording(open_task, task.due_rule)
        task.reminder_rule = run.wording(open_task, task.reminder_rule)
        task.escalation_rule = run.wording(open_task, task.escalation_rule)
        opened.append((task, due))
    session.add_all(task for task, _ in opened)
    held_by = {}
    for task, due in [] if quiet else opened:
        if due is not None:
            row = _deadline(task, due, now)
            session.add(row)
            doubt(task, row, office.calendar)
            alarms.plan_new(session, office, task, now)
        silence = silence_in(run, office, task)
        mine = any(person.id == acting for _, person in house.of(task.region_code, task.role))
        holders = invite(
            session,
            office,
            task,
            house,
            now,
            offered_to=acting if mine else None,
            told=silence.for_letters() if silence else {},
        )
        held_by[task.id] = frozenset(person.id for _, person in holders)
        acting = None if mine else acting
    return Opened(tasks=[task for task, _ in opened], held_by=held_by)


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
        concerns=open_task.concerns,
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
    known = set(KNOWN.firsts(session, tasks=list(run.overtaken)))
    missed = [found for own, found in run.overtaken.items() if own not in known]
    last = LAST.first(session, case=case.id) or 0
    rows = []
    for position, overtaken in enumerate(missed, start=last + 1):
        row = _row(case, overtaken.task, None, position, now)
        row.due_at = overtaken.due
        rows.append(row)
    session.add_all(rows)
    return rows
