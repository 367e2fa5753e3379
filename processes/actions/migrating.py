"""Putting a running case onto another version of its procedure, and back as it was.

What was open stays open: links, drafts, signatures, papers and codes are those of the task, which
keeps its id. Holders change only where another role, or another house, holds the task. As long as
nothing else has moved the case it can be put back exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from processes.actions import alarms, deadlines
from processes.actions.act import Act
from processes.actions.bookkeeping import keep_books
from processes.actions.migrated_deadlines import TaskMove
from processes.actions.migration_hands import change_hands
from processes.actions.migration_plans import CasePlan, plan_case
from processes.actions.migration_traces import traces_of
from processes.actions.migration_wishes import MigrationWish
from processes.actions.orders import Order
from processes.actions.task_entries import named, tell_of_task
from processes.actions.timers import caught_up
from processes.engine.recounting import MovedTimer, move_timers
from processes.store import alarms as waiting
from processes.store import history
from processes.store.tables import Case, CaseMigration, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office


def migrate_case(
    office: Office, case_id: str, wish: MigrationWish, *, order: Order, now: datetime
) -> str:
    """Put one case onto another version, in one transaction; returns the id of the record.

    What was due fires first. Raises CaseStays with the reasons, NotFound, NotAllowed,
    InvalidAnswers (`reason`), or Conflict when it is over or there already.
    """
    order.check_reason()
    with caught_up(office, case_id, now) as (session, case):
        order.take_part(session, now)
        plan = plan_case(session, office, case, wish, order, now)
        return _carry_out(session, office, plan, order, now)


def _carry_out(
    session: Session, office: Office, plan: CasePlan, order: Order, now: datetime
) -> str:
    """Write everything down.

    1. What it takes to put the case back is kept.
    2. The rows of open tasks follow their shapes, the timers their words.
    3. Tokens, stage and history follow, as after any other act.
    4. Deadlines and alarms follow the choice, holders the role.
    """
    case, actor = plan.case, order.actor
    kept, state = traces_of(session, plan), case.state
    rings = {move.task.id for move in plan.tasks if move.rings_otherwise}
    _rename_finished(session, case, plan.found.renamed)
    for move in plan.tasks:
        _follow_shape(move)
    move_timers(list(plan.timers))
    case.version_id = plan.new.id
    session.flush()
    details = {
        "from": plan.old.number,
        "to": plan.new.number,
        "words_only": plan.words_only,
        "reason": order.note,
    }
    act = Act(kind="case.migrated", details=details)
    if plan.words_only and not plan.timers and all(m.deadline is None for m in plan.tasks):
        entry = actor.as_entry()
        history.append(session, case, at=now, kind=act.kind, actor=entry, details=details)
        stage = plan.run.stage
        if stage is not None:
            case.stage, case.stage_name = stage.number, stage.name
        case.revision += 1
    else:
        keep_books(session, office, case, plan.run, act=act, actor=actor, now=now)
        # a halted case goes on from here when somebody lets it
        case.next_timer_at = plan.run.next_timer
    _mark_finished(session, case, plan)
    moved = [_redate(session, office, case, move, order, now, rings) for move in plan.tasks]
    moved += [_tell_of_timer(session, case, each, order, now) for each in plan.timers]
    for move in plan.tasks:
        change_hands(session, office, case, move, plan.run.procedure, order, now)
    session.flush()
    record = CaseMigration(
        case_id=case.id,
        job_id=order.part.job_id if order.part else None,
        from_id=plan.old.id,
        to_id=plan.new.id,
        words_only=plan.words_only,
        at=now,
        by=actor.name[:300],
        reason=order.reason,
        authority=order.authority,
        moved=[each for each in moved if each is not None],
        revision=case.revision,
        state=state,
        kept=kept,
    )
    session.add(record)
    session.flush()
    return record.id


def _rename_finished(session: Session, case: Case, renamed: Mapping[str, str]) -> None:
    """What was finished under a shape's old id is found under the new one."""
    for before, after in renamed.items():
        rows = update(Task).where(Task.case_id == case.id, Task.status != TaskStatus.OPEN)
        session.execute(
            rows.where(Task.element == before, Task.version_id.is_(None)).values(element=after)
        )


def _mark_finished(session: Session, case: Case, plan: CasePlan) -> None:
    """Note by which version the finished tasks were drawn, so that they stay readable by it."""
    rows = update(Task).where(Task.case_id == case.id, Task.status != TaskStatus.OPEN)
    session.execute(
        rows.where(
            Task.version_id.is_(None), Task.element.not_in(list(plan.found.renamed.values()))
        )
        .values(version_id=plan.old.id)
        .execution_options(synchronize_session="fetch")
    )


def _follow_shape(move: TaskMove) -> None:
    """Everything of a task that is copied from its shape, but who holds it."""
    task, shape = move.task, move.now.shape
    task.element, task.name = shape.element, shape.name
    if shape.stage is not None:
        task.stage, task.stage_name = shape.stage.number, shape.stage.name
    task.reminder_rule, task.escalation_rule = move.reminders, move.escalations
    task.assurance, task.concerns = shape.assurance, move.now.concerns
    if move.deadline is not None or shape.due == move.before.due:
        # what a kept deadline rests on is what it rested on
        task.basis = shape.basis


def _redate(
    session: Session,
    office: Office,
    case: Case,
    move: TaskMove,
    order: Order,
    now: datetime,
    rings: Collection[str],
) -> dict[str, Any] | None:
    """Write down the new deadline of a task and set its alarms; what the record tells of it."""
    task, row = move.task, move.deadline
    if row is None:
        if task.due_at is not None and task.id in rings:
            alarms.plan(session, office, task, now)
        return None
    session.add(row)
    task.due_rule = row.rule
    deadlines.doubt(task, row, office.calendar)
    if task.paused_at is not None and move.clock is not None:
        stopped = office.calendar.today(task.paused_at, task.region_code)
        task.paused_days = move.clock.left(stopped, row.due_at)
        waiting.drop_of_task(session, task.id, now)
    else:
        task.due_at = row.due_at
        session.flush()
        alarms.plan(session, office, task, now)
    told = {
        "before": move.due_before.isoformat() if move.due_before else None,
        "after": row.due_at.isoformat(),
        "choice": move.choice.value,
    }
    more = {**told, "reason": order.note}
    tell_of_task(session, case, task, "task.migrated", order.actor, now, more)
    return {**named(task), **told}


def _tell_of_timer(
    session: Session, case: Case, timer: MovedTimer, order: Order, now: datetime
) -> dict[str, Any]:
    told = {
        "name": timer.name,
        "region": timer.region or case.region_code,
        "before": timer.before.isoformat(),
        "after": timer.after.isoformat(),
    }
    history.append(
        session,
        case,
        at=now,
        kind="timer.migrated",
        actor=order.actor.as_entry(),
        details={**told, "reason": order.note},
    )
    return {"task": None, **told}
