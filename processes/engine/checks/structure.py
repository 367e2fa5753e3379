"""The frame of a diagram: one process, one start, an end, known elements, sound ids."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from processes.engine.attributes import BPMN
from processes.engine.checks.diagram import (
    FLOW_NODES,
    TASKS,
    Diagram,
    Scope,
    Shape,
    children,
    kind_of,
    text_of,
)
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report
from processes.engine.checks.safety import DI

#: most shapes of one diagram (contract.md "Fine print"); a chain of 500 breaks the engine
MOST_SHAPES = 300
#: most flows of one diagram; the shipped one has about a hundred
MOST_FLOWS = 1_000
#: most characters of all conditions and scripts together
MOST_RECKONED = 100_000
ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
RESERVED = re.compile(
    r"Start|End|Root|.*\.EndJoin|.*\.BoundaryEvent(Split|Join|Parent|s)|.* \[child\]"
)
#: kinds the engine ends, skips, waits at for ever or gets wrong, see engine.md 9
UNSUPPORTED = frozenset(
    [
        "inclusiveGateway",
        "complexGateway",
        "callActivity",
        "adHocSubProcess",
        "transaction",
        "task",
        "manualTask",
        "serviceTask",
    ]
)
#: things inside a shape that the engine ignores or trips over
UNSUPPORTED_INSIDE = frozenset(
    [
        "standardLoopCharacteristics",
        "ioSpecification",
        "dataInputAssociation",
        "dataOutputAssociation",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
    ]
)


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Every rule about the frame."""
    _check_processes(diagram, report)
    _check_ids(diagram, report)
    for scope in diagram.scopes:
        _check_starts_and_ends(scope, report)
        _check_elements(scope, report)
        _check_flow_ends(diagram, scope, report)
        for event in scope.of_kind("boundaryEvent"):
            _check_host(scope, event, report)
    _check_references(diagram, report)
    _check_drawing(diagram, report)


def beyond_checking(diagram: Diagram, report: Report) -> bool:
    """Whether it is no BPMN at all, or over its limit; then no other rule need look at it."""
    if diagram.root.tag != f"{{{BPMN}}}definitions":
        report.error("structure.not_bpmn", diagram.root)
        return True
    kinds = Counter(kind_of(element) for element in diagram.root.iter())
    shapes, flows = sum(kinds[kind] for kind in FLOW_NODES), kinds["sequenceFlow"]
    if shapes > MOST_SHAPES:
        report.error("structure.too_many_shapes", diagram.root, count=shapes, most=MOST_SHAPES)
    if flows > MOST_FLOWS:
        report.error("structure.too_many_flows", diagram.root, count=flows, most=MOST_FLOWS)
    reckoned = diagram.root.iter(f"{{{BPMN}}}conditionExpression", f"{{{BPMN}}}script")
    length = sum(len(text_of(element)) for element in reckoned)
    if length > MOST_RECKONED:
        report.error("structure.too_much", diagram.root, count=length, most=MOST_RECKONED)
    return shapes > MOST_SHAPES or flows > MOST_FLOWS or length > MOST_RECKONED


def _check_processes(diagram: Diagram, report: Report) -> None:
    if not diagram.executable:
        first = next(diagram.root.iter(f"{{{BPMN}}}process"), diagram.root)
        report.error("structure.no_process", first)
    for process in diagram.executable[1:]:
        report.error("structure.two_processes", process, first=diagram.executable[0].get("id"))
    for process in diagram.executable[:1]:
        _check_id(process, "process", report)


def _check_ids(diagram: Diagram, report: Report) -> None:
    first: dict[str, Any] = {}
    for element in diagram.root.iter(f"{{{BPMN}}}*", f"{{{DI}}}*"):
        own = element.get("id")
        if own is None:
            continue
        if own in first:
            report.error("structure.duplicate_id", element, id=own, line=first[own].sourceline)
        first.setdefault(own, element)
    for scope in diagram.scopes:
        for element in scope.element:
            if kind_of(element) in FLOW_NODES:
                _check_id(element, kind_of(element), report)


def _check_id(element: Any, kind: str, report: Report) -> None:
    own = element.get("id") or ""
    if not own:
        report.error("structure.no_id", element, kind=kind)
    elif RESERVED.fullmatch(own):
        report.error("structure.reserved_id", element, id=own)
    elif not ID.fullmatch(own):
        report.error("structure.bad_id", element, id=own)


def _check_starts_and_ends(scope: Scope, report: Report) -> None:
    starts = scope.of_kind("startEvent")
    if not starts:
        report.error("structure.no_start", scope.element)
    for start in starts[1:]:
        report.error("structure.two_starts", start.element, first=starts[0].id)
    if starts and not scope.of_kind("endEvent"):
        report.error("structure.no_end", scope.element)
    for start in starts:
        if start.definitions and not scope.is_event_subprocess:
            report.error("structure.start_with_event", start.element)


def _check_elements(scope: Scope, report: Report) -> None:
    for shape in scope.shapes.values():
        if shape.kind in UNSUPPORTED:
            report.error("structure.unsupported", shape.element, kind=shape.kind)
        if shape.element.get("isForCompensation") == "true":
            report.error("structure.unsupported", shape.element, kind="isForCompensation")
        if shape.is_event_subprocess and scope.is_event_subprocess:
            report.error("structure.unsupported", shape.element, kind="subProcess triggeredByEvent")
        for child in children(shape.element, *UNSUPPORTED_INSIDE):
            report.error("structure.unsupported", child, kind=kind_of(child))


def _check_flow_ends(diagram: Diagram, scope: Scope, report: Report) -> None:
    for flow in scope.flows:
        for end, own in (("sourceRef", flow.source), ("targetRef", flow.target)):
            if own not in scope.shapes:
                code = "flow_leaves_scope" if own in diagram.by_id else "dangling"
                report.error(f"structure.{code}", flow.element, id=own, attribute=end)


def _check_references(diagram: Diagram, report: Report) -> None:
    for lane_ref in diagram.root.iter(f"{{{BPMN}}}flowNodeRef"):
        if (lane_ref.text or "").strip() not in diagram.by_id:
            report.error("structure.dangling", lane_ref, id=lane_ref.text, attribute="flowNodeRef")
    for pool in diagram.root.iter(f"{{{BPMN}}}participant"):
        reference = pool.get("processRef")
        if reference and reference not in diagram.by_id:
            report.error("structure.dangling", pool, id=reference, attribute="processRef")


def _check_host(scope: Scope, event: Shape, report: Report) -> None:
    host = scope.shapes.get(event.element.get("attachedToRef", ""))
    if host is None:
        own = event.element.get("attachedToRef")
        report.error("structure.dangling", event.element, id=own, attribute="attachedToRef")
    elif host.kind not in TASKS and host.inside is None:
        report.error("structure.not_an_activity", event.element, id=host.id)


def _check_drawing(diagram: Diagram, report: Report) -> None:
    drawn = {s.get("bpmnElement"): s for s in diagram.root.iter(f"{{{DI}}}BPMNShape")}
    for shape in diagram.shapes():
        if shape.id not in drawn:
            report.warning("structure.not_drawn", shape.element)
    for own, element in drawn.items():
        if own not in diagram.by_id:
            report.warning("structure.drawn_only", element, id=own)
