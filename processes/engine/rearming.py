"""Message events that interrupt nothing listen again once what they began has come to its end.

BPMN lets such an event on the border of an activity happen as often as the message comes, as long
as the activity goes on; the stock engine hears it once. Ours hears one message at a time.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, _EndJoin
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from processes.engine.branches import forget, subtree

#: what the engine adds to a drawing, and which waits for others without anybody's doing
ADDED = (BoundaryEventJoin, _EndJoin)
#: what is behind, and what may come after something else of which the same is asked
OVER = TaskState.FINISHED_MASK | TaskState.FUTURE | TaskState.PREDICTED_MASK


def listen_again(workflow: Any) -> None:
    """Let every message event on the border of a running activity hear the next message, unless
    something is still done about the last one."""
    for level in workflow.levels():
        for task in [t for t in level.tasks.values() if t._state == TaskState.COMPLETED]:
            if _hears_messages(task.task_spec) and _host_runs(task):
                branch = [t for t in subtree(level, task.id) if t is not task]
                if all(map(_is_over, branch)):
                    task._children = []
                    forget(level, branch)
                    _wait(task)


def _hears_messages(spec: Any) -> bool:
    return (
        isinstance(spec, BoundaryEvent)
        and not spec.cancel_activity
        and isinstance(spec.event_definition, MessageEventDefinition)
    )


def _host_runs(task: Any) -> bool:
    hosts = [t for t in task.parent.children if not isinstance(t.task_spec, BoundaryEvent)]
    return any(host.has_state(TaskState.NOT_FINISHED_MASK) for host in hosts)


def _is_over(task: Any) -> bool:
    return task.has_state(OVER) or isinstance(task.task_spec, ADDED)


def _wait(task: Any) -> None:
    task._set_state(TaskState.WAITING)
    task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
    task.task_spec._update(task)
