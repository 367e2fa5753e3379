"""Going back in a running case to a task that was finished before.

Everything that came after that task is cut off: parallel branches, the insides of sub-processes,
timers. What the case has learnt since stays in its data, as when a drawn flow leads back. So the
tree is that of a case which reached the task for the first time, only wiser.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import deepcopy
from typing import Any
from uuid import uuid4

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import UserTaskMixin
from SpiffWorkflow.util.task import TaskState

from processes.engine.run import Run
from processes.engine.specs import is_loop
from processes.engine.surroundings import during
from processes.errors import Conflict


def behind(run: Run, task_id: str, elements: Collection[str]) -> list[str]:
    """Those of the elements to which the open task may go back, in the order in which it passed."""
    found = [each.task_spec.bpmn_id for each in _way_back(run.token(task_id)) if _is_task(each)]
    wanted = [element for element in dict.fromkeys(found) if element in elements]
    return wanted[::-1]


def go_back(run: Run, task_id: str, element: str) -> None:
    """Leave an open task and open the earlier one again; Conflict when it does not lie behind."""
    here = run.token(task_id)
    for target in _way_back(here):
        if _is_task(target) and target.task_spec.bpmn_id == element:
            break
    else:
        raise Conflict("acts.not_behind")
    data = deepcopy(_lifted(here, target.workflow).data)
    first = target.parent if isinstance(target.parent.task_spec, BoundaryEventSplit) else target
    cut_off(run, first)
    with during(run.surroundings):
        first.reset_branch(None)
    first.data = data
    rename(run, [str(first.id)])
    run.fire_timers()


def rename(run: Run, task_ids: Collection[str]) -> None:
    """Give new ids to tokens, so that they are told apart from those that had these before."""
    for level in (run.workflow, *run.workflow.subprocesses.values()):
        for task in [task for task in level.tasks.values() if str(task.id) in task_ids]:
            old, new = task.id, uuid4()
            level.tasks[new] = level.tasks.pop(old)
            task.id = new
            for child in task._children:
                level.tasks[child]._parent = new
            if task._parent is not None:
                siblings = level.tasks[task._parent]._children
                siblings[siblings.index(old)] = new


def _way_back(token: Any) -> Iterator[Any]:
    """What a token came through, the newest first, out of every sub-process that it is in."""
    task = token
    while True:
        if task._parent is not None:
            task = task.workflow.tasks[task._parent]
        elif task.workflow is task.workflow.top_workflow:
            return
        else:
            task = _around(task)
            continue
        yield task


def _around(task: Any) -> Any:
    """The activity in whose inside a token is."""
    return task.workflow.top_workflow.get_task_from_id(task.workflow.parent_task_id)


def _is_task(task: Any) -> bool:
    """Whether it is a finished task of one person; those of a loop are entered together only."""
    spec = task.task_spec
    plain = isinstance(spec, UserTaskMixin) and spec.name == spec.bpmn_id
    return plain and task._state == TaskState.COMPLETED


def _lifted(token: Any, level: Any) -> Any:
    """The token as that level knows it: the activity that it is inside of, as it was entered."""
    while token.workflow is not level:
        token = _around(token)
        if is_loop(token.parent.task_spec):
            token = token.parent
    return token


def cut_off(run: Run, first: Any) -> None:
    """Forget what runs inside and behind a task; the tree itself is cut when it is reset."""
    top, level = run.workflow, first.workflow
    stack = [first]
    while stack:
        task = stack.pop()
        stack += [level.tasks[child] for child in task._children]
        top.drop_subprocess(task.id)
        top.event_manager.tasks.pop(task.id, None)
    level.last_task = None
