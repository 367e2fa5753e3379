"""The rows of a saved state as trees that can be changed without any drawing.

Each node holds all its data; what it shares with the node above is worked out when it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from SpiffWorkflow.util.task import TaskState

from processes.engine.codec import difference, last_of, pack, unpack, with_ids
from processes.engine.workflow import OPEN

FINISHED = TaskState.FINISHED_MASK


@dataclass(eq=False, kw_only=True)
class Node:
    """One task of the engine."""

    id: str
    shape: str
    state: int
    changed_at: float
    triggered: int = 0
    internal: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody or something, or for what is inside of it."""
        return bool(self.state & OPEN)

    @property
    def is_finished(self) -> bool:
        """Whether it lies behind."""
        return bool(self.state & FINISHED)

    def walk(self) -> Iterator[Node]:
        """Itself and everything below, in the order of the rows."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def above(self) -> Iterator[Node]:
        """Everything it came through, the newest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def add(self, child: Node, *, first: bool = False) -> None:
        """Hang a node below this one, wherever it hung before."""
        child.cut()
        child.parent = self
        self.children.insert(0 if first else len(self.children), child)

    def cut(self) -> None:
        """Take it, with everything below, out of its tree."""
        if self.parent is not None:
            self.parent.children.remove(self)
            self.parent = None

    def fresh(self, shape: str, state: int) -> Node:
        """A new node that came out of this one, not hung anywhere yet."""
        return Node(
            id=str(uuid4()),
            shape=shape,
            state=state,
            changed_at=self.changed_at,
            data=dict(self.data),
        )


@dataclass(eq=False, kw_only=True)
class Level:
    """The process, or the inside of one sub-process that is open."""

    #: name of the spec of its inside; empty for the process
    spec: str
    #: id of the activity it is the inside of; empty for the process
    inside_of: str
    root: Node
    last: str | None
    success: bool
    completed: bool


@dataclass(eq=False, kw_only=True)
class Saved:
    """A whole state: the process first, outer levels before inner ones."""

    levels: list[Level]

    @classmethod
    def read(cls, state: bytes) -> Saved:
        """The state that was saved as these bytes."""
        document = unpack(state)
        saved = cls(levels=[_level("", "", document["top"], {})])
        for task_id, spec, level in document["inner"]:
            around = saved.node(task_id)
            saved.levels.append(_level(spec, task_id, level, around.data if around else {}))
        return saved

    def write(self) -> bytes:
        """The state as bytes; the inside of what is in no tree any more is left out."""
        top, inner = self.levels[0], []
        for level in self.levels[1:]:
            around = self.node(level.inside_of)
            if around is not None:
                inner.append([level.inside_of, level.spec, _written(level, around.data)])
        return pack({"top": _written(top, {}), "inner": inner})

    def node(self, task_id: str) -> Node | None:
        """The node of an id, on whichever level; None when it is in no tree."""
        for level in self.levels:
            for node in level.root.walk():
                if node.id == task_id:
                    return node
        return None

    def forget_lost(self) -> None:
        """Leave out levels whose activity is in no tree any more."""
        kept: list[Level] = []
        known: set[str] = set()
        for level in self.levels:
            if not level.inside_of or level.inside_of in known:
                kept.append(level)
                known |= {node.id for node in level.root.walk()}
        self.levels = kept

    def around(self, level: Level) -> Level | None:
        """The level that holds the activity a level is the inside of."""
        for each in self.levels:
            if any(node.id == level.inside_of for node in each.root.walk()):
                return each
        return None


def _level(spec: str, inside_of: str, saved: dict[str, Any], around: dict[str, Any]) -> Level:
    nodes: list[Node] = []
    ids = with_ids(saved["rows"])
    for task_id, row in zip(ids, saved["rows"], strict=True):
        _kept, parent, shape, state, at, triggered, internal, changed, gone = row
        above = nodes[parent] if parent >= 0 else None
        data = dict(above.data if above is not None else around)
        for name in gone or ():
            data.pop(name, None)
        data.update(changed or {})
        node = Node(
            id=task_id,
            shape=shape,
            state=state,
            changed_at=at,
            triggered=triggered,
            internal=internal or {},
            data=data,
        )
        nodes.append(node)
        if above is not None:
            above.add(node)
    return Level(
        spec=spec,
        inside_of=inside_of,
        root=nodes[0],
        last=last_of(saved, ids),
        success=saved["success"],
        completed=saved["completed"],
    )


def _written(level: Level, around: dict[str, Any]) -> dict[str, Any]:
    rows: list[list[Any]] = []
    places: dict[str, int] = {}
    for node in level.root.walk():
        above = node.parent
        changed, gone = difference(node.data, around if above is None else above.data)
        places[node.id] = len(rows)
        rows.append(
            [
                node.id,
                -1 if above is None else places[above.id],
                node.shape,
                node.state,
                node.changed_at,
                node.triggered,
                node.internal or 0,
                changed or 0,
                gone or 0,
            ]
        )
    return {
        "rows": rows,
        "last": places.get(level.last or ""),
        "success": level.success,
        "completed": level.completed,
    }
