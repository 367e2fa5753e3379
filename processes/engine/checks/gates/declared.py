"""A gate as its owner declares it: a task that a case must reach before it comes to another one.

`gerbang_hukum` on the process, gates separated by a semicolon:

    tahap4_keputusan_dprd setiap pihak sebelum tahap6_tanda_tangan jika teranggarkan == false

`jika` names fields of forms: the gate is for cases in which they were answered so. Without it the
gate is for every case. `setiap` says that each member of a list has to reach it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from processes.engine.checks.gates.possible import Store, plain
from processes.engine.checks.gates.reckon import truth_of
from processes.engine.grammar import read_expression
from processes.errors import UnsafeExpression

#: the property of the process that declares them
PROPERTY = "gerbang_hukum"
_NAMES = r"[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*"
_GATE = re.compile(
    rf"(?P<tasks>{_NAMES})(?:\s+setiap\s+(?P<each>[A-Za-z_]\w*))?\s+sebelum\s+(?P<before>{_NAMES})"
    r"(?:\s+jika\s+(?P<when>.+))?",
    re.DOTALL,
)
#: most gates of one procedure
MOST_GATES = 20
#: most combinations of answers looked at for one gate
MOST_CASES = 256

#: for the id of each field, what can be answered
Domains = Mapping[str, tuple[Any, ...]]
#: for the id of each field, what is answered in the cases looked at
Answers = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One declared gate."""

    #: as it is written
    text: str
    #: ids of shapes of which one must be reached
    tasks: tuple[str, ...]
    #: ids of shapes that may not be reached before
    before: tuple[str, ...]
    #: name of the list of which each member must reach it; empty when not said
    each: str
    #: condition on answers; empty when the gate is for every case
    when: str

    @property
    def fields(self) -> tuple[str, ...]:
        """Ids of the fields that its condition asks about."""
        if not self.when:
            return ()
        tree = ast.walk(read_expression(self.when))
        names = {n.id for n in tree if isinstance(n, ast.Name)} - {"true", "false", "null"}
        return tuple(sorted(names))

    def cases(self, domains: Domains) -> list[Answers]:
        """Answers for which it is meant, each a field's possible ones: together all such cases."""
        if not self.when:
            return [{}]
        every = {name: domains[name] for name in self.fields}
        return list(self._meant(read_expression(self.when), every))

    def _meant(self, tree: ast.expr, answers: Answers) -> Iterator[Answers]:
        truth = truth_of(tree, Store({name: plain(*each) for name, each in answers.items()}))
        if truth == {True}:
            yield answers
        elif True in truth:
            # Of a single case it may still be open, as with a function of the clock: it counts.
            parts = narrowed(answers)
            if not parts:
                yield answers
            for part in parts:
                yield from self._meant(tree, part)

    def covers(self, other: Gate, domains: Domains) -> bool:
        """Whether it asks for all that another gate asks for, and for as many cases."""
        if not (
            set(self.tasks) <= set(other.tasks)
            and set(self.before) >= set(other.before)
            and (self.each == other.each or not other.each)
        ):
            return False
        if not {*self.fields, *other.fields} <= domains.keys():
            return False
        tree = read_expression(self.when) if self.when else None
        rest = {name: domains[name] for name in self.fields}
        return tree is None or all(
            truth_of(tree, Store({n: plain(*e) for n, e in {**rest, **case}.items()})) == {True}
            for case in other.cases(domains)
        )


def narrowed(answers: Answers) -> list[Answers]:
    """The same cases in parts, told apart by one field; empty when there is only one."""
    for name, values in answers.items():
        if len(values) > 1:
            return [{**answers, name: (value,)} for value in values]
    return []


def read_gates(text: str) -> tuple[list[Gate], list[str]]:
    """The gates that a text declares, and the parts of it that cannot be read."""
    gates: list[Gate] = []
    unread: list[str] = []
    for part in (part.strip() for part in text.split(";")):
        if not part:
            continue
        found = _GATE.fullmatch(part)
        if found is None or len(gates) == MOST_GATES or not _reads(found["when"]):
            unread.append(part)
            continue
        gates.append(
            Gate(
                text=" ".join(part.split()),
                tasks=_split(found["tasks"]),
                before=_split(found["before"]),
                each=found["each"] or "",
                when=(found["when"] or "").strip(),
            )
        )
    return gates, unread


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


def _reads(when: str | None) -> bool:
    if when is None:
        return True
    try:
        read_expression(when)
    except UnsafeExpression:
        return False
    return True
