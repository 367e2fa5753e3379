"""The running workflow: SpiffWorkflow's tree, scheduled by state instead of by walking it.

The stock scheduler walks the whole tree for every completed task, cannot see below depth 1000, and
stumbles over sub-workflows of instances that were stopped. Ours looks at the flat table of tasks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from processes.engine.rearming import listen_again
from processes.errors import CaseIncident

#: states of what waits for somebody or something, or for what is inside of it
OPEN = TaskState.READY | TaskState.STARTED | TaskState.WAITING
#: engine steps one act may cause; a drawing that needs more goes in circles
MOST_STEPS = 5000


class _ByState:
    """Finds tasks by state in the table, without walking the tree."""

    tasks: dict[Any, Any]
    completed: bool

    def update_waiting_tasks(self) -> None:
        """Let every waiting task look whether it may go on."""
        for task in [t for t in self.tasks.values() if t._state == TaskState.WAITING]:
            if task._state == TaskState.WAITING:
                task.task_spec._update(task)

    def is_completed(self) -> bool:
        """Whether nothing is left to do."""
        if not self.completed and not any(
            t._state & TaskState.NOT_FINISHED_MASK for t in self.tasks.values()
        ):
            self.completed = True
        return self.completed

    def ready_for_engine(self) -> list[Any]:
        """The tasks the engine itself may run now."""
        return [
            t for t in self.tasks.values() if t._state == TaskState.READY and not t.task_spec.manual
        ]


class CaseSubWorkflow(_ByState, BpmnSubWorkflow):  # type: ignore[misc]
    """The inside of a sub-process."""

    def _remove_task(self, task_id: Any) -> None:
        self.top_workflow.let_go(task_id)
        super()._remove_task(task_id)


class CaseWorkflow(_ByState, BpmnWorkflow):  # type: ignore[misc]
    """One running case."""

    #: told of every task the engine completed
    observer: Callable[[Any], None] | None = None

    def create_subprocess(self, my_task: Any, spec_name: str) -> CaseSubWorkflow:
        """Open the inside of a sub-process with our scheduler."""
        inside = CaseSubWorkflow(
            self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self
        )
        self.subprocesses[my_task.id] = inside
        return inside

    def drop_subprocess(self, task_id: Any) -> None:
        """Forget the inside of a sub-process and of everything nested in it."""
        inside = self.subprocesses.pop(task_id, None)
        if inside is None:
            return
        for task in list(inside.tasks.values()):
            self.drop_subprocess(task.id)
            self.event_manager.remove_task(task)

    def let_go(self, task_id: Any) -> None:
        """Forget what hangs on a task that leaves the tree: its inside, and what it waits for."""
        self.drop_subprocess(task_id)
        self.event_manager.tasks.pop(task_id, None)

    def _remove_task(self, task_id: Any) -> None:
        self.let_go(task_id)
        super()._remove_task(task_id)

    def levels(self) -> list[Any]:
        """This workflow and every unfinished sub-workflow, the innermost first."""
        inner = [sp for sp in self.subprocesses.values() if not sp.completed]
        return [*sorted(inner, key=lambda sp: sp.depth, reverse=True), self]

    def _alive(self, level: Any) -> bool:
        return level is self or self.subprocesses.get(level.parent_task_id) is level

    def advance(self) -> None:
        """Run everything that needs no human, until only people and time are awaited."""
        steps = 0
        while True:
            done = self._pass()
            steps += done
            if steps > MOST_STEPS:
                raise CaseIncident("errors.steps", most=MOST_STEPS)
            if done:
                continue
            self.refresh_timers()
            listen_again(self)
            if not any(level.ready_for_engine() for level in self.levels()):
                break
        self._refuse_lost_errors()

    def _pass(self) -> int:
        count = 0
        for level in self.levels():
            if self._alive(level):
                count += self._run_ready(level)
                self._tell_parent(level)
        return count

    def _run_ready(self, level: Any) -> int:
        count = 0
        for task in level.ready_for_engine():
            if task._state == TaskState.READY and task.id in level.tasks and self._alive(level):
                task.run()
                count += 1
                if self.observer is not None:
                    self.observer(task)
        return count

    def _tell_parent(self, level: Any) -> None:
        if level is not self and self._alive(level):
            parent = self.get_task_from_id(level.parent_task_id)
            parent.task_spec._update(parent)

    def _refuse_lost_errors(self) -> None:
        """An error nobody catches would let the stock engine go on as if nothing had happened."""
        events: list[Any] = self.get_events()
        for event in events:
            if isinstance(event.event_definition, ErrorEventDefinition):
                raise CaseIncident("errors.lost_error", name=event.event_definition.name)
