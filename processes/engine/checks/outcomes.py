"""Where a case would turn for ever, and where two branches at once write under one name."""

from __future__ import annotations

from collections.abc import Iterable

from processes.engine.checks.diagram import Diagram, Scope, Shape
from processes.engine.checks.known import Known
from processes.engine.checks.names import provided
from processes.engine.checks.report import Report


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Shapes from which no end can be reached, and names that parallel branches both set."""
    for scope in diagram.scopes:
        if not _left_by_event(scope):
            _check_ends(scope, report)
        for gateway in scope.of_kind("parallelGateway"):
            _check_branches(scope, gateway, report, known)


def _left_by_event(scope: Scope) -> bool:
    """Whether an event, such as a withdrawal, can end the scope wherever its tokens are."""
    at: Scope | None = scope
    while at is not None:
        if any(_interrupts(shape) for shape in at.shapes.values()):
            return True
        host = at.shape
        if host is not None and any(e.interrupts for e in host.scope.attached(host.id)):
            return True
        at = None if host is None else host.scope
    return False


def _interrupts(shape: Shape) -> bool:
    starts = shape.inside.of_kind("startEvent") if shape.inside else []
    return shape.is_event_subprocess and any(
        start.element.get("isInterrupting", "true") == "true" for start in starts
    )


def _check_ends(scope: Scope, report: Report) -> None:
    """Told once for each scope, at the first shape of the file, and not beside a dead end."""
    before: dict[str, list[str]] = {}
    for own in scope.shapes:
        for following in scope.next_of(own):
            before.setdefault(following, []).append(own)
    ending = _reached((end.id for end in scope.of_kind("endEvent")), before)
    after = {own: scope.next_of(own) for own in scope.shapes}
    started = _reached((start.id for start in scope.of_kind("startEvent")), after)
    stuck = [shape for own, shape in scope.shapes.items() if own in started - ending]
    if stuck and ending and all(after[shape.id] for shape in stuck):
        report.error("flow.never_ends", stuck[0].element)


def _reached(first: Iterable[str], step: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(first)
    while waiting:
        own = waiting.pop()
        if own not in found:
            found.add(own)
            waiting.extend(step.get(own, []))
    return found


def _check_branches(scope: Scope, gateway: Shape, report: Report, known: Known) -> None:
    """The engine puts branches together name by name, so of two values one is lost."""
    writers: dict[str, tuple[str, Shape]] = {}
    for flow in scope.outgoing(gateway.id):
        for shape in _branch(scope, flow.target):
            for name in sorted(_written(shape, known)):
                branch, first = writers.setdefault(name, (flow.id, shape))
                if branch != flow.id and first is not shape:
                    report.warning(
                        "flow.written_by_both", shape.element, name=name, other=first.name
                    )


def _branch(scope: Scope, first: str) -> list[Shape]:
    """The shapes from here to the next joining gateway."""
    joins = {s.id for s in scope.of_kind("parallelGateway") if len(scope.incoming(s.id)) > 1}
    after = {own: [] if own in joins else scope.next_of(own) for own in scope.shapes}
    reached = _reached([first], after) - joins
    return [shape for own, shape in scope.shapes.items() if own in reached]


def _written(shape: Shape, known: Known) -> set[str]:
    """Names that a shape leaves to others: answers only when somebody asks for them by name."""
    loop = shape.loop
    if loop is not None:
        return {loop["output"]} if loop["output"] else set()
    if shape.inside is not None:
        return {name for each in shape.inside.shapes.values() for name in _written(each, known)}
    names = set(provided(shape, known)[0])
    return names & known.read if shape.kind == "userTask" else names
