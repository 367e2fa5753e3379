"""Letting the clock try again what it could not do: a halted case, a failed reminder."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.orders import Order
from processes.actions.task_entries import named
from processes.errors import Conflict, NotAllowed, NotFound
from processes.store import alarms, calendar_days, history
from processes.store.locks import lock_case
from processes.store.tables import Alarm, Case, CaseStatus, Task

if TYPE_CHECKING:
    from processes.office import Office


def retry_case(office: Office, case_id: str, *, order: Order, now: datetime) -> None:
    """Let a halted case go on: its tasks can be answered, its timers and reminders come again; or
    let a case that could not follow the calendar be counted anew, once, by the next sweep.

    What stopped it may stop it again. Raises NotFound, NotAllowed, InvalidAnswers without a reason,
    or Conflict when the case waits for neither.
    """
    order.check_reason()
    with office.database.write() as session:
        case = _locked(session, case_id, order)
        order.take_part(session, now)
        if case.status is CaseStatus.RUNNING and case.calendar_tries >= calendar_days.MOST_TRIES:
            case.calendar_tries, case.calendar_retry_at = calendar_days.MOST_TRIES - 1, None
            _tell(session, case, "case.retried", order, {}, now)
            return
        if case.status is not CaseStatus.INCIDENT:
            raise Conflict("errors.not_halted")
        case.status, case.incident, case.failures = CaseStatus.RUNNING, None, 0
        case.revision += 1
        _tell(session, case, "case.retried", order, {}, now)


def retry_alarm(office: Office, alarm_id: str, *, order: Order, now: datetime) -> None:
    """Let a reminder or escalation that failed too often be tried again by the next sweep.

    Raises NotFound, NotAllowed, InvalidAnswers without a reason, or Conflict when it does not wait
    for that.
    """
    order.check_reason()
    with office.database.read() as session:
        known = session.get(Alarm, alarm_id)
        if known is None:
            raise NotFound
        case_id, task_id, label = known.case_id, known.task_id, known.label
        task = None if task_id is None else session.get_one(Task, task_id)
    with office.database.write() as session:
        case = _locked(session, case_id, order, task)
        order.take_part(session, now)
        if not alarms.try_again(session, alarm_id):
            raise Conflict("errors.not_failed")
        about = named(task) if task else {}
        _tell(session, case, "alarm.retried", order, {**about, "when": label}, now)


def _locked(session: Session, case_id: str, order: Order, task: Task | None = None) -> Case:
    """The case, for whoever answers for it or for the task."""
    case = lock_case(session, case_id)
    houses = {case.region_code, *([task.region_code] if task else [])}
    if not any(order.actor.may_act_for(house) for house in houses):
        raise NotAllowed
    return case


def _tell(
    session: Session,
    case: Case,
    kind: str,
    order: Order,
    about: dict[str, str],
    now: datetime,
) -> None:
    history.append(
        session,
        case,
        at=now,
        kind=kind,
        actor=order.actor.as_entry(),
        details={**about, "reason": order.note},
    )
