"""Small drawings for tests, and a case that is saved and restored at every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from processes.engine.calendar import WorkingCalendar
from processes.engine.procedure import Procedure
from processes.engine.run import Run

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' id="d" targetNamespace="urn:test">'
)
#: Monday, 5 January 2026, 09:00 in Jakarta
MONDAY = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


def shape(tag: str, id: str, inside: str = "", **attributes: str) -> str:
    """One element."""
    written = "".join(f' {k.replace("__", ":")}="{v}"' for k, v in attributes.items())
    return f'<bpmn:{tag} id="{id}"{written}>{inside}</bpmn:{tag}>'


def task(id: str, fields: Sequence[str] = (), inside: str = "", **attributes: str) -> str:
    """A user task of role `kabag` with text fields of these names."""
    form = "".join(f'<camunda:formField id="{f}" label="{f}" type="string"/>' for f in fields)
    inner = f"<camunda:formData>{form}</camunda:formData>"
    extra = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"
    return shape("userTask", id, extra + inside, camunda__candidateGroups="kabag", **attributes)


def flows(*pairs: tuple[str, ...]) -> str:
    """Sequence flows `(source, target[, condition])`, named `f_source_target`."""
    written = []
    for source, target, *condition in pairs:
        inside = "".join(
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{c}'
            "</bpmn:conditionExpression>"
            for c in condition
        )
        written.append(
            f'<bpmn:sequenceFlow id="f_{source}_{target}" sourceRef="{source}"'
            f' targetRef="{target}">{inside}</bpmn:sequenceFlow>'
        )
    return "".join(written)


def timer(kind: str, text: str) -> str:
    """A timer definition, for example `timer("timeDuration", "P3D")`."""
    return (
        f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    )


def each(collection: str, item: str, output: str, output_item: str, until: str = "") -> str:
    """A parallel multi-instance marker over a collection, with its output."""
    properties = (
        f'<camunda:property name="outputCollection" value="{output}"/>'
        f'<camunda:property name="outputElement" value="{output_item}"/>'
    )
    stop = f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics camunda:collection="{collection}"'
        f' camunda:elementVariable="{item}"><bpmn:extensionElements><camunda:properties>'
        f"{properties}</camunda:properties></bpmn:extensionElements>{stop}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def drawing(*shapes: str, outside: str = "") -> bytes:
    """A whole diagram with one executable process `p`."""
    process = shape("process", "p", "".join(shapes), isExecutable="true")
    return f"{HEAD}{outside}{process}</bpmn:definitions>".encode()


def read(diagram: bytes, **tables: bytes) -> Procedure:
    """The procedure of a diagram and its decision tables."""
    files = {"p.bpmn": diagram, **{f"{name}.dmn": xml for name, xml in tables.items()}}
    return Procedure("p", files)


class Walk:
    """A case that is saved and restored between every two steps, on a fresh `Run` each time."""

    def __init__(
        self,
        procedure: Procedure,
        parties: Sequence[str] = ("32.01", "32.02"),
        now: datetime = MONDAY,
        zones: Mapping[str, str] | None = None,
    ) -> None:
        self.procedure = procedure
        self.parties = list(parties)
        self.now = now
        self.calendar = WorkingCalendar(
            lambda code: ZoneInfo((zones or {}).get(code, "Asia/Jakarta"))
        )
        self.ended: str | None = None
        self._keep(procedure.start(parties=parties, now=now, calendar=self.calendar))

    def answer(self, element: str, region: str | None = None, **answers: Any) -> Walk:
        """Answer the open task of this shape (at this region)."""
        run = self._wake()
        task = next(
            t for t in run.open_tasks() if t.shape.element == element and region in (None, t.region)
        )
        run.complete(task.id, answers)
        return self._keep(run)

    def wait(self, **span: float) -> Walk:
        """Let time pass and the timers fire."""
        return self.at(self.now + timedelta(**span))

    def at(self, moment: datetime) -> Walk:
        """Move the clock to a moment and let the timers fire."""
        self.now = moment
        run = self._wake()
        run.fire_timers()
        return self._keep(run)

    def send(self, message: str) -> Walk:
        """Deliver a message."""
        run = self._wake()
        run.send(message)
        return self._keep(run)

    @property
    def open(self) -> list[str]:
        """The open shapes, one per open task, in alphabetical order."""
        return sorted(element for element, _ in self.open_at)

    def _wake(self) -> Run:
        return self.procedure.resume(
            self.state, region=self.parties[0], now=self.now, calendar=self.calendar
        )

    def _keep(self, run: Run) -> Walk:
        self.state = run.save()
        self.next_timer = run.next_timer
        self.over = run.is_over
        self.facts = run.facts
        self.overtaken = run.overtaken
        self.decisions = run.decisions
        self.stage = run.stage
        self.open_tasks = run.open_tasks()
        self.open_at = sorted((t.shape.element, t.region) for t in self.open_tasks)
        self.due = {(t.shape.element, t.region): run.due(t) for t in self.open_tasks}
        self.size = sum(len(level.tasks) for level in run.workflow.levels())
        self.data = _data(run)
        if run.ended:
            self.ended = run.ended.reason
        return self


def _data(run: Run) -> dict[str, Any]:
    open_tasks: Iterable[Any] = run._waiting_for_people()
    first = next(iter(open_tasks), None)
    source = first if first is not None else run.workflow.last_task
    return dict(source.data) if source is not None else dict(run.workflow.data)
