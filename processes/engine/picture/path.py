"""The way a case took through its drawing, as far as the tasks it met tell it.

Between two tasks lie gateways, scripts and events that leave no task behind. The shortest way from
a task to the next one that has no other task on it is taken for the way; a way over an event on an
edge only where there is none without. So what is shown is likely, not proven.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from processes.engine.attributes import BPMN
from processes.engine.xml import load_xml

#: what waits for a person, and so is met and not passed
TASKS = ("userTask", "manualTask")


@dataclass(kw_only=True)
class _Graph:
    """Where one can go from each shape, each step with the flow that leads there (or none)."""

    steps: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    #: the same for events on the edges of activities
    edges: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    tasks: set[str] = field(default_factory=set)
    starts: list[str] = field(default_factory=list)


def path_taken(xml: bytes, met: Sequence[str]) -> set[str]:
    """Ids of the shapes and flows between the tasks that a case met, in their order.

    Raises DiagramRefused when the file is no sound XML.
    """
    graph = _read(xml)
    taken: set[str] = set()
    for place, element in enumerate(met):
        # one of several that opened together does not lead to the others
        others = [each for each in reversed(met[:place]) if each != element]
        before = [*dict.fromkeys(others), *graph.starts, element]
        ways = (_way(graph, start, element) for start in before)
        taken |= next((way for way in ways if way is not None), set())
    return {each.removesuffix(AFTER) for each in taken}


#: what a sub-process is called once its inside is over
AFTER = "\0after"


@lru_cache(maxsize=16)
def _read(xml: bytes) -> _Graph:
    graph = _Graph()
    root = load_xml(xml, "diagram.bpmn", "id")
    kinds = {e.get("id", ""): e.tag.rpartition("}")[2] for e in root.iter(f"{{{BPMN}}}*")}
    inner = {own for own, kind in kinds.items() if kind in ("subProcess", "transaction")}
    for element in root.iter(f"{{{BPMN}}}*"):
        own, kind = element.get("id", ""), element.tag.rpartition("}")[2]
        parent = element.getparent()
        around = parent.get("id", "") if parent is not None else ""
        if kind in TASKS:
            graph.tasks.add(own)
        if kind == "sequenceFlow":
            source, target = element.get("sourceRef", ""), element.get("targetRef", "")
            graph.steps[source + AFTER if source in inner else source].append((target, own))
        elif kind == "startEvent":
            if around in inner:
                graph.steps[around].append((own, ""))
            else:
                graph.starts.append(own)
        elif kind == "endEvent" and around in inner:
            graph.steps[own].append((around + AFTER, ""))
        elif kind == "boundaryEvent":
            graph.edges[element.get("attachedToRef", "")].append((own, ""))
    return graph


def _way(graph: _Graph, start: str, end: str) -> set[str] | None:
    """The shapes and flows on the shortest way that passes no other task; None without one."""
    return _search(graph, start, end, edges=False) or _search(graph, start, end, edges=True)


def _search(graph: _Graph, start: str, end: str, *, edges: bool) -> set[str] | None:
    came: dict[str, tuple[str, str]] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        steps = graph.steps.get(here, []) + (graph.edges.get(here, []) if edges else [])
        for target, flow in steps:
            if target in came:
                continue
            came[target] = (here, flow)
            if target == end:
                return _back(came, start, end)
            if target not in graph.tasks:
                waiting.append(target)
    return None


def _back(came: dict[str, tuple[str, str]], start: str, end: str) -> set[str]:
    found, here = set[str](), end
    while True:
        here, flow = came[here]
        found |= {flow} - {""}
        if here == start:
            return found
        found.add(here)
