"""What a drawing can still read of a case's data when a token stands at a shape.

Two cases that differ only in what nothing reads any more go on alike. `Reading` says for each shape
which names can still be read before they are set anew, and which words the owner's conditions,
scripts, timers, loops and tables mention at all. It never says too little: a name of which it
cannot be sure counts as read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from processes.engine.checks.diagram import Diagram, Scope, Shape
from processes.engine.checks.facts import CONSTANTS
from processes.engine.decisions import Decision
from processes.engine.durations import DurationError, parse_span
from processes.engine.language import SafeLanguage, strip_wrapping
from processes.engine.timers import CYCLE, DATE
from processes.engine.wordings import is_choice
from processes.errors import UnsafeExpression

WORD = re.compile(r"[^\W\d]\w*")
QUOTED = re.compile(r"[\"']([^\"'\n]*)[\"']")
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")

COMPARED = re.compile(r"[=!<>]=|[<>]")
#: properties of a task that choose between words by the data of the case
WORDED = ("pengingat", "eskalasi", "konsep", "tahap")

Names = frozenset[str]
NONE: Names = frozenset()


@dataclass(frozen=True, kw_only=True)
class _Step:
    """What a token does with names at a shape: reads, then sets."""

    reads: Names = NONE
    sets: Names = NONE
    #: (name, names read) of each line of a script, in order
    lines: tuple[tuple[str, Names], ...] = ()


@dataclass(kw_only=True)
class Reading:
    """What can still be read, by shape; made once for a drawing."""

    diagram: Diagram
    language: SafeLanguage
    decisions: Mapping[str, Decision]
    #: words of every condition, script, timer, loop and table
    words: set[str] = field(default_factory=set)
    #: texts that they quote
    quoted: set[str] = field(default_factory=set)
    #: every text that decides where a token goes, without the scripts
    deciding: list[str] = field(default_factory=list)
    #: every text, scripts and tables included
    texts: list[str] = field(default_factory=list)
    #: whole numbers that conditions and tables mention
    numbers: set[int] = field(default_factory=set)
    #: by shape, the names whose value can still matter when a token arrives there
    at: dict[str, Names] = field(default_factory=dict)
    #: by looped shape or sub-process, the names that matter once it is over
    after: dict[str, Names] = field(default_factory=dict)
    _steps: dict[str, _Step] = field(default_factory=dict)
    _names: dict[str, Names] = field(default_factory=dict)

    @classmethod
    def of(cls, diagram: Diagram, language: SafeLanguage, decisions: Iterable[Decision]) -> Reading:
        """Read a drawing and its tables."""
        found = cls(
            diagram=diagram, language=language, decisions={each.id: each for each in decisions}
        )
        for shape in diagram.shapes():
            found._steps[shape.id] = found._step(shape)
        found._settle()
        return found

    def names(self, text: str) -> Names:
        """The names an expression reads; every word of it when it cannot be read."""
        known = self._names.get(text)
        if known is None:
            try:
                known = frozenset(self.language.names(strip_wrapping(text)))
            except UnsafeExpression:
                known = frozenset(WORD.findall(text))
            self._names[text] = known
        return known

    def _step(self, shape: Shape) -> _Step:
        if shape.kind == "scriptTask":
            return self._script(shape)
        if shape.kind == "businessRuleTask":
            return self._table(shape)
        texts = [flow.condition for flow in shape.scope.outgoing(shape.id) if flow.condition]
        texts += self._timer(shape)
        if shape.loop and shape.loop["collection"]:
            texts.append(shape.loop["collection"])
        if shape.loop and shape.loop["condition"]:
            self._mention(shape.loop["condition"], deciding=True)
        for text in texts:
            self._mention(text, deciding=True)
        sets: Names = NONE
        if shape.kind == "userTask":
            texts += self._of_task(shape)
            sets = frozenset((shape.id, *(str(each["id"]) for each in shape.form)))
        return _Step(reads=frozenset().union(*(self.names(text) for text in texts)), sets=sets)

    def _mention(self, text: str, *, deciding: bool) -> None:
        self.words.update(WORD.findall(text))
        self.quoted.update(QUOTED.findall(text))
        self.words.update(self.quoted)
        self.numbers.update(int(each) for each in NUMBER.findall(text))
        self.texts.append(text)
        if deciding:
            self.deciding.append(text)

    def quoted_beside(self, name: str) -> list[str]:
        """Texts that stand in one condition, line or column with a name."""
        return sorted({q for text in self._beside(name) for q in QUOTED.findall(text)})

    def numbers_beside(self, name: str) -> list[int]:
        """Whole numbers in comparisons in one condition, line or column with a name."""
        compared = [text for text in self._beside(name) if COMPARED.search(text)]
        return sorted({int(number) for text in compared for number in NUMBER.findall(text)})

    def stands_beside(self, name: str, word: str) -> bool:
        """Whether a word stands in one condition, line or column with a name."""
        return any(word in WORD.findall(text) for text in self._beside(name))

    def _beside(self, name: str) -> list[str]:
        return [text for text in self.texts if name in WORD.findall(text)]

    def _script(self, shape: Shape) -> _Step:
        text = "".join(
            "".join(child.itertext())
            for child in shape.element
            if str(child.tag).endswith("script")
        )
        lines: list[tuple[str, Names]] = []
        for line in text.split("\n"):
            self._mention(line, deciding=False)
            try:
                targets = self.language.assigned(line)
                paths = self.language.script_paths(line)
            except UnsafeExpression:
                lines.append(("", frozenset(WORD.findall(line))))
                continue
            read = frozenset(path.partition(".")[0] for path in paths)
            lines += [(target, read) for target in targets]
        return _Step(lines=tuple(lines))

    def _table(self, shape: Shape) -> _Step:
        decision = self.decisions.get(str(shape.attributes.get("decisionRef") or ""))
        if decision is None:
            return _Step()
        cells = [cell.text for rule in decision.rules for cell in (*rule.inputs, *rule.outputs)]
        inputs = [column.text for column in decision.inputs]
        for place, column in enumerate(decision.inputs):
            tests = [rule.inputs[place].text for rule in decision.rules if place < len(rule.inputs)]
            self._mention(" == ".join([column.text, *tests]), deciding=False)
        for cell in (cell for rule in decision.rules for cell in rule.outputs):
            self._mention(cell.text, deciding=False)
        reads = frozenset().union(*(self.names(text) for text in inputs))
        reads |= frozenset(word for text in cells for word in WORD.findall(QUOTED.sub("", text)))
        reads -= CONSTANTS.keys()
        name = shape.attributes.get("resultVariable")
        sets = frozenset((str(name),)) if name else frozenset(c.name for c in decision.outputs)
        return _Step(reads=reads, sets=sets)

    @staticmethod
    def _timer(shape: Shape) -> list[str]:
        timer = shape.defined_as("timer")
        if timer is None:
            return []
        text = "".join(timer.itertext()).strip()
        return [] if _is_plain_time(text) else [text]

    @staticmethod
    def _of_task(shape: Shape) -> list[str]:
        """What the deadline and the words of a task read; they decide nothing, but may fail."""
        properties = shape.properties
        texts = [properties.get("mulai_dari") or "", properties.get("daerah") or ""]
        due = str(shape.attributes.get("dueDate") or "")
        texts += [due] if due and not _is_plain_time(due) else []
        texts += [text for name in WORDED if is_choice(text := properties.get(name) or "")]
        return [text for text in texts if text]

    def _settle(self) -> None:
        """Carry what is read backwards along the flows until nothing changes."""
        changed = True
        while changed:
            changed = False
            for scope in reversed(self.diagram.scopes):
                for shape in reversed(list(scope.shapes.values())):
                    found = self._arriving(scope, shape)
                    if found != self.at.get(shape.id):
                        self.at[shape.id] = found
                        changed = True

    def _arriving(self, scope: Scope, shape: Shape) -> Names:
        after = frozenset().union(*(self.at.get(own, NONE) for own in scope.flows_to(shape.id)))
        if shape.kind == "endEvent":
            after |= self._leaving(scope)
        self.after[shape.id] = after
        edges = (self.at.get(event.id, NONE) for event in scope.attached(shape.id))
        step = self._steps[shape.id]
        if shape.loop is not None:
            return self._around(shape, shape.loop, after, step).union(*edges)
        if shape.inside is not None:
            return self._inside(shape.inside).union(step.reads, *edges)
        return _before(step, after).union(*edges)

    def _inside(self, scope: Scope) -> Names:
        return frozenset().union(*(self.at.get(s.id, NONE) for s in scope.of_kind("startEvent")))

    def _leaving(self, scope: Scope) -> Names:
        """What is read after a scope is over."""
        shape = scope.shape
        if shape is None or shape.is_event_subprocess:
            return NONE
        if shape.loop is None:
            return self.after.get(shape.id, NONE)
        return self._of_instance(shape.loop, self.after.get(shape.id, NONE))

    def _of_instance(self, loop: Mapping[str, str | None], after: Names) -> Names:
        """What is read of an instance that is over."""
        condition, output = loop["condition"], loop["output_item"]
        found = self.names(condition) if condition else NONE
        found |= frozenset((output,)) if output else NONE
        return found if loop["output"] else found | after

    def _around(
        self, shape: Shape, loop: Mapping[str, str | None], after: Names, step: _Step
    ) -> Names:
        output = frozenset((loop["output"],)) if loop["output"] else NONE
        item = frozenset(name for name in (loop["item"], loop["output_item"]) if name)
        if shape.inside is not None:
            body = self._inside(shape.inside)
        else:
            body = _before(step, self._of_instance(loop, after))
        collection = self.names(loop["collection"]) if loop["collection"] else NONE
        return collection | (after - output) | (body - item)

    def of_instance(self, element: str) -> Names:
        """What is read at an open instance of a looped task."""
        shape = self._steps[element]
        loop = next(s.loop for s in self.diagram.shapes() if s.id == element and s.loop)
        return _before(shape, self._of_instance(loop, self.after.get(element, NONE)))


def _before(step: _Step, after: Names) -> Names:
    """What is read before a step, given what is read after it."""
    found = after
    for target, reads in reversed(step.lines):
        if not target:
            found |= reads
        elif target in found:
            found = (found - {target}) | reads
    return step.reads | (found - step.sets)


def _is_plain_time(text: str) -> bool:
    bare = strip_wrapping(text)
    if DATE.match(bare) or CYCLE.fullmatch(bare):
        return True
    try:
        parse_span(bare)
    except DurationError:
        return False
    return True


def plain_path(text: str) -> tuple[str, str] | None:
    """Root and field of a text that is only `root.field`; None for anything else."""
    root, dot, leaf = strip_wrapping(text).partition(".")
    plain = dot and root.isidentifier() and leaf.isidentifier()
    return (root, leaf) if plain else None
