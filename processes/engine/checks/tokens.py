"""Plays every way through a scope with tokens, to find waiting for ever and running twice.

Only diagrams with parallel gateways need it. Each state says which flows hold a token; more than
`MOST_STATES` states are not played, and then nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from processes.engine.checks.diagram import Diagram, Flow, Scope, Shape
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report

MOST_STATES = 3000

#: shapes where a token stands, and flows with a token before a joining gateway
State = frozenset[str]


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Name joins that wait for ever and shapes that two tokens reach."""
    for scope in diagram.scopes:
        if len(scope.of_kind("startEvent")) == 1 and _splits(scope):
            _Play(scope, report).run()


def _splits(scope: Scope) -> bool:
    several = [s for s in scope.of_kind("parallelGateway") if len(scope.outgoing(s.id)) > 1]
    joins = [s for s in scope.of_kind("parallelGateway") if len(scope.incoming(s.id)) > 1]
    return bool(several or joins)


def _messages(scope: Scope, shape: Shape) -> list[str]:
    """Messages that are waited for while a token stands at the shape."""
    waiting = [] if shape.kind == "boundaryEvent" else [shape]
    found = [shape.element.get("messageRef")] if shape.kind == "receiveTask" else []
    for each in [*waiting, *scope.attached(shape.id)]:
        definition = each.defined_as("message")
        if definition is not None:
            found.append(definition.get("messageRef"))
    return [each for each in found if each]


class _Play:
    def __init__(self, scope: Scope, report: Report) -> None:
        self.scope = scope
        self.report = report
        self.joins = {
            s.id for s in scope.of_kind("parallelGateway") if len(scope.incoming(s.id)) > 1
        }
        self.twice: set[str] = set()
        self.stuck: set[str] = set()
        #: shapes that wait for a message beside another one, with the name of the message
        self.sharing: dict[str, str] = {}
        self.listening = {s.id: _messages(scope, s) for s in scope.shapes.values()}

    def run(self) -> None:
        """Play until every state is seen, then tell; nothing when there are too many."""
        first = frozenset((self.scope.of_kind("startEvent")[0].id,))
        seen, waiting = {first}, [first]
        while waiting:
            state = waiting.pop()
            self._listen(state)
            following = list(self._moves(state))
            if not following:
                self.stuck.update(self.scope_join(place) for place in state)
            fresh = set(following) - seen
            seen |= fresh
            waiting.extend(fresh)
            if len(seen) > MOST_STATES:
                return
        for own in sorted(self.stuck - {""}):
            self.report.error("flow.join_waits_forever", self.scope.shapes[own].element)
        for own in sorted(self.twice):
            self.report.warning("flow.runs_twice", self.scope.shapes[own].element)
        for own, message in sorted(self.sharing.items()):
            element = self.scope.shapes[own].element
            self.report.warning("events.message_for_two", element, id=message)

    def _listen(self, state: State) -> None:
        """Note where one message would be heard at two places at once."""
        heard: set[str] = set()
        for own in sorted(place for place in state if "→" not in place):
            for message in self.listening[own]:
                if message in heard:
                    self.sharing[own] = message
                heard.add(message)

    def scope_join(self, place: str) -> str:
        """The join before which a token is left; empty for any other place."""
        return place.split("→")[1] if "→" in place else ""

    def _moves(self, state: State) -> Iterator[State]:
        for place in state:
            if "→" not in place:
                yield from self._from_shape(self.scope.shapes[place], state - {place})
        for own in self.joins:
            needed = frozenset(self._place(f) for f in self.scope.incoming(own))
            if needed <= state:
                yield from self._all(self.scope.outgoing(own), state - needed)

    def _from_shape(self, shape: Shape, rest: State) -> Iterator[State]:
        leaving = [f for f in self.scope.outgoing(shape.id) if f.target in self.scope.shapes]
        if shape.kind == "endEvent":
            ends_all = shape.defined_as("terminate") is not None
            yield frozenset() if ends_all else rest
        elif shape.kind == "parallelGateway":
            yield from self._all(leaving, rest)
        else:
            for flow in leaving:
                yield from self._all([flow], rest)
            # A boundary event that interrupts is another way out; one that does not is a guest.
            for event in self.scope.attached(shape.id):
                if event.interrupts:
                    yield from self._all(self.scope.outgoing(event.id), rest)

    def _all(self, flows: list[Flow], rest: State) -> Iterator[State]:
        places = [self._place(f) for f in flows if f.target in self.scope.shapes]
        doubled = [p for p in places if p in rest]
        for place in doubled:
            self.twice.add(place.split("→")[-1])
        if not doubled:
            yield rest | frozenset(places)

    def _place(self, flow: Flow) -> str:
        return f"{flow.id}→{flow.target}" if flow.target in self.joins else flow.target
