"""What an act on a running case closes and what it opens, seen before anything is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from processes.actions.running import guarded
from processes.engine.run import Run


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What becomes of the open tasks: names with regions (codes)."""

    closed: Sequence[tuple[str, str]]
    opened: Sequence[tuple[str, str]]


def consequences(run: Run, act: Callable[[], None]) -> Moved:
    """Let the act happen to a case at work, and say which tasks it closed and opened.

    Raises what the act raises, and CaseIncident when the diagram cannot go on after it.
    """
    before = {task.id: (task.shape.name, task.region) for task in run.open_tasks()}
    guarded(act)
    after = {task.id: (task.shape.name, task.region) for task in run.open_tasks()}
    return Moved(
        closed=[told for task_id, told in before.items() if task_id not in after],
        opened=[told for task_id, told in after.items() if task_id not in before],
    )
