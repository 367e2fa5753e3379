"""One case at work: what is open, what an answer does, what time does, and how it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions import (
    MessageEventDefinition,
    MultipleEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from processes.engine.codec import dump
from processes.engine.durations import DurationError, parse_span
from processes.engine.pruning import prune
from processes.engine.shapes import Ending, Stage
from processes.engine.specs import DecisionTask, region_at_work, region_of_item
from processes.engine.surroundings import REGION, Surroundings, during, surroundings
from processes.engine.timers import moment_of, timer_value
from processes.engine.told import Decided, Due, EngineFault, OpenTask, Overtaken
from processes.engine.wordings import is_choice
from processes.engine.workflow import CaseWorkflow
from processes.errors import Conflict, TaskClosed

if TYPE_CHECKING:
    from processes.engine.procedure import Procedure

#: the day an agreement ends, in the data of the process
ENDS = "berlaku_sampai"
#: data of the process that the rest of the product reads; set by scripts or decisions
FACTS = ("kategori", "pihak", "berlaku_sejak", ENDS)


class Run:
    """A running case. Not safe to share; one act, one Run, then `save`."""

    surroundings: Surroundings

    def __init__(self, procedure: Procedure, workflow: CaseWorkflow) -> None:
        self.procedure = procedure
        self.workflow = workflow
        self.facts: dict[str, Any] = {}
        self.ended: Ending | None = None
        #: by id, the tasks that a timer closed during this act
        self.overtaken: dict[str, Overtaken] = {}
        #: what decision tables decided during this act, in order
        self.decisions: list[Decided] = []
        #: stage of the last timer that fired during this act
        self.passed: Stage | None = None
        #: names of the timers that fired during this act
        self.fired: list[str] = []
        workflow.observer = self._observe

    def begin(self, data: Mapping[str, Any], around: Surroundings) -> None:
        """Give a fresh case its first data and run it until people are awaited."""
        self.surroundings = around
        self.workflow.task_tree.data.update(data)
        self._advance()

    def open_tasks(self) -> list[OpenTask]:
        """Every task that waits for a person, in the order in which they opened."""
        return [self._open(task) for task in self._waiting_for_people()]

    def complete(self, task_id: str, answers: Mapping[str, Any]) -> None:
        """Answer an open task and run on until people or time are awaited.

        The data of the process get one key, named like the shape, with the region and those
        answers that steer the flow; each of these also under its own name.
        """
        task = self.token(task_id)
        steering = self.procedure.steering
        kept = {k: v for k, v in answers.items() if k in steering}
        element = task.task_spec.bpmn_id
        for name, value in kept.items():
            if name not in self.procedure.shapes:
                task.data[name] = value
        task.data[element] = {REGION: self._region(task), **kept}
        self._advance(task)

    def send(self, message: str) -> None:
        """Deliver a message that the drawing waits for; Conflict when it does not."""
        event = BpmnEvent(MessageEventDefinition(message), {})
        with during(self.surroundings):
            if not self.expects(message):
                raise Conflict("errors.no_message", name=message)
            self.workflow.send_event(event)
        self._advance()

    def stop(self, ending: Ending) -> None:
        """Leave everything that people or time are awaited for, and end the case as told."""
        with during(self.surroundings):
            self.workflow.cancel()
        self.ended = ending

    def expects(self, message: str) -> bool:
        """Whether something in the drawing waits for this message."""
        wanted = MessageEventDefinition(message)
        waiting = (t.task_spec.event_definition for t in self._catching())
        starts = (
            spec.event_definition
            for name in self.workflow.spec.start.trigger_specs
            for spec in self.workflow.subprocess_specs[name].bpmn_start_events
        )
        return any(definition == wanted for definition in (*waiting, *starts))

    def fire_timers(self) -> None:
        """Let every timer that is due fire, and what follows from it."""
        self._advance()

    @property
    def next_timer(self) -> datetime | None:
        """When the next timer fires by itself; None when none is set."""
        moments = []
        for task in self._catching():
            definition = task.task_spec.event_definition
            inner = (
                definition.event_definitions
                if isinstance(definition, MultipleEventDefinition)
                else [definition]
            )
            moments += [d.due(task) for d in inner if hasattr(d, "due")]
        return min((m for m in moments if m is not None), default=None)

    @property
    def stage(self) -> Stage | None:
        """The furthest stage of what is open; of what time is awaited for when nothing is."""
        named = [t.shape.stage for t in self.open_tasks()]
        if not any(named):
            named = [self._stage_of(task) for task in self._catching()]
        return max(filter(None, named), key=lambda stage: stage.number, default=None)

    def due(self, open_task: OpenTask, words: str | None = None) -> Due | None:
        """The deadline of an open task by its owner's words, or by others; None when it has none.

        Counted from `mulai_dari` when that day is known, else provisionally from today.
        """
        shape, task = open_task.shape, self.token(open_task.id)
        words = shape.due if words is None else words
        if not words:
            return None
        around = replace(self.surroundings, region=open_task.region)
        with during(around):
            today = around.calendar.today(around.now, open_task.region)
            start = self._evaluate(shape.clock_start, task) if shape.clock_start else None
            value = timer_value(words, task)
            moment = self._count(value, start or today.isoformat())
        if moment is None:
            return None
        return Due(
            at=moment,
            starts_on=start or today.isoformat(),
            provisional=bool(shape.clock_start) and start is None,
        )

    def wording(self, open_task: OpenTask, text: str) -> str:
        """The owner's words for an open task, chosen by the data where he lets them differ."""
        if not is_choice(text):
            return text
        with during(replace(self.surroundings, region=open_task.region)):
            return str(self._evaluate(text, self.token(open_task.id)))

    def save(self) -> bytes:
        """The state as bytes, with finished work cut away."""
        prune(self.workflow)
        return dump(self.workflow)

    def _evaluate(self, expression: str, task: Any) -> Any:
        return self.workflow.script_engine.evaluate(task, expression)

    def _count(self, value: Any, start: str) -> datetime | None:
        """A span counted from the day `start`, or whatever moment the value means."""
        try:
            span = parse_span(value) if isinstance(value, str) else None
        except DurationError:
            span = None
        if span is None:
            return moment_of(value)
        around = surroundings()
        due: datetime = around.calendar.due(span, date.fromisoformat(start), around.region)
        return due

    def _advance(self, task: Any = None) -> None:
        """Run `task`, if given, and then everything that needs no human."""
        try:
            with during(self.surroundings):
                if task is not None:
                    task.run()
                self.workflow.advance()
        except (SpiffWorkflowException, RecursionError) as fault:
            raise EngineFault(str(fault)[:500]) from fault

    @property
    def is_over(self) -> bool:
        """Whether the procedure has reached its end."""
        return self.workflow.is_completed()

    def _observe(self, task: Any) -> None:
        if isinstance(task.task_spec, CatchingEvent):
            self._observe_event(task)
        if task.workflow is self.workflow:
            self.facts.update({k: task.data[k] for k in FACTS if k in task.data})
        if isinstance(task.task_spec, DecisionTask):
            self.decisions.append(self._decided(task))
        ending = self.procedure.endings.get(task.task_spec.bpmn_id)
        if ending is not None:
            self.ended = ending

    def _decided(self, task: Any) -> Decided:
        spec, judged = task.task_spec, task.judged
        table = spec.decision
        return Decided(
            element=spec.bpmn_id,
            name=table.name,
            region=self._here(task),
            inputs=judged.inputs,
            outputs={column.place: judged.answer[column.name] for column in table.outputs},
        )

    def _observe_event(self, task: Any) -> None:
        spec = task.task_spec
        if not isinstance(spec.event_definition, TimerEventDefinition):
            return
        name = spec.bpmn_name or spec.bpmn_id
        self.fired.append(name)
        self.passed = self._stage_of(task) or self.passed
        if isinstance(spec, BoundaryEvent) and spec.cancel_activity:
            due = spec.event_definition.due(task) or self.surroundings.now
            for host in task.parent.children:
                if host.task_spec.bpmn_id in self.procedure.shapes:
                    closed = self._open(host)
                    self.overtaken[closed.id] = Overtaken(name=name, due=due, task=closed)

    def _waiting_for_people(self) -> list[Any]:
        found = [
            task
            for level in self.workflow.levels()
            for task in level.tasks.values()
            if task._state == TaskState.READY and task.task_spec.manual
        ]
        return sorted(found, key=lambda task: task.last_state_change)

    def token(self, task_id: str) -> Any:
        """The engine's open task; its ids are UUIDs when fresh and text after a restore."""
        for task in self._waiting_for_people():
            if str(task.id) == task_id:
                return task
        raise TaskClosed

    def _catching(self) -> list[Any]:
        return list(self.workflow.event_manager.tasks.values())

    def _open(self, task: Any) -> OpenTask:
        shape = self.procedure.shapes[task.task_spec.bpmn_id]
        if shape.stage_words:
            shape = replace(shape, stage=self._stage(shape.stage_words, task))
        region = self._region(task)
        return OpenTask(
            id=str(task.id), shape=shape, region=region, concerns=region_at_work(task) or region
        )

    def _region(self, task: Any) -> str:
        """Whose task it is: the property `daerah` names a party or a variable; else the region of
        the loop it is in, which outside of loops is the pemrakarsa."""
        data = task.data
        whose = self.procedure.shapes[task.task_spec.bpmn_id].whose
        first, here = region_of_item(data["pemrakarsa"]) or "", self._here(task)
        if not whose:
            return here
        value = data.get(whose)
        if isinstance(value, list):
            value = here if here != first else (value or [None])[0]
        return region_of_item(value) or here

    @staticmethod
    def _here(task: Any) -> str:
        """The region of the loop a token is in; outside of loops the pemrakarsa."""
        return task.data.get(REGION) or region_of_item(task.data["pemrakarsa"]) or ""

    def _stage_of(self, task: Any) -> Stage | None:
        """The stage that an event names."""
        properties = (task.task_spec.extensions or {}).get("properties", {})
        return self._stage(properties.get("tahap") or "", task)

    def _stage(self, words: str, task: Any) -> Stage | None:
        """The stage that the owner's words name, or choose by the data."""
        if is_choice(words):
            with during(self.surroundings):
                words = str(self._evaluate(words, task))
        return Stage.read(words)
