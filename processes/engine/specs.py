"""Task specs with the repairs SpiffWorkflow 3.2.0 needs before a drawing runs as drawn.

Each repair names the behaviour of the stock class that it mends; `tests/engine/test_traps.py` shows
each of them. We subclass only: SpiffWorkflow is LGPL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from processes.engine.decisions import Decision
from processes.engine.field_values import REGION_CODE
from processes.engine.surroundings import REGION, in_region

CODE = re.compile(REGION_CODE)


def region_of_item(item: Any) -> str | None:
    """The region code an item of a loop stands for: the item itself, or its `kode`."""
    if isinstance(item, Mapping):
        item = item.get("kode")
    return item if isinstance(item, str) else None


class _FreshInstances:
    """Mends what a loop back into a multi-instance task does to its data."""

    input_item: Any
    output_item: Any
    data_output: Any

    def init_data_output_with_input_data(self, my_task: Any, input_data: Any) -> None:
        """Start every pass with an empty output; the stock class refuses a second pass."""
        self.data_output.set(my_task, {} if isinstance(input_data, Mapping) else [])

    def init_data_output_with_cardinality(self, my_task: Any) -> None:
        """Start every pass with an empty output; the stock method has a NameError."""
        self.data_output.set(my_task, [])

    def _update_hook(self, my_task: Any) -> Any:
        """Be certain to be reached; after a non-interrupting event the stock task still thinks
        that it is only predicted, and then may not have instances."""
        if my_task.has_state(TaskState.PREDICTED_MASK):
            my_task._set_state(TaskState.FUTURE)
        return super()._update_hook(my_task)  # type: ignore[misc]

    def _forget_names(self, my_task: Any, *names: Any) -> None:
        for name in names:
            if name is not None:
                my_task.data.pop(name.bpmn_id, None)

    def create_child(self, my_task: Any, item: Any, key_or_index: Any = None) -> None:
        """Create one instance; inside it the region at work is that of the item."""
        self._forget_names(my_task, self.input_item, self.output_item)
        outside = my_task.data.get(REGION)
        region = region_of_item(item)
        if region is not None:
            my_task.data[REGION] = region
        try:
            super().create_child(my_task, item, key_or_index)  # type: ignore[misc]
        finally:
            if region is not None:
                _put_back(my_task.data, outside)

    def merge_child(self, workflow: Any, child: Any) -> None:
        """Merge one finished instance; names of the instance do not leak to the outside."""
        my_task = child.parent
        outside = my_task.data.get(REGION)
        super().merge_child(workflow, child)  # type: ignore[misc]
        self._forget_names(my_task, self.input_item)
        _put_back(my_task.data, outside)


def is_loop(spec: Any) -> bool:
    """Whether this is the activity around the instances of a loop."""
    return isinstance(spec, _FreshInstances)


def region_at_work(task: Any) -> str | None:
    """The region of the innermost loop over regions that a token is in; None outside of loops."""
    while task is not None:
        loop = task.parent
        if loop is not None and is_loop(loop.task_spec) and _is_instance(loop, task):
            region = _region_of_instance(loop, task)
            if region is not None:
                return region
        level = task.workflow
        inside = level.parent_task_id
        task = None if inside is None else level.top_workflow.get_task_from_id(inside)
    return None


def _is_instance(loop: Any, task: Any) -> bool:
    return bool(task.task_spec.name == loop.task_spec.task_spec)


def _region_of_instance(loop: Any, task: Any) -> str | None:
    spec = loop.task_spec
    if spec.data_input is None:
        return None
    named = spec.input_item
    item = task.data.get(REGION if named is None else named.bpmn_id)
    region = region_of_item(item)
    return region if region is not None and CODE.fullmatch(region) else None


def _put_back(data: dict[str, Any], region: str | None) -> None:
    if region is None:
        data.pop(REGION, None)
    else:
        data[REGION] = region


class ParallelInstances(_FreshInstances, stock.ParallelMultiInstanceTask):  # type: ignore[misc]
    """A parallel multi-instance activity that may be entered again and stopped halfway."""

    def merge_child(self, workflow: Any, child: Any) -> None:
        """Merge, and take the sub-workflows of instances that were stopped with them."""
        super().merge_child(workflow, child)
        my_task = child.parent
        if my_task.state != TaskState.READY:
            return
        top = my_task.workflow.top_workflow
        for instance in self._instances(my_task):
            if instance.state == TaskState.CANCELLED and instance.id in top.subprocesses:
                top.drop_subprocess(instance.id)


class SequentialInstances(_FreshInstances, stock.SequentialMultiInstanceTask):  # type: ignore[misc]
    """A sequential multi-instance activity that may be entered again."""


class InterruptingStart(stock.StartEvent):  # type: ignore[misc]
    """Start event that honours `isInterrupting`; the stock engine never reads it."""

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        inner = my_task.workflow
        plain = isinstance(self.event_definition, NoneEventDefinition)
        if plain or inner.parent_task_id is None or not self.extensions.get("interrupting"):
            return
        keep = inner.top_workflow.get_task_from_id(inner.parent_task_id)
        for sibling in keep.workflow.task_tree.children:
            if sibling is not keep:
                sibling.cancel()


class DecisionTask(BpmnSpecMixin):  # type: ignore[misc]
    """A business rule task: asks a decision table and puts its answer into the data."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, decision: Decision, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.decision = decision

    def _run_hook(self, my_task: Any) -> bool:
        language = my_task.workflow.script_engine.environment.language
        with in_region(my_task.data.get(REGION)):
            judged = self.decision.judge(language, my_task.data)
        # whoever observes the task hears what was judged, whatever the answer did to the data
        my_task.judged, answer = judged, judged.answer
        name = self.extensions.get("resultVariable")
        if name:
            values = list(answer.values())
            my_task.data[name] = values[0] if len(values) == 1 else dict(answer)
        else:
            my_task.data.update(answer)
        super()._run_hook(my_task)
        return True
