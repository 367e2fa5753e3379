"""What another version of its procedure makes of the open tasks and timers of a case.

A deadline is kept, counted by the new words from the day from which it counted until now, or begun
anew today; what was granted to its clock, pauses and extensions, is applied again. Nothing is
written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from processes.actions import deadlines
from processes.actions.migration_wishes import MigrationWish
from processes.engine.calendar import WorkingCalendar
from processes.engine.granted import Clock
from processes.engine.migration.moments import Anew, migrated_timers
from processes.engine.recounting import MovedTimer, due_as_of
from processes.engine.run import Run
from processes.engine.shapes import TaskShape
from processes.engine.told import OpenTask
from processes.store.tables import Deadline, DeadlineChoice, Task

_ANEW: Mapping[DeadlineChoice, Anew | None] = {
    DeadlineChoice.KEEP: None,
    DeadlineChoice.RECOUNT: Anew.ARRIVAL,
    DeadlineChoice.RESTART: Anew.NOW,
}


@dataclass(frozen=True, kw_only=True)
class TaskMove:
    """An open task in another version."""

    task: Task
    #: how it was drawn, and how it is drawn now
    before: TaskShape
    now: OpenTask
    #: what becomes of its deadline
    choice: DeadlineChoice
    #: when it is reminded of, and who else is told, in the words of the other version
    reminders: str
    escalations: str
    #: the deadline until now; of a paused task the one it had
    due_before: datetime | None
    #: the deadline to be written down, and the clock with it; None where nothing moves
    deadline: Deadline | None
    clock: Clock | None

    @property
    def due_after(self) -> datetime | None:
        """The deadline in the other version."""
        return self.deadline.due_at if self.deadline is not None else self.due_before

    @property
    def rings_otherwise(self) -> bool:
        """Whether somebody is told at other moments, or somebody else; as long as nothing of it is
        written."""
        task = self.task
        return (self.reminders, self.escalations) != (task.reminder_rule, task.escalation_rule)

    @property
    def changes_hands(self) -> bool:
        """Whether another role, or another house, holds it there."""
        shape = self.now.shape
        return shape.role != self.before.role or self.now.region != self.task.region_code


@dataclass(frozen=True, kw_only=True)
class Counting:
    """One case on its way into another version: everything that dates are counted by."""

    run: Run
    wish: MigrationWish
    calendar: WorkingCalendar
    #: who asked for it, and why, as a deadline keeps it
    by: str
    note: str
    now: datetime

    def task(
        self, row: Task, rows: Sequence[Deadline], before: TaskShape, now: OpenTask
    ) -> TaskMove:
        """What becomes of one open task that had these deadlines."""
        known = deadlines.in_order(rows)
        choice = self.wish.choice_for(now.shape.element)
        deadline = self._deadline(row, known, now, choice)
        return TaskMove(
            task=row,
            before=before,
            now=now,
            choice=choice,
            reminders=self.run.wording(now, now.shape.reminders),
            escalations=self.run.wording(now, now.shape.escalations),
            due_before=known[-1].due_at if known else None,
            deadline=deadline,
            clock=self._clock(row, [*known, *([deadline] if deadline else [])]),
        )

    def timers(self, moves: Sequence[TaskMove], known: Mapping[str, str]) -> list[MovedTimer]:
        """The timers of the drawing that move; `known` are the words of those that waited."""
        clocks = {move.task.id: move.clock for move in moves if move.clock is not None}

        def choose(element: str, host: str) -> Anew | None:
            return _ANEW[self.wish.choice_for(element, host)]

        return migrated_timers(self.run, known, choose, clocks)

    def _deadline(
        self, row: Task, known: Sequence[Deadline], now: OpenTask, choice: DeadlineChoice
    ) -> Deadline | None:
        words = self.run.wording(now, now.shape.due)
        same = choice is DeadlineChoice.RECOUNT and words == row.due_rule
        if choice is DeadlineChoice.KEEP or not words or same:
            return None
        found = Deadline(
            task_id=row.id,
            rule=words,
            starts_on=self._starts_on(row, known, choice),
            due_at=self.now,
            provisional=row.due_is_provisional,
            basis=now.shape.basis,
            reason=deadlines.MIGRATED,
            note=self.note,
            set_by=self.by[:300],
            set_at=self.now,
        )
        counted = deadlines.count(
            [*known, found], row.region_code, self.calendar, self._by_words(row)
        )
        if counted is None:
            return None
        found.due_at = counted.at
        return found

    def _starts_on(self, row: Task, known: Sequence[Deadline], choice: DeadlineChoice) -> date:
        """The day from which the new words count."""
        if choice is DeadlineChoice.RESTART:
            return self.calendar.today(self.now, row.region_code)
        base = deadlines.base_of(known)
        return base.starts_on if base else self.calendar.today(row.opened_at, row.region_code)

    def _clock(self, row: Task, known: Sequence[Deadline]) -> Clock | None:
        if not known:
            return None
        return deadlines.clock_of(known, row.region_code, self.calendar, self._by_words(row))

    def _by_words(self, row: Task) -> deadlines.ByWords:
        return partial(due_as_of, self.run, row.id)
