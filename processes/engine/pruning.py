"""Cutting finished work out of the tree, so that a case of decades stays as small as one of weeks.

What happened is in the history table; the tree only has to know what may still happen.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import CycleTimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from processes.engine.branches import forget, subtree
from processes.engine.workflow import OPEN, CaseWorkflow

FINISHED = TaskState.FINISHED_MASK


def prune(workflow: CaseWorkflow) -> None:
    """Drop finished sub-processes, finished passes of loops and finished ticks of cycle timers."""
    for task_id, inside in list(workflow.subprocesses.items()):
        if task_id in workflow.subprocesses and _is_over(workflow, task_id, inside):
            workflow.drop_subprocess(task_id)
    for level in (workflow, *workflow.subprocesses.values()):
        _prune_ticks(level)
        while _cut_one_loop(level):
            pass


def _is_over(workflow: CaseWorkflow, task_id: Any, inside: Any) -> bool:
    parent = workflow.get_task_from_id(task_id)
    return bool(inside.completed and parent.state & FINISHED)


def _prune_ticks(level: Any) -> None:
    for task in [t for t in level.tasks.values() if t._state == TaskState.WAITING]:
        spec = task.task_spec
        if not isinstance(spec, BoundaryEvent):
            continue
        if not isinstance(spec.event_definition, CycleTimerEventDefinition):
            continue
        for child_id in list(task._children):
            branch = subtree(level, child_id)
            if all(t.state & FINISHED for t in branch):
                task._children.remove(child_id)
                forget(level, branch)


def _cut_one_loop(level: Any) -> bool:
    """Hang the newest pass of a loop in the place of the first; True when something was cut."""
    for task in [t for t in level.tasks.values() if t.state & OPEN]:
        path = _path_to(level, task)
        pair = _widest_repeat(path)
        if pair is not None and _rehang(level, path[pair[0]], path[pair[1]]):
            return True
    return False


def _path_to(level: Any, task: Any) -> list[Any]:
    path = [task]
    while path[-1]._parent is not None:
        path.append(level.tasks[path[-1]._parent])
    return path[::-1]


def _widest_repeat(path: list[Any]) -> tuple[int, int] | None:
    """Positions of two finished visits to one shape, as far apart as possible."""
    first: dict[str, int] = {}
    best: tuple[int, int] | None = None
    for later, task in enumerate(path):
        if not task.state & TaskState.COMPLETED or task.triggered:
            continue
        earlier = first.setdefault(task.task_spec.name, later)
        if 0 < earlier < later and (best is None or later - earlier > best[1] - best[0]):
            best = (earlier, later)
    return best


def _rehang(level: Any, earlier: Any, later: Any) -> bool:
    kept = {t.id for t in subtree(level, later.id)}
    gone = [t for t in subtree(level, earlier.id) if t.id not in kept]
    if not all(t.state & (FINISHED | TaskState.PREDICTED_MASK) for t in gone):
        return False
    parent = level.tasks[earlier._parent]
    parent._children[parent._children.index(earlier.id)] = later.id
    level.tasks[later._parent]._children.remove(later.id)
    later._parent = parent.id
    forget(level, gone)
    return True
