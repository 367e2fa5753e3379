"""An owner's diagram as the rules look at it: scopes, shapes and flows, with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from processes.engine.attributes import BPMN, NAMES, read_attributes, read_loop
from processes.engine.grammar import strip_wrapping

TASKS = frozenset(
    (
        "task",
        "userTask",
        "manualTask",
        "scriptTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "callActivity",
    )
)
SCOPES = frozenset(("subProcess", "transaction", "adHocSubProcess"))
GATEWAYS = frozenset(
    (
        "exclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
        "inclusiveGateway",
        "complexGateway",
    )
)
EVENTS = frozenset(
    (
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    )
)
FLOW_NODES = TASKS | SCOPES | GATEWAYS | EVENTS


def kind_of(element: Any) -> str:
    """The BPMN name of an element (`userTask`), empty for anything that is not BPMN."""
    tag = element.tag
    prefix = f"{{{BPMN}}}"
    return tag[len(prefix) :] if isinstance(tag, str) and tag.startswith(prefix) else ""


def children(element: Any, *kinds: str) -> list[Any]:
    """The BPMN children of an element that are of one of these kinds."""
    return [child for child in element if kind_of(child) in kinds]


def form_elements(shape: Shape) -> list[Any]:
    """The elements of a task's form fields, in order."""
    path = "./bpmn:extensionElements/camunda:formData/camunda:formField"
    return list(shape.element.xpath(path, namespaces=NAMES))


def text_of(element: Any) -> str:
    """All text inside an element, trimmed."""
    return "".join(element.itertext()).strip()


@dataclass(frozen=True, eq=False)
class Flow:
    """One sequence flow; `source` and `target` as written, which may be ids of nothing."""

    id: str
    source: str
    target: str
    condition: str | None
    element: Any


@dataclass(eq=False)
class Shape:
    """One flow node: a task, event, gateway or sub-process."""

    id: str
    kind: str
    element: Any
    scope: Scope
    inside: Scope | None = None

    @cached_property
    def attributes(self) -> dict[str, Any]:
        """What the engine reads from the shape."""
        return read_attributes(self.element)

    @property
    def properties(self) -> Mapping[str, str]:
        """The owner's properties, name → text."""
        found: Mapping[str, str] = self.attributes.get("properties", {})
        return found

    @property
    def form(self) -> list[dict[str, Any]]:
        """The raw form fields, in order."""
        found: list[dict[str, Any]] = self.attributes.get("form", [])
        return found

    @cached_property
    def loop_element(self) -> Any:
        """The multi-instance marker, or None."""
        found = children(self.element, "multiInstanceLoopCharacteristics")
        return found[0] if found else None

    @cached_property
    def loop(self) -> Mapping[str, str | None] | None:
        """Collection, item and output names of the marker, as the engine reads them."""
        found = None if self.loop_element is None else read_loop(self.loop_element)
        if found is None:
            return None
        return {name: strip_wrapping(value) if value else None for name, value in found.items()}

    @cached_property
    def definitions(self) -> list[Any]:
        """The event definitions drawn on it (`timerEventDefinition`, …)."""
        return [c for c in self.element if kind_of(c).endswith("EventDefinition")]

    def defined_as(self, name: str) -> Any:
        """Its first definition of one kind (`timer`, `error`, …), or None."""
        return next((d for d in self.definitions if kind_of(d) == f"{name}EventDefinition"), None)

    def property_element(self, name: str) -> Any:
        """The element of a property, to name its line; the shape itself when there is none."""
        path = f"./bpmn:extensionElements/*/*[@name='{name}']"
        found = self.element.xpath(path, namespaces=NAMES)
        return found[0] if found else self.element

    @property
    def is_event_subprocess(self) -> bool:
        """Whether it starts by an event instead of by a flow."""
        return bool(self.element.get("triggeredByEvent") == "true")

    @property
    def interrupts(self) -> bool:
        """Whether a boundary event stops what it is attached to."""
        return bool(self.element.get("cancelActivity", "true") == "true")

    @property
    def name(self) -> str:
        """What the reader sees: its name, or its id."""
        return " ".join(str(self.element.get("name") or "").split()) or self.id


