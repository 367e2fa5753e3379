"""What a case knows, and what another version wants to know of it.

Only answers that steer the flow are kept in the state. Another version may steer by more: then the
answers that were given are taken from the record. What was never asked stays unknown, and a case
that would need it stays with its version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processes.engine.checks import before, decisions, names
from processes.engine.checks.diagram import Diagram, Shape, children, read_diagram, text_of
from processes.engine.checks.facts import names_in
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report
from processes.engine.folder import diagram_name
from processes.engine.grammar import read_expression
from processes.engine.migration.drawing import Drawing, parted
from processes.engine.migration.fitting import standing
from processes.engine.migration.reasons import Obstacle, Reason
from processes.engine.migration.saved import Level, Saved
from processes.engine.procedure import Procedure
from processes.engine.surroundings import REGION
from processes.engine.xml import load_xml
from processes.errors import UnsafeExpression

_WORD = re.compile(r"[A-Za-z_]\w*")
#: attributes and properties of a shape that may be expressions
_ASKING = ("mulai_dari", "daerah", "konsep", "pengingat", "eskalasi")


@dataclass(frozen=True, kw_only=True)
class Given:
    """The answers to one finished task."""

    element: str
    region: str
    answers: Mapping[str, Any]


def remember(saved: Saved, old: Procedure, new: Procedure, given: Sequence[Given]) -> None:
    """Put answers into the data of every token that steer the flow in the new version only; `given`
    is in the order in which they were given."""
    fresh = new.steering - old.steering
    if not fresh:
        return
    for level in saved.levels:
        for node in level.root.walk():
            for each in given:
                _remember_one(node.data, each, fresh, new)


def _remember_one(
    data: dict[str, Any], given: Given, fresh: frozenset[str], new: Procedure
) -> None:
    record = data.get(given.element)
    if not isinstance(record, Mapping) or record.get(REGION) != given.region:
        return
    kept = {k: v for k, v in given.answers.items() if k in fresh and k not in record}
    if kept:
        data[given.element] = {**record, **kept}
        data.update({k: v for k, v in kept.items() if k not in new.shapes})


def unknown(saved: Saved, new: Drawing, wanted: Wanted) -> Iterator[Reason]:
    """What the tokens of a state, which is one of the new version already, would miss ahead."""
    for level in saved.levels:
        for node in standing(level, new):
            element = parted(node.shape)[0]
            for name in sorted(_ahead(saved, level, node.shape, new, wanted) - node.data.keys()):
                if name in wanted.sure(element):
                    yield Reason(
                        obstacle=Obstacle.UNKNOWN,
                        element=element,
                        name=new.name_of(element),
                        detail=name,
                    )


def _ahead(saved: Saved, level: Level, shape: str, new: Drawing, wanted: Wanted) -> set[str]:
    """Names that anything reads which a token may come to, out of every sub-process."""
    read, here, at = set[str](), level, shape
    while True:
        for name in new.reach(here.spec, at):
            spec = new.spec(here.spec, name)
            if spec is not None and spec.bpmn_id:
                read |= wanted.read_by(str(spec.bpmn_id))
        node = saved.node(here.inside_of) if here.inside_of else None
        around = saved.around(here) if node is not None else None
        if node is None or around is None:
            return read
        here, at = around, parted(node.shape)[0]


class Wanted:
    """Which names the shapes of one version read, and which are sure to be there."""

    def __init__(self, procedure: Procedure) -> None:
        file = diagram_name(procedure.files)
        self._diagram: Diagram = read_diagram(load_xml(procedure.diagram, file), file)
        reports = {name: Report(name) for name in procedure.files}
        known = Known(
            language=procedure.language,
            functions=frozenset(procedure.language.reserved),
            roles=None,
            files=frozenset(procedure.files),
        )
        decisions.read_tables(procedure.files, reports, known)
        known.task_ids = frozenset(shape.id for shape in self._diagram.shapes("userTask"))
        before.follow(self._diagram, known)
        self._known = known
        self._read: dict[str, frozenset[str]] = {}
        for shape in self._diagram.shapes():
            self._read.setdefault(shape.id, self._names_read(shape))
            if shape.inside is not None:
                inner = list(shape.inside.shapes.values())
                read = frozenset[str]().union(*(self._names_read(each) for each in inner))
                # whoever enters it anew is told these anew
                own = frozenset[str]().union(*(names.provided(e, known)[0] for e in inner))
                self._read[shape.id] |= read - own

    def sure(self, element: str) -> frozenset[str]:
        """Names that every way to a shape provides."""
        moment = self._known.arriving.get(element)
        return frozenset() if moment is None else moment.every

    def read_by(self, element: str) -> frozenset[str]:
        """Names that a shape reads, or what is drawn in it."""
        return self._read.get(element, frozenset())

    def _names_read(self, shape: Shape) -> frozenset[str]:
        texts = [flow.condition for flow in shape.scope.outgoing(shape.id) if flow.condition]
        texts += [text_of(d) for d in shape.definitions if shape.defined_as("timer") is not None]
        loop = shape.loop or {}
        texts += [text for key in ("collection", "condition") if (text := loop.get(key))]
        texts += [text for key in ("dueDate",) if (text := shape.attributes.get(key))]
        texts += [text for key in _ASKING if (text := shape.properties.get(key))]
        decision = self._known.decisions.get(shape.attributes.get("decisionRef", ""))
        texts += [each.text for each in decision.inputs] if decision else []
        found = frozenset[str]().union(*(_names(text) for text in texts))
        return found | self._names_in_script(shape)

    def _names_in_script(self, shape: Shape) -> frozenset[str]:
        """What a script reads before it sets it itself."""
        if not children(shape.element, "script"):
            return frozenset()
        read, own = frozenset[str](), frozenset[str]()
        for name, value in names.assignments(shape):
            read |= names_in(value) - own
            own |= {name}
        return read


def _names(text: str) -> frozenset[str]:
    try:
        return names_in(read_expression(text))
    except UnsafeExpression:
        # plain words, for example "5 hari kerja"; a template in braces is read word by word
        return frozenset(_WORD.findall(text)) if "{" in text else frozenset()
