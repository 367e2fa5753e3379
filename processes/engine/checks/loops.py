"""Circles: each needs a gateway that can leave it, and somebody who is waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from processes.engine.checks.diagram import Diagram, Scope, Shape
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report

WAITING = frozenset(("userTask", "receiveTask", "intermediateCatchEvent"))
DECIDING = frozenset(("exclusiveGateway", "eventBasedGateway"))


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Name a circle nobody can leave, and one that would turn without anybody acting."""
    for scope in diagram.scopes:
        # A way over a boundary event may never be taken, so the engine does not run down it.
        for shape in _first_in_circle(scope, lambda s: s.kind not in DECIDING, scope.flows_to):
            report.error("flow.loop_without_gateway", shape.element)
        for shape in _first_in_circle(scope, lambda s: not _waits(s), scope.next_of):
            if not report.has_error_at(shape.element.sourceline or 0):
                report.error("flow.loop_without_waiting", shape.element)


def _waits(shape: Shape) -> bool:
    """Whether a token surely rests at the shape."""
    if shape.inside is None:
        return shape.kind in WAITING
    return any(_waits(inner) for inner in shape.inside.shapes.values())


def _first_in_circle(
    scope: Scope, kept: Callable[[Shape], bool], step: Callable[[str], Iterable[str]]
) -> list[Shape]:
    """The first shape of a circle made of `kept` shapes only, if there is one."""
    shapes = {s.id: s for s in scope.shapes.values() if kept(s)}
    entering = dict.fromkeys(shapes, 0)
    for own in shapes:
        for following in set(step(own)) & shapes.keys():
            entering[following] += 1
    free = [own for own, count in entering.items() if count == 0]
    while free:
        own = free.pop()
        for following in set(step(own)) & shapes.keys():
            entering[following] -= 1
            if entering[following] == 0:
                free.append(following)
    left = {own for own, count in entering.items() if count > 0}
    return [shapes[own] for own in _on_circle(scope, left, step)][:1]


def _on_circle(scope: Scope, left: set[str], step: Callable[[str], Iterable[str]]) -> list[str]:
    """Of shapes that lie on or after a circle, those on it, in the order of the file."""
    while True:
        after = {own for own in left if not set(step(own)) & left}
        if not after:
            return [own for own in scope.shapes if own in left]
        left = left - after
