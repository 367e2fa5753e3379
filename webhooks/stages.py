"""The stages of a case in a row: done, running, to come, and what this case never went through."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from processes.engine.shapes import OLD_ENTRY, Stage
from processes.store.tables import Case, CaseStatus, Task

State = Literal["done", "now", "next", "skipped", "ended", "unreached"]


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """One stage as a page shows it."""

    number: int
    name: str
    state: State
    #: when its first task was opened, and when its last one was closed; None while it has none, or
    #: one is open
    since: datetime | None = None
    until: datetime | None = None


def stage_rows(stages: Sequence[Stage], case: Case, tasks: Sequence[Task]) -> list[StageRow]:
    """Every stage of the drawing with how this case stands to it.

    A stage behind the case in which nobody was asked anything was not needed. A case that ended
    before its time ended in one stage and never reached the later ones.
    """
    met = {task.stage for task in tasks}
    return [
        StageRow(
            number=stage.number,
            name=stage.name,
            state=_state(stage.number, case, met),
            since=min((t.opened_at for t in tasks if t.stage == stage.number), default=None),
            until=_until(stage.number, tasks),
        )
        for stage in stages
    ]


def _until(number: int, tasks: Sequence[Task]) -> datetime | None:
    closed = [task.closed_at for task in tasks if task.stage == number]
    return max((at for at in closed if at is not None), default=None) if all(closed) else None


def _state(number: int, case: Case, met: Collection[int]) -> State:
    if number < case.stage:
        if number in met:
            return "done"
        return "unreached" if case.entry == OLD_ENTRY else "skipped"
    if case.status is CaseStatus.COMPLETED:
        return "done" if number == case.stage else "unreached"
    over = case.closed_at is not None
    if number == case.stage:
        return "ended" if over else "now"
    return "unreached" if over else "next"
