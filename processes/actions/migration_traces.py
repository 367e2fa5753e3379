"""What is kept of a case before it gets another version, and how it is put back from that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from processes.actions.migrated_deadlines import TaskMove
from processes.actions.migration_plans import CasePlan
from processes.actions.traces import Before, put_back
from processes.store.tables import (
    Alarm,
    Case,
    CaseMigration,
    CaseStatus,
    Deadline,
    Link,
    Message,
    MessageStatus,
    Task,
    TaskHolder,
    TaskStatus,
)

#: columns of an open task that another version may change
_PLAIN = (
    "element",
    "name",
    "stage",
    "stage_name",
    "role",
    "region_code",
    "concerns",
    "preparer_role",
    "due_is_provisional",
    "due_is_estimated",
    "due_unknown_year",
    "paused_days",
    "due_rule",
    "reminder_rule",
    "escalation_rule",
    "basis",
    "assurance",
)
_UNSENT = (MessageStatus.WAITING, MessageStatus.BY_HAND)


def traces_of(session: Session, plan: CasePlan) -> dict[str, Any]:
    """The rows of a case as they are before it is changed, fit for JSON."""
    case = plan.case
    rows = [*(move.task for move in plan.tasks), *plan.closing]
    ids = [row.id for row in rows]
    handed = [move.task.id for move in plan.tasks if _links_change(move)]
    finished = select(Task).where(Task.case_id == case.id, Task.status != TaskStatus.OPEN)
    return {
        "case": {**Before.of(case).columns, "status": case.status.value},
        "next_timer_at": _text(case.next_timer_at),
        "tasks": {row.id: _task(row) for row in rows},
        "closing": [row.id for row in plan.closing],
        "finished": {
            row.id: row.element for row in session.scalars(finished) if row.version_id is None
        },
        "deadlines": _ids(session, Deadline.id, Deadline.task_id.in_(ids)),
        "alarms": _ids(session, Alarm.id, Alarm.task_id.in_(ids)),
        "waiting": _ids(
            session,
            Alarm.id,
            Alarm.task_id.in_(ids),
            Alarm.fired_at.is_(None),
            Alarm.dropped_at.is_(None),
        ),
        "handed": handed,
        "holders": [_holder(row) for row in _holders(session, handed)],
        "links": _ids(session, Link.id, Link.task_id.in_(handed)),
        "living": _ids(session, Link.id, Link.task_id.in_(handed), Link.revoked_at.is_(None)),
    }


def restore(session: Session, case: Case, record: CaseMigration, now: datetime) -> None:
    """Put state and rows of a locked case back as they were kept."""
    kept = record.kept or {}
    columns = dict(kept["case"])
    case.status = CaseStatus(columns.pop("status"))
    put_back(case, columns)
    case.version_id, case.state = record.from_id, record.state or case.state
    case.next_timer_at = _moment(kept["next_timer_at"])
    _restore_tasks(session, case, kept, now)
    _restore_alarms(session, kept, now)
    _restore_hands(session, kept, now)


def _restore_tasks(session: Session, case: Case, kept: Mapping[str, Any], now: datetime) -> None:
    for task in session.scalars(select(Task).where(Task.case_id == case.id)):
        was = kept["tasks"].get(task.id)
        if was is not None:
            for name in _PLAIN:
                # what was kept before a column was known says nothing of it
                setattr(task, name, was.get(name, getattr(task, name)))
            task.due_at = _moment(was["due_at"])
            if task.id in kept["closing"]:
                task.status, task.closed_at, task.receipt = TaskStatus.OPEN, None, None
                task.version_id = None
        elif task.id in kept["finished"]:
            task.element, task.version_id = kept["finished"][task.id], None
        elif task.status is TaskStatus.OPEN:
            # it was opened by what is undone
            task.status, task.closed_at = TaskStatus.CANCELLED, now
            _silence(session, Link.task_id == task.id, Message.task_id == task.id, now)
    tasks = list(kept["tasks"])
    session.execute(
        delete(Deadline).where(Deadline.task_id.in_(tasks), Deadline.id.not_in(kept["deadlines"]))
    )


def _restore_alarms(session: Session, kept: Mapping[str, Any], now: datetime) -> None:
    """What waited waits again, but for what has rung since; what was set since is gone."""
    tasks = list(kept["tasks"])
    rang = set()
    for alarm in session.scalars(select(Alarm).where(Alarm.task_id.in_(tasks))):
        if alarm.id in kept["alarms"]:
            continue
        if alarm.fired_at is None:
            session.delete(alarm)
        else:
            rang.add((alarm.task_id, alarm.kind, alarm.label, alarm.role, alarm.verb))
    for alarm in session.scalars(select(Alarm).where(Alarm.id.in_(kept["waiting"]))):
        known = (alarm.task_id, alarm.kind, alarm.label, alarm.role, alarm.verb)
        if alarm.fired_at is None:
            alarm.dropped_at = now if known in rang else None


def _restore_hands(session: Session, kept: Mapping[str, Any], now: datetime) -> None:
    handed = kept["handed"]
    if not handed:
        return
    session.execute(delete(TaskHolder).where(TaskHolder.task_id.in_(handed)))
    session.add_all(TaskHolder(**row) for row in kept["holders"])
    fresh = select(Link.id).where(Link.task_id.in_(handed), Link.id.not_in(kept["links"]))
    _silence(session, Link.id.in_(fresh), Message.link_id.in_(fresh), now)
    session.execute(update(Link).where(Link.id.in_(kept["living"])).values(revoked_at=None))


def _silence(
    session: Session, links: ColumnElement[bool], messages: ColumnElement[bool], now: datetime
) -> None:
    """Kill links, and keep back the messages that did not go out yet."""
    session.execute(
        update(Message)
        .where(messages, Message.status.in_(_UNSENT))
        .values(status=MessageStatus.DROPPED)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Link)
        .where(links, Link.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )


def _links_change(move: TaskMove) -> bool:
    prepares = move.now.shape.preparer or None
    return move.changes_hands or prepares != move.task.preparer_role


def _task(row: Task) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _PLAIN}, "due_at": _text(row.due_at)}


def _holders(session: Session, tasks: Sequence[str]) -> list[TaskHolder]:
    return list(session.scalars(select(TaskHolder).where(TaskHolder.task_id.in_(tasks))))


def _holder(row: TaskHolder) -> dict[str, Any]:
    return {
        "task_id": row.task_id,
        "official_id": row.official_id,
        "for_official_id": row.for_official_id,
        "position": row.position,
        "by_name": row.by_name,
    }


def _ids(session: Session, column: Any, *where: ColumnElement[bool]) -> list[str]:
    return list(session.scalars(select(column).where(*where)))


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
