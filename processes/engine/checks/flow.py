"""Where tokens go: every shape is reached, every path ends, every gateway knows its way."""

from __future__ import annotations

from processes.engine.checks.diagram import Diagram, Flow, Scope, Shape
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report

CATCHING = frozenset(("intermediateCatchEvent", "receiveTask"))


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Every rule about flows within each scope."""
    for scope in diagram.scopes:
        _check_reached(scope, report)
        for shape in scope.shapes.values():
            _check_ends(scope, shape, report)
            _check_split(scope, shape, report)
        for flow in scope.flows:
            _check_condition_place(scope, flow, report)


def _check_reached(scope: Scope, report: Report) -> None:
    reached: set[str] = set()
    waiting = [start.id for start in scope.of_kind("startEvent")]
    if not waiting:
        return
    while waiting:
        own = waiting.pop()
        if own not in reached:
            reached.add(own)
            waiting.extend(scope.next_of(own))
    for shape in scope.shapes.values():
        if shape.id not in reached and not shape.is_event_subprocess:
            report.error("flow.unreachable", shape.element)


def _check_ends(scope: Scope, shape: Shape, report: Report) -> None:
    leaving, arriving = scope.outgoing(shape.id), scope.incoming(shape.id)
    if shape.is_event_subprocess:
        if leaving or arriving:
            report.error("flow.event_subprocess", (leaving or arriving)[0].element)
    elif shape.kind == "endEvent":
        if leaving:
            report.error("flow.after_end", leaving[0].element)
    elif not leaving:
        report.error("flow.dead_end", shape.element)
    if shape.kind in ("startEvent", "boundaryEvent") and arriving:
        report.error("flow.into_start", arriving[0].element)


def _check_split(scope: Scope, shape: Shape, report: Report) -> None:
    leaving = scope.outgoing(shape.id)
    if shape.kind == "exclusiveGateway":
        _check_exclusive(shape, leaving, report)
    elif shape.kind == "eventBasedGateway":
        _check_event_based(scope, shape, leaving, report)
    elif shape.kind != "parallelGateway" and len(leaving) > 1:
        report.error("flow.split_without_gateway", shape.element, count=len(leaving))


def _check_exclusive(gateway: Shape, leaving: list[Flow], report: Report) -> None:
    default = gateway.element.get("default")
    if default is not None and default not in [flow.id for flow in leaving]:
        report.error("flow.default_elsewhere", gateway.element, id=default)
    if len(leaving) > 1 and default is None:
        report.error("flow.no_default", gateway.element)
    for flow in leaving:
        if flow.id == default and flow.condition is not None:
            report.error("flow.default_with_condition", flow.element)
        if flow.id != default and flow.condition is None and len(leaving) > 1:
            report.error("flow.no_condition", flow.element)
    _check_conditions([f for f in leaving if f.id != default], len(leaving), report)


def _check_conditions(flows: list[Flow], leaving: int, report: Report) -> None:
    """Conditions of one gateway: not the only way out, and no two alike."""
    seen: dict[str, str] = {}
    for flow in flows:
        if flow.condition is None:
            continue
        if leaving == 1:
            report.error("flow.single_condition", flow.element)
        text = "".join(flow.condition.split())
        if text in seen:
            report.error("flow.same_condition", flow.element, other=seen[text])
        seen.setdefault(text, flow.id)


def _check_event_based(scope: Scope, gateway: Shape, leaving: list[Flow], report: Report) -> None:
    targets = [scope.shapes[flow.target] for flow in leaving if flow.target in scope.shapes]
    if len(leaving) < 2:
        report.error("flow.event_gateway_single", gateway.element)
    for target in targets:
        if target.kind not in CATCHING:
            report.error("flow.event_gateway_target", gateway.element, id=target.id)
        elif len(scope.incoming(target.id)) > 1:
            report.error("flow.event_gateway_shared", target.element)
    if sum(target.defined_as("timer") is not None for target in targets) > 1:
        report.error("flow.event_gateway_two_timers", gateway.element)


def _check_condition_place(scope: Scope, flow: Flow, report: Report) -> None:
    source = scope.shapes.get(flow.source)
    if source is None or flow.condition is None:
        return
    if source.kind != "exclusiveGateway":
        report.error("flow.condition_without_gateway", flow.element, id=source.id)
    if source.element.get("default") and source.kind != "exclusiveGateway":
        report.error("flow.default_elsewhere", source.element, id=source.element.get("default"))
