"""Whether everything that is open in a case has its place in another version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import ParallelGatewayMixin, SubWorkflowTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import EventBasedGateway
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

from processes.engine.migration.drawing import (
    CHILD,
    SPLIT,
    Drawing,
    is_entrance,
    is_passive,
    parted,
)
from processes.engine.migration.reasons import Obstacle, Reason
from processes.engine.migration.replacing import Replacements
from processes.engine.migration.saved import Level, Node, Saved
from processes.engine.specs import SequentialInstances, is_loop
from processes.engine.timers import OneShot


class Fitting:
    """One case between two versions; nothing is changed."""

    def __init__(
        self, saved: Saved, old: Drawing, new: Drawing, replacements: Replacements
    ) -> None:
        self.saved = saved
        self.old = old
        self.new = new
        self.replacements = replacements
        #: by id of a node, the shape at which its token goes on instead
        self.going: dict[str, str] = {}

    def reasons(self) -> list[Reason]:
        """Why the case does not fit; empty when it does. Each is said once."""
        found: list[Reason] = []
        for level in self.saved.levels:
            if self._is_left(level):
                continue
            for node in standing(level, self.old):
                found += self._of_node(level, node)
        for level in self.saved.levels:
            if not found and not self._is_left(level):
                found += self._of_branches(level)
        return list(dict.fromkeys(found))

    def _is_left(self, level: Level) -> bool:
        """Whether it is the inside of something that is left as a whole, over, or not drawn."""
        while level.inside_of:
            if self.replacements.level(level.spec) not in self.new.levels:
                return True
            node, around = self.saved.node(level.inside_of), self.saved.around(level)
            if node is None or around is None or node.is_finished:
                return True
            if node.id in self.going or (node.parent is not None and node.parent.id in self.going):
                return True
            level = around
        return False

    def _of_node(self, level: Level, node: Node) -> Iterator[Reason]:
        element = parted(node.shape)[0]
        there = self.replacements.level(level.spec)
        shape = self.replacements.shape(self.new, there, node.shape)
        spec, before = self.new.spec(there, shape), self.old.spec(level.spec, node.shape)
        if spec is None:
            yield from self._of_lost(there, node, element)
            return
        obstacle = self._difference(before, spec, there, node)
        if obstacle is not None:
            yield self._reason(obstacle, element)
        elif is_loop(spec):
            for child in node.children:
                if child.is_open:
                    yield from self._of_node(level, child)

    def _of_lost(self, there: str, node: Node, element: str) -> Iterator[Reason]:
        """What is open and not drawn any more, unless it was said where it goes on."""
        target = self.replacements.elsewhere.get(element)
        if target is not None and not node.shape.endswith(CHILD):
            inside = self.new.levels.get(there)
            spec = self.new.spec(there, target)
            if inside is not None and is_entrance(spec, inside):
                self.going[node.id] = target
            else:
                yield self._reason(Obstacle.NOWHERE, element, self.new.name_of(target))
            return
        is_known = self.new.level_of(self.replacements.renamed.get(element, element)) is not None
        yield self._reason(Obstacle.ELSEWHERE if is_known else Obstacle.REMOVED, element)

    def _difference(self, before: Any, after: Any, there: str, node: Node) -> Obstacle | None:
        if is_loop(before) or is_loop(after):
            return None if _same_loop(before, after, node) else Obstacle.LOOP
        if type(before) is not type(after):
            return Obstacle.KIND
        if isinstance(after, SubWorkflowTaskMixin):
            return None if after.spec in self.new.levels else Obstacle.KIND
        if isinstance(after, EventBasedGateway):
            renamed = [self.replacements.shape(self.new, there, n) for n in before._outputs]
            return None if renamed == list(after._outputs) else Obstacle.EVENT
        if isinstance(after, CatchingEvent):
            return None if same_event(before, after) else Obstacle.EVENT
        return None

    def _of_branches(self, level: Level) -> Iterator[Reason]:
        there = self.replacements.level(level.spec)
        nodes = list(standing(level, self.old))
        names = {n.id: self._place(there, n) for n in nodes}
        for one, two in combinations(nodes, 2):
            fork = _fork(one, two)
            if fork is None or is_loop(self.old.spec(level.spec, fork.shape)):
                continue
            drawn = _beside(self.old, level.spec, fork.shape, one.shape, two.shape)
            shape = self.replacements.shape(self.new, there, fork.shape)
            if drawn and not _beside(self.new, there, shape, names[one.id], names[two.id]):
                yield self._reason(
                    Obstacle.BESIDE, parted(one.shape)[0], self.old.name_of(parted(two.shape)[0])
                )
        yield from self._of_joins(level, there, nodes, names)

    def _of_joins(
        self, level: Level, there: str, nodes: list[Node], names: dict[str, str]
    ) -> Iterator[Reason]:
        """Joins that would wait for ever, unless they would have done so before."""

        def renamed(shape: str) -> str:
            return self.replacements.shape(self.new, there, shape)

        def unchanged(shape: str) -> str:
            return shape

        until_now = {node.id: node.shape for node in nodes}
        starved = _starving(self.old, level.spec, level, until_now, unchanged)
        known = {renamed(name) for name in starved}
        for name in _starving(self.new, there, level, names, renamed) - known:
            first = parted(nodes[0].shape)[0]
            yield self._reason(Obstacle.STARVES, first, self.new.name_of(name))

    def _place(self, there: str, node: Node) -> str:
        """Where a token stands in the new version, by name."""
        going = self.going.get(node.id)
        return going or self.replacements.shape(self.new, there, node.shape)

    def _reason(self, obstacle: Obstacle, element: str, detail: str = "") -> Reason:
        name = self.old.name_of(element)
        return Reason(obstacle=obstacle, element=element, name=name, detail=detail)


def standing(level: Level, drawing: Drawing) -> Iterator[Node]:
    """The tokens of a level: what is open, each loop and sub-process as one, without what only
    waits beside or behind an activity."""
    for node in level.root.walk():
        spec = drawing.spec(level.spec, node.shape)
        if not node.is_open or node.shape.endswith(CHILD) or is_passive(spec):
            continue
        if not isinstance(spec, UnstructuredJoin):
            yield node


def same_event(before: Any, after: Any) -> bool:
    """Whether two events wait for the same kind of thing, so that a fixed moment can stay."""
    one, two = before.event_definition, after.event_definition
    both_timers = isinstance(one, OneShot) and isinstance(two, OneShot)
    return both_timers or type(one) is type(two)


def _same_loop(before: Any, after: Any, node: Node) -> bool:
    """Whether what is going on in a loop can go on in the other one."""
    if type(before) is not type(after):
        return False
    for name in ("input_item", "output_item", "data_output"):
        if _id(getattr(before, name)) != _id(getattr(after, name)):
            return False
    over, now_over = _id(before.data_input), _id(after.data_input)
    if over == now_over:
        return True
    # which items are left is known by their place in the list
    return not isinstance(after, SequentialInstances) and now_over in node.data


def _id(reference: Any) -> str | None:
    return None if reference is None else str(reference.bpmn_id)


def _fork(one: Node, two: Node) -> Node | None:
    """Where the ways of two tokens part."""
    behind = {id(node) for node in one.above()}
    return next((node for node in two.above() if id(node) in behind), None)


def _beside(drawing: Drawing, level: str, fork: str, one: str, two: str) -> bool:
    """Whether a fork lets tokens come to both places at once, each by a way of its own."""
    spec = drawing.spec(level, fork)
    if spec is None and fork.endswith(SPLIT):
        # the event that opened one of them is gone; each goes its own way if neither leads there
        return two not in drawing.reach(level, one) and one not in drawing.reach(level, two)
    if spec is None:
        return False
    if isinstance(spec, BoundaryEventSplit) or fork == "Start":
        return True
    ways = [drawing.reach(level, name, without=fork) for name in spec._outputs]
    return any(
        one in first and two in second
        for place, first in enumerate(ways)
        for other, second in enumerate(ways)
        if place != other
    )


def _starving(
    drawing: Drawing,
    level: str,
    saved: Level,
    places: Mapping[str, str],
    renamed: Callable[[str], str],
) -> set[str]:
    """Names of joins ahead that would wait for a branch in which there is no token."""
    found = set()
    specs = drawing.levels[level].task_specs.values()
    nodes = list(saved.root.walk())
    behind = {id(above) for node in nodes if node.id in places for above in node.above()}
    for spec in specs:
        if not isinstance(spec, ParallelGatewayMixin) or len(spec._inputs) < 2:
            continue
        ahead = set[str]()
        for place in places.values():
            ahead |= drawing.reach(level, place, without=spec.name)
        if spec.name not in ahead:
            continue
        arrived = {
            _came_from(node, renamed, drawing.levels[level])
            for node in nodes
            if renamed(node.shape) == spec.name and id(node) not in behind
        }
        if any(name not in ahead and name not in arrived for name in spec._inputs):
            found.add(spec.name)
    return found


def _came_from(node: Node, renamed: Callable[[str], str], inside: Any) -> str:
    """What a token that arrived at a join came from last, of what is still drawn; empty where it
    was stopped on its way."""
    before = node.parent
    while before is not None and renamed(before.shape) not in inside.task_specs:
        before = before.parent
    if before is None or before.state != TaskState.COMPLETED:
        return ""
    return renamed(before.shape)
