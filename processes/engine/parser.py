"""From the owner's XML to task specs: SpiffWorkflow's parser with our attributes and repairs.

The folder has passed `processes.engine.checks` before it comes here, so what fails here is a defect
of ours, not of the owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.node_parser import DEFAULT_NSMAP
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference
from SpiffWorkflow.bpmn.specs.event_definitions import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from processes.engine.attributes import BPMN, NAMES, read_attributes, read_loop
from processes.engine.decisions import Decision
from processes.engine.language import strip_wrapping
from processes.engine.specs import (
    DecisionTask,
    InterruptingStart,
    ParallelInstances,
    SequentialInstances,
)
from processes.engine.timers import CycleTimer, DateTimer, SpanTimer

TIMERS: dict[type, type] = {
    TimeDateEventDefinition: DateTimer,
    DurationTimerEventDefinition: SpanTimer,
    CycleTimerEventDefinition: CycleTimer,
}


class _OurAttributes:
    """Mixed into every stock task parser: our attributes, loops and timers."""

    PARALLEL_MI_CLASS = ParallelInstances
    SEQUENTIAL_MI_CLASS = SequentialInstances

    node: Any
    spec: Any
    task: Any

    def parse_extensions(self, node: Any = None) -> dict[str, Any]:
        return read_attributes(self.node if node is None else node)

    def parse_timer_event(self, event: Any) -> Any:
        parsed = super().parse_timer_event(event)  # type: ignore[misc]
        ours = TIMERS[type(parsed)]
        return ours(parsed.name, (parsed.expression or "").strip(), description=parsed.description)

    def _add_multiinstance_task(self, loop: Any) -> None:
        names = read_loop(loop)
        if names is None:
            super()._add_multiinstance_task(loop)  # type: ignore[misc]
        else:
            self._add_loop_over_collection(loop, names)
        inner = self.spec.task_specs[self.task.task_spec]
        for attribute in ("bpmn_name", "lane", "documentation", "extensions"):
            setattr(self.task, attribute, getattr(inner, attribute))

    def _add_loop_over_collection(self, loop: Any, names: Mapping[str, str | None]) -> None:
        def reference(name: str) -> TaskDataReference | None:
            value = names[name]
            return TaskDataReference(strip_wrapping(value)) if value else None

        original = self.spec.task_specs.pop(self.task.name)
        sequential = loop.get("isSequential") == "true"
        kind = self.SEQUENTIAL_MI_CLASS if sequential else self.PARALLEL_MI_CLASS
        condition = names["condition"]
        self.task = kind(
            self.spec,
            original.name,
            task_spec="",
            data_input=reference("collection"),
            data_output=reference("output"),
            input_item=reference("item"),
            output_item=reference("output_item"),
            condition=strip_wrapping(condition) if condition else None,
            description="Multi-instance",
        )
        self._copy_task_attrs(original, loop)  # type: ignore[attr-defined]


class _DecisionParser(TaskParser):  # type: ignore[misc]
    """A business rule task, with its table looked up by `decisionRef`."""

    def create_task(self) -> DecisionTask:
        decisions: Mapping[str, Decision] = self.process_parser.parser.decisions
        decision = decisions[read_attributes(self.node)["decisionRef"]]
        return DecisionTask(self.spec, self.bpmn_id, decision=decision, **self.bpmn_attributes)


def _parser_classes() -> dict[str, tuple[type, type]]:
    ours: dict[str, tuple[type, type]] = {}
    stock = dict(BpmnParser.PARSER_CLASSES)
    stock[f"{{{BPMN}}}businessRuleTask"] = (_DecisionParser, DecisionTask)
    for tag, (parser, spec) in stock.items():
        if tag.endswith("}startEvent"):
            spec = InterruptingStart
        ours[tag] = (type(f"Our{parser.__name__}", (_OurAttributes, parser), {}), spec)
    return ours


class _OurProcessParser(ProcessParser):  # type: ignore[misc]
    """Prepares a spec to be shared by every case of its version."""

    def _parse(self) -> None:
        super()._parse()
        self._connect_triggered_subprocesses()
        self._connect_loops()

    def _connect_triggered_subprocesses(self) -> None:
        """Connect event sub-processes now.

        The stock engine does it on the first event, on the spec itself, after which every new case
        of that spec would start the event sub-process at once.
        """
        start = self.spec.start
        for name in start.trigger_specs:
            triggered = self.spec.task_specs[name]
            if start.name not in triggered._inputs:
                triggered._inputs = [*triggered._inputs, start.name]
                triggered.connect(self.spec.end)

    def _connect_loops(self) -> None:
        """Tie every loop to its body now; the stock engine does it when an instance is created,
        so that a case restored in another process would wait for ever."""
        for spec in self.spec.task_specs.values():
            if isinstance(spec, LoopTask):
                finished = self.spec.task_specs[spec.task_spec].completed_event
                if not finished.is_connected(spec.merge_child):
                    finished.connect(spec.merge_child)


class OwnersParser(BpmnParser):  # type: ignore[misc]
    """Parses the diagrams of one folder; `decisions` are the folder's tables by id."""

    PROCESS_PARSER_CLASS = _OurProcessParser
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, tuple[type, type]]] = _parser_classes()
    PARSER_CLASSES = OVERRIDE_PARSER_CLASSES

    def __init__(self, decisions: Mapping[str, Decision]) -> None:
        super().__init__(namespaces={**DEFAULT_NSMAP, **NAMES})
        self.decisions = decisions

    def _add_data_stores(self, bpmn: Any) -> None:
        """Leave data stores alone: they only explain a drawing; the stock parser wants code."""
