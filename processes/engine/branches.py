"""A task of the tree with all that came of it, and how it is taken out."""

from __future__ import annotations

from typing import Any


def subtree(level: Any, task_id: Any) -> list[Any]:
    """A task and all that came of it, in no order."""
    found, stack = [], [task_id]
    while stack:
        task = level.tasks[stack.pop()]
        found.append(task)
        stack.extend(task._children)
    return found


def forget(level: Any, tasks: list[Any]) -> None:
    """Take tasks out of the tree, with what is inside of them and what they wait for; whoever
    points at them as children is left to the caller."""
    top = level.top_workflow
    for task in tasks:
        level.tasks.pop(task.id)
        top.drop_subprocess(task.id)
        top.event_manager.tasks.pop(task.id, None)
    if level.last_task is not None and level.last_task.id not in level.tasks:
        level.last_task = None
