"""Which names the data hold when a token arrives at a shape: on some way, and on every way.

Follows how the engine moves data: a branch has its own copy, a joining gateway puts the copies
together, a sub-process works on a copy and gives it back, a loop gives back its output only, a
boundary event starts from the data before its activity (one that catches an error, from those where
it was thrown), and an event sub-process from the case's first data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from processes.engine.checks.diagram import Diagram, Scope, Shape
from processes.engine.checks.known import GIVEN, Known, Moment, instance_start
from processes.engine.checks.names import provided

#: visits of one shape after which what arrives there may not change back any more
OFTEN = 50
FIRST = Moment(frozenset(GIVEN), frozenset(GIVEN))


def follow(diagram: Diagram, known: Known) -> None:
    """Fill in `known`: the names at every reachable shape, and at the end of every instance."""
    if diagram.scopes:
        _Walk(known).through(diagram.scopes[0], FIRST)


class _Walk:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.found = known.arriving
        #: for the id of each sub-process: the names where an error inside it is thrown
        self.thrown: dict[str, Moment] = {}

    def through(self, scope: Scope, first: Moment) -> Moment:
        """Names when the scope is over, given those when it starts."""
        leaving: dict[str, Moment] = {}
        waiting = dict.fromkeys(start.id for start in scope.of_kind("startEvent"))
        seen = Counter[str]()
        while waiting:
            shape = scope.shapes[next(iter(waiting))]
            del waiting[shape.id]
            arrived = self._arrived(scope, shape, leaving, first)
            seen[shape.id] += 1
            if arrived is not None and seen[shape.id] > OFTEN and shape.id in self.found:
                # gateways in a circle may answer each other for ever: from here on it only widens
                arrived = _either([arrived, self.found[shape.id]])
            if arrived is None or self.found.get(shape.id) == arrived:
                continue
            self.found[shape.id] = arrived
            leaving[shape.id] = self._left(shape, arrived)
            waiting.update(dict.fromkeys(scope.next_of(shape.id)))
        for shape in scope.shapes.values():
            if shape.is_event_subprocess and shape.inside is not None:
                self.found[shape.id] = FIRST
                self.through(shape.inside, FIRST)
        self._note_errors(scope, leaving)
        done = [leaving[end.id] for end in _endings(scope) if end.id in leaving]
        return _either(done) if done else first

    def _note_errors(self, scope: Scope, leaving: dict[str, Moment]) -> None:
        ends = [e for e in scope.of_kind("endEvent") if e.defined_as("error") is not None]
        thrown = [leaving[end.id] for end in ends if end.id in leaving]
        thrown += [self.thrown[s.id] for s in scope.shapes.values() if s.id in self.thrown]
        if thrown:
            self.thrown[scope.id] = _either(thrown)

    def _arrived(
        self, scope: Scope, shape: Shape, leaving: dict[str, Moment], first: Moment
    ) -> Moment | None:
        if shape.kind == "startEvent":
            return first
        if shape.kind == "boundaryEvent":
            host = shape.element.get("attachedToRef", "")
            if shape.defined_as("error") is not None and host in self.thrown:
                return self.thrown[host]
            return self.found.get(host)
        sources = [leaving[f.source] for f in scope.incoming(shape.id) if f.source in leaving]
        if not sources:
            return None
        joins = shape.kind == "parallelGateway"
        return _both(sources) if joins else _either(sources)

    def _left(self, shape: Shape, arrived: Moment) -> Moment:
        loop = shape.loop
        first = arrived if loop is None else instance_start(arrived, loop)
        if shape.inside is not None:
            self._forget(shape.inside)
            after = self.through(shape.inside, first)
        else:
            perhaps, always = provided(shape, self.known)
            after = Moment(first.some | perhaps, first.every | always)
        if loop is None:
            return after
        self.known.instance_done[shape.id] = after
        if loop["output"]:
            output = frozenset((loop["output"],))
            return Moment(arrived.some | output, arrived.every | output)
        # Without an output the last instance's data win, if there is an instance at all.
        item = frozenset((loop["item"],)) if loop["item"] else frozenset()
        return Moment((after.some - item) | arrived.some, arrived.every)

    def _forget(self, scope: Scope) -> None:
        """Let the inside be walked anew: what arrives at it has changed."""
        for shape in scope.shapes.values():
            self.found.pop(shape.id, None)
            if shape.inside is not None:
                self._forget(shape.inside)


def _endings(scope: Scope) -> list[Shape]:
    """Ends that decide what the scope leaves: not those of errors, and not those where only a
    guest arrives, that is a token of a boundary event that interrupts nothing."""
    reached: set[str] = set()
    waiting = [start.id for start in scope.of_kind("startEvent")]
    while waiting:
        own = waiting.pop()
        if own not in reached:
            reached.add(own)
            waiting.extend(scope.flows_to(own))
            waiting.extend(event.id for event in scope.attached(own) if event.interrupts)
    ends = [end for end in scope.of_kind("endEvent") if end.defined_as("error") is None]
    return [e for e in ends if e.id in reached or e.defined_as("terminate") is not None]


def _either(sources: Iterable[Moment]) -> Moment:
    """Names after one of several ways."""
    every = list(sources)
    return Moment(
        frozenset().union(*(m.some for m in every)),
        frozenset.intersection(*(m.every for m in every)),
    )


def _both(sources: Iterable[Moment]) -> Moment:
    """Names after all of several ways, put together."""
    every = list(sources)
    return Moment(
        frozenset().union(*(m.some for m in every)),
        frozenset().union(*(m.every for m in every)),
    )