@dataclass(eq=False)
class Scope:
    """A process or the inside of a sub-process: its shapes and the flows between them."""

    id: str
    element: Any
    #: the sub-process it is the inside of; None for the process
    shape: Shape | None
    shapes: dict[str, Shape] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def outgoing(self, shape_id: str) -> list[Flow]:
        """Flows that leave a shape."""
        return self._by_source.get(shape_id, [])

    def incoming(self, shape_id: str) -> list[Flow]:
        """Flows that arrive at a shape."""
        return self._by_target.get(shape_id, [])

    def attached(self, shape_id: str) -> list[Shape]:
        """Boundary events on a shape."""
        return self._by_host.get(shape_id, [])

    def next_of(self, shape_id: str) -> list[str]:
        """Shapes that a token may reach in one step, over flows and boundary events."""
        return self.flows_to(shape_id) + [event.id for event in self.attached(shape_id)]

    def flows_to(self, shape_id: str) -> list[str]:
        """Shapes that a flow leads to."""
        return [f.target for f in self.outgoing(shape_id) if f.target in self.shapes]

    def of_kind(self, *kinds: str) -> list[Shape]:
        """Its own shapes of these kinds, in the order of the file."""
        return [s for s in self.shapes.values() if s.kind in kinds]

    @property
    def is_event_subprocess(self) -> bool:
        """Whether it is the inside of an event sub-process."""
        return self.shape is not None and self.shape.is_event_subprocess

    @cached_property
    def _by_source(self) -> dict[str, list[Flow]]:
        return _grouped(self.flows, "source")

    @cached_property
    def _by_target(self) -> dict[str, list[Flow]]:
        return _grouped(self.flows, "target")

    @cached_property
    def _by_host(self) -> dict[str, list[Shape]]:
        found: dict[str, list[Shape]] = {}
        for shape in self.of_kind("boundaryEvent"):
            found.setdefault(shape.element.get("attachedToRef", ""), []).append(shape)
        return found


def _grouped(flows: list[Flow], end: str) -> dict[str, list[Flow]]:
    found: dict[str, list[Flow]] = {}
    for flow in flows:
        found.setdefault(getattr(flow, end), []).append(flow)
    return found


@dataclass(eq=False)
class Diagram:
    """One BPMN file: its executable process and every scope nested in it."""

    file: str
    root: Any
    #: executable processes of the file; more or fewer than one is an error
    executable: list[Any]
    #: the process and its sub-processes, outer before inner
    scopes: list[Scope]
    #: every BPMN element by id; the first one where an id is used twice
    by_id: dict[str, Any]

    def shapes(self, *kinds: str) -> Iterator[Shape]:
        """All shapes of the executable process, of these kinds or of any."""
        for scope in self.scopes:
            for shape in scope.shapes.values():
                if not kinds or shape.kind in kinds:
                    yield shape


def read_diagram(root: Any, file: str) -> Diagram:
    """The diagram of a parsed BPMN file."""
    executable = [
        p for p in root.iter(f"{{{BPMN}}}process") if p.get("isExecutable", "false") == "true"
    ]
    scopes = [s for process in executable[:1] for s in _scopes(process)]
    by_id: dict[str, Any] = {}
    for element in root.iter(f"{{{BPMN}}}*"):
        if element.get("id"):
            by_id.setdefault(element.get("id"), element)
    return Diagram(file=file, root=root, executable=executable, scopes=scopes, by_id=by_id)


def _scopes(process: Any) -> Iterator[Scope]:
    waiting = [Scope(process.get("id") or "", process, None)]
    while waiting:
        scope = waiting.pop(0)
        for element in scope.element:
            _place(scope, element)
        waiting.extend(s.inside for s in scope.shapes.values() if s.inside is not None)
        yield scope


def _place(scope: Scope, element: Any) -> None:
    kind, own_id = kind_of(element), element.get("id") or ""
    if kind == "sequenceFlow":
        conditions = children(element, "conditionExpression")
        condition = text_of(conditions[0]) if conditions else None
        source, target = element.get("sourceRef", ""), element.get("targetRef", "")
        scope.flows.append(Flow(own_id, source, target, condition, element))
    elif kind in FLOW_NODES and own_id and own_id not in scope.shapes:
        shape = Shape(own_id, kind, element, scope)
        if kind in SCOPES:
            shape.inside = Scope(own_id, element, shape)
        scope.shapes[own_id] = shape
