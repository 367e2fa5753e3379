"""Every deadline a task ever had, as a table shows it: why, on what basis, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from processes.actions.deadlines import in_order
from processes.engine.calendar import WorkingCalendar
from processes.store.tables import Deadline, Task
from webhooks.language import repair_text


@dataclass(frozen=True, kw_only=True)
class DeadlineRow:
    """One deadline of a task."""

    due_at: datetime
    starts_on: date
    #: why it was set, in the reader's language
    why: str
    #: the owner's words
    rule: str
    basis: str
    #: what whoever changed it wrote, with the authority
    note: str
    #: empty for the clock
    by: str
    at: datetime
    is_provisional: bool
    #: whether it is the one that counts
    counts: bool


def deadline_rows(
    found: Sequence[Deadline], task: Task, calendar: WorkingCalendar
) -> list[DeadlineRow]:
    """The deadlines of a task, the newest first; of a paused one none counts."""
    newest_first = in_order(found)[::-1]
    return [
        DeadlineRow(
            due_at=row.due_at,
            starts_on=row.starts_on,
            why=repair_text(f"deadline_{row.reason}"),
            rule=row.rule,
            basis=row.basis,
            note=row.note,
            by=row.set_by,
            at=row.set_at,
            is_provisional=row.provisional,
            counts=place == 0 and task.paused_at is None,
        )
        for place, row in enumerate(newest_first)
    ]
