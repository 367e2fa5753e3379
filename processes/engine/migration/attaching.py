"""Hanging the tokens of a case onto the shapes of another version.

What is open stays where it is, with its id, its data and the moments that were fixed. What lies
behind and is not drawn any more counts as a second visit to what came before it, so that its data
stay and joins still know who arrived. Predictions are left out; they are made anew.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

from processes.engine.migration.drawing import CHILD, SPLIT, Drawing, door, edge_events, is_passive
from processes.engine.migration.fitting import same_event
from processes.engine.migration.replacing import Replacements
from processes.engine.migration.saved import Level, Node, Saved
from processes.engine.specs import is_loop

_AHEAD = TaskState.PREDICTED_MASK | TaskState.FUTURE


def attach(
    saved: Saved,
    old: Drawing,
    new: Drawing,
    replacements: Replacements,
    going: dict[str, str],
) -> list[str]:
    """Change a state that fits into one of the new version; `going` says where tokens go on whose
    shapes are gone. Returns the ids of the tokens that have to enter their place yet."""
    _leave_out_finished_insides(saved)
    renamed_tasks = {
        before: after
        for before, after in replacements.renamed.items()
        if before in old.procedure.shapes
    }
    entering: list[str] = []
    for level in saved.levels:
        hanging = _Hanging(level, old, new, replacements)
        for node in list(level.root.walk()):
            if node.state & _AHEAD and node.parent is not None:
                node.cut()
            _rename_data(node, renamed_tasks)
        entering += hanging.send_on(going)
        hanging.hang()
    saved.forget_lost()
    return entering


def _leave_out_finished_insides(saved: Saved) -> None:
    over = set()
    for level in saved.levels[1:]:
        around = saved.node(level.inside_of)
        if around is None or around.is_finished:
            over.add(level.inside_of)
    saved.levels = [level for level in saved.levels if level.inside_of not in over]


def _rename_data(node: Node, renamed: dict[str, str]) -> None:
    """The answers of a task stand under its id."""
    for before, after in renamed.items():
        if before in node.data:
            node.data[after] = node.data.pop(before)


class _Hanging:
    """One level on its way from the old drawing to the new one."""

    def __init__(
        self, level: Level, old: Drawing, new: Drawing, replacements: Replacements
    ) -> None:
        self.level = level
        self.before = old.levels[level.spec]
        self.there = replacements.level(level.spec)
        #: None when the whole level is left because its activity is
        self.inside = new.levels.get(self.there)
        self.new = new
        self.replacements = replacements
        #: by id of a node, its spec in the old drawing
        self.was = {n.id: self.before.task_specs.get(n.shape) for n in level.root.walk()}

    def send_on(self, going: dict[str, str]) -> list[str]:
        """Put a fresh token wherever one goes on elsewhere; their ids."""
        entering = []
        for node in [n for n in self.level.root.walk() if n.id in going]:
            top = node.parent if node.parent and node.parent.shape.endswith(SPLIT) else node
            anchor = top.parent
            if anchor is None or self.inside is None:
                continue
            # whoever enters a place takes over the data of what it comes from
            anchor.data = {**anchor.data, **node.data}
            target = self.inside.task_specs[going[node.id]]
            fresh = anchor.fresh(door(target, self.inside), TaskState.FUTURE)
            top.cut()
            anchor.add(fresh)
            self.was[fresh.id] = target
            entering.append(fresh.id)
        return entering

    def hang(self) -> None:
        """Give every node its shape, and every activity the events on its edge."""
        if self.inside is None:
            return
        entering = {n.id for n in self.level.root.walk() if n.state == TaskState.FUTURE}
        self.level.spec = self.there
        for node in list(self.level.root.walk()):
            if node.id not in entering:
                node.shape = self.replacements.shape(self.new, self.there, node.shape)
                if self._is_gone(node):
                    self._leave_out(node)
        for node in list(self.level.root.walk()):
            if node.is_open and not node.shape.endswith(CHILD) and not is_passive(self._spec(node)):
                self._edge(node)

    def _spec(self, node: Node) -> Any:
        return self.inside.task_specs.get(node.shape) if self.inside is not None else None

    def _is_gone(self, node: Node) -> bool:
        spec, was = self._spec(node), self.was[node.id]
        if spec is None:
            return True
        # what became a join would count as an arrival there
        return type(spec) is not type(was) and isinstance(spec, UnstructuredJoin)

    def _leave_out(self, node: Node) -> None:
        """Take a node out and keep what came of it."""
        parent = node.parent
        if parent is None or (not node.children and not node.is_finished):
            node.cut()
            return
        is_beside = parent.shape.endswith(SPLIT)
        home = parent.parent if is_beside and parent.parent is not None else parent
        spec = self._spec(home)
        if not node.children:
            node.cut()
        elif node.is_finished and not isinstance(spec, UnstructuredJoin) and not is_loop(spec):
            home.add(node)
            node.shape, node.internal, node.triggered = home.shape, {}, 0
            node.state = TaskState.COMPLETED
        else:
            for child in list(node.children):
                home.add(child)
            node.cut()

    def _edge(self, node: Node) -> None:
        """Let an open activity have exactly the events that are drawn on its edge."""
        split_name = f"{node.shape}{SPLIT}"
        parent = node.parent
        if parent is None or self.inside is None or split_name not in self.inside.task_specs:
            return
        if parent.shape != split_name:
            split = parent.fresh(split_name, TaskState.COMPLETED)
            place = parent.children.index(node)
            parent.children.insert(place, split)
            split.parent = parent
            split.add(node)
            parent = split
        known = {child.shape: child for child in parent.children}
        for event in edge_events(self.inside, node.shape):
            child = known.get(event.name)
            if child is None:
                parent.add(parent.fresh(event.name, TaskState.WAITING))
            elif child.state == TaskState.WAITING and not self._waits_alike(child, event):
                child.internal = {}

    def _waits_alike(self, child: Node, event: Any) -> bool:
        was = self.was.get(child.id)
        return isinstance(was, BoundaryEvent) and same_event(was, event)
