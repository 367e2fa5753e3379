"""Sending a case back to an earlier task, from the list that its owner allows (`kembali_ke`)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.act import Act
from processes.actions.actor import Actor
from processes.actions.bookkeeping import keep_books
from processes.actions.cases import binds
from processes.actions.held import held_task
from processes.actions.returning import remember
from processes.actions.running import guarded, resume
from processes.actions.task_entries import named
from processes.actions.timers import record_incident
from processes.actions.wording import readable
from processes.engine.jumping import behind, go_back
from processes.errors import CaseIncident, Conflict, FieldError, InvalidAnswers
from processes.store.tables import Case, CaseStatus, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office


def places_behind(
    session: Session, office: Office, case: Case, task: Task, now: datetime
) -> list[tuple[str, str]]:
    """To which earlier tasks an open one may be sent back now: elements with their names."""
    shapes = office.procedure(session, case.version_id).shapes
    allowed = shapes[task.element].returns
    waits = task.status is TaskStatus.OPEN and case.status is CaseStatus.RUNNING
    if not allowed or not waits or binds(session, office, case):
        return []
    run = resume(session, office, case, now)
    return [(element, shapes[element].name) for element in behind(run, task.id, allowed)]


def send_back(
    office: Office, task_id: str, *, to: str, reason: str, actor: Actor, now: datetime
) -> None:
    """Leave a task and open an earlier one again; whatever ran beside it is closed.

    Raises NotFound, Gone, TaskClosed, InvalidAnswers (`to`, `reason`), Conflict when somebody has
    signed already, or CaseIncident when the diagram cannot go on.
    """
    reason = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    case_id = ""
    try:
        with held_task(office, task_id, actor=actor, now=now) as held:
            session, case, task = held.session, held.case, held.task
            case_id = case.id
            shapes = office.procedure(session, case.version_id).shapes
            if to not in shapes[task.element].returns:
                key = "acts.return_not_allowed" if to else "acts.return_missing"
                raise InvalidAnswers({"to": FieldError(key)})
            if binds(session, office, case):
                raise Conflict("acts.return_bound")
            run = resume(session, office, case, now)
            guarded(lambda: go_back(run, task.id, to))
            about = {
                **named(task),
                "element": task.element,
                "by": held.name,
                "to": to,
                "to_name": shapes[to].name,
                "reason": reason,
            }
            act = Act(kind="task.sent_back", details=about)
            opened = keep_books(session, office, case, run, act=act, actor=actor, now=now)
            why = {"by": held.name, "from": task.name, "reason": reason, "at": now.isoformat()}
            for again in opened.tasks:
                if again.element == to:
                    remember(session, again, why)
    except CaseIncident as fault:
        record_incident(office, case_id, fault.say(), now)
        raise
