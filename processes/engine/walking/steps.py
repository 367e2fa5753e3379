"""Which shapes a token went between, and what of a drawing may be sent to it."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from processes.engine.run import Run
from processes.engine.walking.reading import Reading
from processes.engine.workflow import OPEN

#: states of tasks that a token has come to
REACHED = OPEN | TaskState.COMPLETED


def watch(run: Run) -> set[tuple[str, str]]:
    """Let a run tell, into the set that is returned, the steps of its tokens."""
    went: set[tuple[str, str]] = set()
    told = run.workflow.observer

    def observe(task: Any) -> None:
        if told is not None:
            told(task)
        pair = _step(task)
        if pair is not None:
            went.add(pair)

    run.workflow.observer = observe
    return went


def gone(run: Run) -> set[tuple[str, str]]:
    """The steps that the engine still remembers."""
    return {
        pair
        for level in (run.workflow, *run.workflow.subprocesses.values())
        for task in level.tasks.values()
        if task._state & REACHED and (pair := _step(task))
    }


def _step(task: Any) -> tuple[str, str] | None:
    """From which shape a token came to this one; the first of a scope comes from nowhere."""
    own = task.task_spec.bpmn_id
    if own is None:
        return None
    before = task.parent
    while before is not None:
        source = before.task_spec.bpmn_id
        if source is not None and source != own:
            return (source, own)
        before = before.parent
    return ("", own)


def messages_of(reading: Reading) -> list[str]:
    """The names of every message of the drawing."""
    found = [
        element.get("name") or own
        for own, element in reading.diagram.by_id.items()
        if str(element.tag).endswith("}message")
    ]
    return list(dict.fromkeys(found))
