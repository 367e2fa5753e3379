"""Whether a case can come to a task without having passed a gate, whatever people decide.

Follows a case along every flow, boundary event and event sub-process with what its data can be:
the answers that the gate is about, the constants of scripts, the answers of decision tables. Where
it cannot be reckoned which way a gateway takes, it takes them all. So a way that is found may need
answers nobody gives, but no way is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from processes.engine.checks.diagram import Diagram, Scope, Shape
from processes.engine.checks.gates.declared import Answers, Gate
from processes.engine.checks.gates.possible import ANY, Store, Value, either_store, rows, shallow
from processes.engine.checks.gates.reckon import truth_of
from processes.engine.checks.gates.steps import FIRST, Steps

#: most tokens followed over all gates of a drawing; the shipped one needs about 2,000
MOST_TOKENS = 15_000

#: how far a token is: `OUTSIDE` the gate; `INSIDE` its loop and through it; or its loop was stopped
#: by a member that passed, so that others may not have
OUTSIDE, INSIDE, STOPPED = "", "inside", "stopped"
Level = str
Tokens = dict[Level, Store]
Place = tuple[str, Level]


class TooManyTokens(Exception):
    """The drawing has too many ways to follow them all."""


@dataclass
class Left:
    """The tokens that leave a scope: at its ends, and as errors."""

    ends: Tokens = field(default_factory=dict)
    errors: Tokens = field(default_factory=dict)


def way_around(diagram: Diagram, gate: Gate, answers: Answers, steps: Steps) -> list[Shape] | None:
    """The shapes along one way past the gate for a case with these answers; None: there is none.

    Raises TooManyTokens when that cannot be told.
    """
    return _Walk(gate, answers, steps).run(diagram.scopes[0])


class _Walk:
    def __init__(self, gate: Gate, answers: Answers, steps: Steps) -> None:
        self.gate = gate
        self.answers = answers
        self.steps = steps
        self.came_from: dict[Place, Place] = {}
        self.shapes: dict[str, Shape] = {}
        self.found: Place | None = None

    def run(self, process: Scope) -> list[Shape] | None:
        self.through(process, {OUTSIDE: FIRST}, None)
        if self.found is None:
            return None
        way: list[Shape] = []
        at: Place | None = self.found
        while at is not None and at[0] not in [shape.id for shape in way]:
            way.append(self.shapes[at[0]])
            at = self.came_from.get(at)
        return way[::-1]

    def through(self, scope: Scope, tokens: Tokens, host: Place | None) -> Left:
        """Follow tokens from the start of a scope to its ends."""
        left = _Scope(self, scope).run(tokens, host)
        for shape in scope.shapes.values():
            if shape.is_event_subprocess and shape.inside is not None:
                inner = _Scope(self, shape.inside).run({OUTSIDE: FIRST}, None)
                for level, store in inner.ends.items():
                    left.ends[level] = either_store((store, left.ends.get(level, store)))
        return left

    def arrives(self, shape: Shape, level: Level) -> Level | None:
        """The level of a token that arrives at a shape; None when it need not be followed."""
        self.shapes[shape.id] = shape
        if shape.id in self.gate.before and level != INSIDE and self.found is None:
            self.found = shape.id, level
        if shape.id in self.gate.tasks:
            return INSIDE if level in (OUTSIDE, INSIDE) and _can_be_stopped(shape) else None
        if level.startswith(STOPPED) and self._is_gates_loop(shape):
            return None
        return level

    def _is_gates_loop(self, shape: Shape) -> bool:
        return bool(shape.loop) and any(id in self.gate.tasks for id in _ids_inside(shape))


def _can_be_stopped(shape: Shape | None) -> bool:
    """Whether a loop around the shape, or on it, can be stopped by one of its members."""
    at = shape
    while at is not None:
        if at.loop and at.loop["condition"]:
            return True
        at = at.scope.shape
    return False


def _ids_inside(shape: Shape) -> Iterator[str]:
    yield shape.id
    if shape.inside is not None:
        for inner in shape.inside.shapes.values():
            yield from _ids_inside(inner)


def _perhaps_nobody(shape: Shape, store: Store) -> bool:
    """Whether a shape is a loop over a list that may be empty."""
    if not shape.loop:
        return False
    listed = store.at(shape.loop["collection"] or "")
    return listed.anything or listed.rows is None or listed.rows.least == 0


class _Scope:
    """The tokens of one scope, until nothing new comes to any shape."""

    def __init__(self, walk: _Walk, scope: Scope) -> None:
        self.walk = walk
        self.scope = scope
        #: what comes to each shape, by where it comes from
        self.coming: dict[Place, dict[str, Store]] = {}
        self.seen: dict[Place, Store] = {}
        self.waiting: dict[Place, None] = {}
        self.left = Left()

    def run(self, tokens: Tokens, host: Place | None) -> Left:
        for start in self.scope.of_kind("startEvent"):
            for level, store in tokens.items():
                self._send(host, start, level, store)
        while self.waiting and self.walk.found is None:
            place = next(iter(self.waiting))
            del self.waiting[place]
            self._step(place)
        return self.left

    def _send(self, source: Place | None, target: Shape, level: Level, store: Store) -> None:
        self.walk.steps.tokens += 1
        if self.walk.steps.tokens > MOST_TOKENS:
            raise TooManyTokens
        place = target.id, level
        if source is not None and place != source:
            self.walk.came_from.setdefault(place, source)
        came = self.coming.setdefault(place, {})
        came[source[0] if source else ""] = store
        self.waiting[place] = None

    def _step(self, place: Place) -> None:
        shape, level = self.scope.shapes[place[0]], place[1]
        if shape.kind == "parallelGateway" and not self._all_here(shape, place):
            return
        store = either_store(self.coming[place].values())
        if self.seen.get(place) == store:
            return
        self.seen[place] = store
        now = self.walk.arrives(shape, level)
        if self.walk.found is not None:
            return
        for event in self.scope.attached(shape.id):
            if event.defined_as("error") is None and now is not None:
                self._send(place, event, now, store)
        if now is not None:
            self._leave(shape, place, now, store)
        elif _perhaps_nobody(shape, store):
            self._go_on(shape, place, level, store)

    def _all_here(self, shape: Shape, place: Place) -> bool:
        """Whether a token has come over every flow; a gate passed on one of them is passed."""
        sources = {flow.source for flow in self.scope.incoming(shape.id)}
        return sources <= self.coming[place].keys()

    def _leave(self, shape: Shape, place: Place, level: Level, store: Store) -> None:
        if shape.kind == "endEvent":
            error = shape.defined_as("error") is not None
            tokens = self.left.errors if error else self.left.ends
            tokens[level] = either_store((store, tokens.get(level, store)))
            return
        for after, data in self._after(shape, place, level, store):
            self._go_on(shape, place, after, data)

    def _go_on(self, shape: Shape, place: Place, level: Level, store: Store) -> None:
        for target in self.walk.steps.ways(self.scope, shape, store):
            if target in self.scope.shapes:
                self._send(place, self.scope.shapes[target], level, store)

    def _after(
        self, shape: Shape, place: Place, level: Level, store: Store
    ) -> list[tuple[Level, Store]]:
        """The tokens that leave an activity, with what it has done to the data."""
        loop = shape.loop
        first = store if loop is None else self._instance(shape, store)
        if shape.inside is None:
            done = self.walk.steps.done(shape, first, self.walk.answers)
            tokens = {} if done is None else {level: done}
        else:
            left = self.walk.through(shape.inside, {level: first}, place)
            self._throw(shape, place, left.errors)
            tokens = left.ends
        if loop is None:
            return list(tokens.items())
        return self._merge(shape, level, store, tokens)

    def _throw(self, shape: Shape, place: Place, errors: Tokens) -> None:
        for event in self.scope.attached(shape.id):
            for level, store in errors.items():
                if event.defined_as("error") is not None:
                    self._send(place, event, level, store)

    def _instance(self, shape: Shape, store: Store) -> Store:
        loop = shape.loop or {}
        listed = store.at(loop["collection"] or "")
        each = listed.rows.each if listed.rows and not listed.anything else ANY
        kept = store.without(loop["output_item"])
        return kept.put(**{loop["item"]: each}) if loop["item"] else kept

    def _merge(
        self, shape: Shape, level: Level, before: Store, tokens: Tokens
    ) -> list[tuple[Level, Store]]:
        """What leaves a loop: one member outside is enough, and so is a loop over nobody."""
        loop = shape.loop or {}
        found: list[tuple[Level, Store]] = []
        for each, store in tokens.items():
            passed = each == INSIDE and level != INSIDE
            if not passed or _can_be_stopped(shape.scope.shape):
                found.append((each, self._collected(loop, before, tokens, store)))
            if passed and loop["condition"]:
                found += self._stopped(loop, before, tokens, store)
        if _perhaps_nobody(shape, before) and level not in dict(found):
            found.append((level, before))
        return found

    def _stopped(
        self, loop: Mapping[str, str | None], before: Store, tokens: Tokens, done: Store
    ) -> list[tuple[Level, Store]]:
        """Tokens of a loop that a member through the gate stops, by the answer that stops it."""
        condition, result = loop["condition"], loop["output_item"]
        tree = self.walk.steps.tree(condition or "")
        if tree is None:
            return [(STOPPED, self._collected(loop, before, tokens, done))]
        found = []
        for name, store in self.walk.steps.told_apart(tree, done):
            if True in truth_of(tree, store):
                sure = store.at(result) if result else None
                merged = self._collected(loop, before, tokens, done, sure=sure)
                found.append((f"{STOPPED} {name}", merged))
        return found

    def _collected(
        self,
        loop: Mapping[str, str | None],
        before: Store,
        tokens: Tokens,
        done: Store,
        sure: Value | None = None,
    ) -> Store:
        result, output = loop["output_item"], loop["output"]
        if not output or not result:
            return either_store((before, done)).without(loop["item"])
        each = either_store(tokens.values()).at(result)
        return before.put(**{output: shallow(rows(each, 1, sure))})
