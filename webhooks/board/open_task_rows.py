"""The open tasks of a case, each with its deadlines, what rings next, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from processes.store import alarms, questions
from processes.store.tables import Alarm, AlarmKind, Task, TaskStatus
from processes.store.viewer import Viewer
from webhooks import dates
from webhooks.board.deadline_rows import DeadlineRow, deadline_rows
from webhooks.board.rows import TaskRow, task_rows
from webhooks.case_facts import CaseFacts
from webhooks.current import office
from webhooks.language import language, repair_text

#: alarms that are told of one task
NEXT_ALARMS = 3


@dataclass(frozen=True, kw_only=True)
class OpenTaskRow:
    """An open task on the page of its case."""

    row: TaskRow
    #: whether it belongs to one of the viewer's own regions
    is_own: bool
    #: every deadline it had; empty for a task of another house
    deadlines: Sequence[DeadlineRow]
    #: what rings next, in words; empty for a task of another house
    alarms: Sequence[str]
    #: since when its clock stands still, and the working days that are left
    paused_at: datetime | None
    paused_days: int | None


def open_task_rows(
    session: Session, viewer: Viewer, facts: CaseFacts, now: datetime
) -> list[OpenTaskRow]:
    """The open tasks in their order; why a deadline moved stays in the house whose task it is."""
    waiting = [task for task in facts.tasks if task.status is TaskStatus.OPEN]
    own = [task.id for task in waiting if _is_own(viewer, task)]
    deadlines = questions.deadlines_of_tasks(session, own) if own else {}
    ringing = alarms.next_of_tasks(session, own) if own else {}
    rows = task_rows(session, waiting, now=now)
    return [
        OpenTaskRow(
            row=row,
            is_own=task.id in own,
            deadlines=deadline_rows(deadlines.get(task.id, ()), task, office().calendar),
            alarms=_alarms(ringing.get(task.id, ()), task, facts.procedure.titles),
            paused_at=task.paused_at,
            paused_days=task.paused_days,
        )
        for task, row in zip(waiting, rows, strict=True)
    ]


def _is_own(viewer: Viewer, task: Task) -> bool:
    return viewer.regions is None or task.region_code in viewer.regions


def _alarms(found: Sequence[Alarm], task: Task, titles: Mapping[str, str]) -> list[str]:
    zone = office().calendar.zone(task.region_code)
    return [
        repair_text(
            "will_remind" if alarm.kind is AlarmKind.REMINDER else "will_escalate",
            at=dates.short(alarm.due_at.astimezone(zone).date(), language()),
            role=titles.get(alarm.role or "", alarm.role or ""),
        )
        for alarm in found[:NEXT_ALARMS]
    ]
