"""SpiffWorkflow as it comes: stock parser, scheduler and serializer on the shipped diagram.

Only data asked for with a dot, and names not set yet, had to be taught. Timers of the diagram mean
nothing to it, so it goes no further than the measured task.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.camunda.parser import CamundaParser
from SpiffWorkflow.camunda.serializer import DEFAULT_CONFIG
from SpiffWorkflow.util.task import TaskState

from processes.office import SHIPPED
from tests.bench.cases import ELEMENT, PARTIES

WORDS = {"null": None, "true": True, "false": False}


class _Dotted(dict[str, Any]):
    """Data whose keys are asked for with a dot, as the diagram does."""

    def __getattr__(self, name: str) -> Any:
        value = self[name]
        return _Dotted(value) if isinstance(value, dict) else value


class _Environment(TaskDataEnvironment):  # type: ignore[misc]
    """Evaluates as the stock one does; a name that the data do not have yet is None."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        names = compile(expression.strip(), "diagram", "eval").co_names
        unset = {name: None for name in names if not hasattr(builtins, name)}
        dotted = {k: _Dotted(v) if isinstance(v, dict) else v for k, v in context.items()}
        return super().evaluate(expression, {**unset, **WORDS, **dotted}, external_context)


class Stock:
    """The stock engine, its drawing parsed once."""

    def __init__(self) -> None:
        parser = CamundaParser()
        parser.add_bpmn_file(str(SHIPPED / "ksdd" / "ksdd.bpmn"))
        for path in sorted((SHIPPED / "ksdd").glob("*.dmn")):
            parser.add_dmn_file(str(path))
        self._spec = parser.get_spec("ksdd")
        self._inner_specs = parser.get_subprocess_specs("ksdd")
        self._engine = PythonScriptEngine(_Environment(WORDS))
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))

    def at_task(self) -> Any:
        """A fresh workflow that waits for the measured task."""
        workflow = BpmnWorkflow(self._spec, self._inner_specs, script_engine=self._engine)
        people = [{"kode": code} for code in PARTIES]
        workflow.task_tree.data.update(pemrakarsa=people[0], mitra=people[1:], pihak=people)
        workflow.do_engine_steps()
        first = {"tahap1_permohonan": {"berbatasan": True, "eksternalitas": True}}
        self.answer(workflow, str(awaited(workflow)[0].id), first)
        [task] = awaited(workflow)
        assert task.task_spec.bpmn_id == ELEMENT, task.task_spec.bpmn_id
        return workflow

    def answer(self, workflow: Any, task_id: str, data: Mapping[str, Any]) -> None:
        """Finish a task with its data and run on."""
        task = next(task for task in awaited(workflow) if str(task.id) == task_id)
        task.data.update(data)
        task.run()
        workflow.do_engine_steps()

    def restore(self, body: str) -> Any:
        """The workflow from its JSON, drawing and tokens."""
        workflow = self._serializer.deserialize_json(body)
        workflow.script_engine = self._engine
        return workflow

    def save(self, workflow: Any) -> str:
        """Its JSON."""
        return str(self._serializer.serialize_json(workflow))


def awaited(workflow: Any) -> list[Any]:
    """The tasks that wait for people."""
    found: list[Any] = workflow.get_tasks(state=TaskState.READY, manual=True)
    return found
