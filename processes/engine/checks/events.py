"""Events: what is thrown is caught, what is waited for has a name, nothing passes in silence."""

from __future__ import annotations

from typing import Any

from processes.engine.checks.diagram import Diagram, Scope, Shape, kind_of
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report

#: event definitions that work, by kind of event (engine.md 9)
WORKING: dict[str, frozenset[str]] = {
    "startEvent": frozenset(("message", "error", "signal", "timer")),
    "endEvent": frozenset(("error", "terminate", "signal")),
    "intermediateCatchEvent": frozenset(("timer", "message", "signal")),
    "intermediateThrowEvent": frozenset(("signal",)),
    "boundaryEvent": frozenset(("timer", "message", "error", "signal")),
}
REFERENCES = {"message": "messageRef", "error": "errorRef", "signal": "signalRef"}
STATUSES = ("completed", "rejected", "stopped", "withdrawn")


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Every rule about events, errors and messages."""
    for shape in diagram.shapes(*WORKING):
        _check_definitions(shape, report)
    for shape in diagram.shapes("sendTask", "receiveTask"):
        _check_message_task(diagram, shape, report)
    for shape in diagram.shapes(*WORKING):
        for definition in shape.definitions:
            _check_reference(diagram, definition, report)
    _check_codes(diagram, report)
    _check_thrown_errors(diagram, report)
    _check_event_subprocesses(diagram, report)
    _check_endings(diagram, report)


def _name(definition: Any) -> str:
    return kind_of(definition).removesuffix("EventDefinition")


def _check_definitions(shape: Shape, report: Report) -> None:
    if len(shape.definitions) > 1:
        report.error("events.several", shape.element)
    if not shape.definitions and shape.kind in ("intermediateCatchEvent", "boundaryEvent"):
        report.error("events.undefined", shape.element)
    for definition in shape.definitions:
        if _name(definition) not in WORKING[shape.kind]:
            report.error("events.unsupported", definition, kind=_name(definition))


def _check_message_task(diagram: Diagram, shape: Shape, report: Report) -> None:
    reference = shape.element.get("messageRef")
    if shape.kind == "sendTask":
        report.error("structure.unsupported", shape.element, kind="sendTask")
    elif not reference:
        report.error("events.no_reference", shape.element, attribute="messageRef")
    elif kind_of(diagram.by_id.get(reference, shape.element)) != "message":
        report.error("structure.dangling", shape.element, id=reference, attribute="messageRef")


def _check_reference(diagram: Diagram, definition: Any, report: Report) -> None:
    kind = _name(definition)
    attribute = REFERENCES.get(kind)
    if attribute is None:
        return
    reference = definition.get(attribute)
    found = diagram.by_id.get(reference or "")
    if not reference:
        if not (kind == "error" and _catches(definition)):
            report.error("events.no_reference", definition, attribute=attribute)
    elif found is None or kind_of(found) != kind:
        report.error("structure.dangling", definition, id=reference, attribute=attribute)
    elif kind != "error" and not (found.get("name") or "").strip():
        report.error("events.unnamed", found, kind=kind)


def _catches(definition: Any) -> bool:
    return kind_of(definition.getparent()) in ("boundaryEvent", "startEvent")


def _check_codes(diagram: Diagram, report: Report) -> None:
    seen: dict[str, str] = {}
    for own, element in diagram.by_id.items():
        if kind_of(element) != "error":
            continue
        code = element.get("errorCode")
        if not code:
            report.error("events.no_code", element)
        elif code in seen:
            report.error("events.code_twice", element, code=code, other=seen[code])
        else:
            seen[code] = own


def _thrown(scope: Scope) -> list[tuple[Shape, str]]:
    found = []
    for shape in scope.of_kind("endEvent"):
        definition = shape.defined_as("error")
        if definition is not None and definition.get("errorRef"):
            found.append((shape, definition.get("errorRef")))
    return found


def _check_thrown_errors(diagram: Diagram, report: Report) -> None:
    throwers: dict[str, str] = {}
    for scope in diagram.scopes:
        for end, reference in _thrown(scope):
            if not _is_caught(scope, reference):
                report.error("events.error_not_caught", end.element, code=reference)
            other = throwers.setdefault(reference, scope.id)
            if other != scope.id:
                # The engine lets the boundary event of an unrelated sub-process catch it.
                report.error("events.error_from_two", end.element, code=reference, other=other)


def _is_caught(scope: Scope, reference: str) -> bool:
    inside: Scope | None = scope
    while inside is not None:
        if any(_takes(start, reference) for start in _event_starts(inside)):
            return True
        if inside.shape is None:
            return False
        outer = inside.shape.scope
        if any(_takes(event, reference) for event in outer.attached(inside.shape.id)):
            return True
        inside = outer
    return False


def _event_starts(scope: Scope) -> list[Shape]:
    inner = [s.inside for s in scope.shapes.values() if s.is_event_subprocess and s.inside]
    return [start for inside in inner for start in inside.of_kind("startEvent")]


def _takes(event: Shape, reference: str) -> bool:
    definition = event.defined_as("error")
    return definition is not None and definition.get("errorRef") in (None, "", reference)


def _check_event_subprocesses(diagram: Diagram, report: Report) -> None:
    for scope in diagram.scopes:
        if not scope.is_event_subprocess:
            continue
        for start in scope.of_kind("startEvent"):
            if not start.definitions:
                report.error("events.start_undefined", start.element)
            elif start.defined_as("timer") is not None:
                report.error("events.start_by_timer", start.element)


def _check_endings(diagram: Diagram, report: Report) -> None:
    for scope in diagram.scopes:
        if scope.shape is not None and not scope.is_event_subprocess:
            continue
        for end in scope.of_kind("endEvent"):
            _check_ending(end, report)


def _check_ending(end: Shape, report: Report) -> None:
    status = end.properties.get("status")
    if status is None:
        report.warning("events.no_status", end.element, statuses=", ".join(STATUSES))
    elif status not in STATUSES:
        place = end.property_element("status")
        report.error("events.bad_status", place, status=status, statuses=", ".join(STATUSES))
    if not end.properties.get("alasan"):
        report.warning("events.no_reason", end.element)
