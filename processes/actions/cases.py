"""Withdrawing a case, and whether it binds anybody yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.act import Act
from processes.actions.actor import Actor
from processes.actions.bookkeeping import keep_books
from processes.actions.running import guarded, resume
from processes.actions.timers import caught_up
from processes.actions.wording import readable
from processes.engine.run import Run
from processes.errors import Conflict, NotAllowed
from processes.store.tables import Case, CaseStatus, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office

#: messages of the diagram that end a case on request, before and after it binds
WITHDRAWAL, TERMINATION = "penarikan", "pengakhiran"


def withdraw_case(
    office: Office,
    case_id: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    take_part: Callable[[Session, datetime], None] | None = None,
) -> None:
    """Start the withdrawal of a case that binds nobody yet, or the ending of one that does.

    A case binds once a signature stands, that is a finished task whose answers meet the property
    `mengikat` of its shape, unless the case went back to an earlier stage afterwards. `take_part`
    marks the part of a bulk repair that it carries out as done, in the same transaction.
    """
    reason = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with caught_up(office, case_id, now) as (session, case):
        if take_part is not None:
            take_part(session, now)
        message = withdrawal(session, office, case, actor)
        run = resume(session, office, case, now)
        guarded(lambda: ask_for_the_end(run, message))
        act = Act(kind=f"case.{message}", details={"reason": reason})
        keep_books(session, office, case, run, act=act, actor=actor, now=now)


def withdrawal(session: Session, office: Office, case: Case, actor: Actor) -> str:
    """The message of the diagram by which a case is withdrawn or ended as it stands now.

    Raises NotAllowed, or Conflict when it has ended or its minutes are waited for.
    """
    if not actor.may_act_for(case.region_code):
        raise NotAllowed
    if case.status not in (CaseStatus.RUNNING, CaseStatus.INCIDENT):
        raise Conflict("errors.case_ended")
    if _is_ending(session, office, case):
        raise Conflict("errors.withdrawal_running")
    return TERMINATION if binds(session, office, case) else WITHDRAWAL


def ask_for_the_end(run: Run, message: str) -> None:
    """Send the case the message of its withdrawal or ending; Conflict when it cannot be taken."""
    if not run.expects(message):
        refused = "no_termination" if message == TERMINATION else "no_withdrawal"
        raise Conflict(f"errors.{refused}")
    run.send(message)


def binds(session: Session, office: Office, case: Case) -> bool:
    """Whether a signature stands, so that the case binds a region already."""
    tasks = session.scalars(select(Task).where(Task.case_id == case.id)).all()
    return any(
        office.drawn_for(session, case, task).binds(task.element, task.answers)
        for task in tasks
        if task.status is TaskStatus.DONE
        and task.answers is not None
        and not any(later.stage < task.stage for later in tasks if later.position > task.position)
    )


def _is_ending(session: Session, office: Office, case: Case) -> bool:
    """Whether a withdrawal or an ending already waits for its minutes."""
    shapes = office.procedure(session, case.version_id).shapes.values()
    closing = [shape.element for shape in shapes if shape.closing]
    waiting = select(Task.id).where(
        Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.element.in_(closing)
    )
    return session.scalar(waiting.limit(1)) is not None
