"""Whether a decision table answers every question, and only once.

Each column is split into the values that its cells tell apart: yes and no, the choices of its
form, and of numbers and dates every bound, what lies between and what lies beyond. Which rules
take each of them is asked of the engine itself, so the table is read here as it decides.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from processes.engine.cells import condition_of, says_anything
from processes.engine.cells import value_of as cell_value
from processes.engine.checks.facts import Facts
from processes.engine.decisions import Decision
from processes.engine.grammar import read_expression
from processes.engine.language import SafeLanguage
from processes.engine.table_file import Cell, Input, Rule
from processes.errors import UnsafeExpression

#: most combinations of values looked at in one table
MOST_COMBINATIONS = 20_000
#: most cells asked about a value, and most pairs of rules compared
MOST_TESTS = 20_000
#: a text that no cell names
ANOTHER = "…"
_NUMBERS = ("number", "double", "integer", "long")


@dataclass(frozen=True, kw_only=True)
class Part:
    """Values of one column that the same rules take."""

    #: one of them
    example: Any
    #: a bit for each rule that takes them
    takers: int


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column, split."""

    label: str
    parts: tuple[Part, ...]
    #: whether these are all the values that can come; otherwise there may be others
    closed: bool


class TooManyCombinations(Exception):
    """The table is too large to be looked through."""


class Coverage:
    """One table, split by its columns."""

    def __init__(
        self,
        decision: Decision,
        asked: Sequence[Facts],
        empty: Sequence[bool],
        language: SafeLanguage,
    ) -> None:
        """`asked`: what is known of each column's value; `empty`: whether it can be null.

        Raises TooManyCombinations when the table is too large to be looked through.
        """
        self.count = 0
        self.tests = 0
        self.decision = decision
        self.language = language
        known = zip(decision.inputs, asked, empty, strict=True)
        self.columns = tuple(self._column(n, *each) for n, each in enumerate(known))
        whole = zip(decision.inputs, asked, strict=True)
        #: the same with null in every column: a row for it may be there for a script's sake
        self.with_null = tuple(self._column(n, *each, True) for n, each in enumerate(whole))

    def gaps(self) -> list[tuple[dict[str, Any], bool]]:
        """Combinations that no rule takes, by label; with whether they can surely come."""
        found: list[tuple[dict[str, Any], bool]] = []
        for chosen, takers in self._combinations(self.columns):
            if not takers:
                columns = self.columns[: len(chosen)]
                values = {c.label: p.example for c, p in zip(columns, chosen, strict=True)}
                sure = all(c.closed for c in columns) and None not in values.values()
                found.append((values, sure))
        return found

    def overlaps(self) -> Iterator[tuple[Rule, Rule, dict[str, Any]]]:
        """Pairs of rules that take the same values, with an example."""
        rules = self.decision.rules
        self._spend(len(rules) * len(rules) // 2)
        for second in range(1, len(rules)):
            for first in range(second):
                both = 1 << first | 1 << second
                shared = [
                    next((p for p in c.parts if p.takers & both == both), None)
                    for c in self.columns
                ]
                if all(shared):
                    pairs = zip(self.columns, shared, strict=True)
                    example = {c.label: p.example for c, p in pairs if p is not None}
                    yield rules[first], rules[second], example

    def never_first(self) -> list[Rule]:
        """Rules that are never the topmost one to take anything."""
        first = 0
        for _, takers in self._combinations(self.with_null):
            first |= takers & -takers
        return [r for n, r in enumerate(self.decision.rules) if not first >> n & 1]

    def _combinations(
        self, columns: Sequence[Column], takers: int | None = None
    ) -> Iterator[tuple[tuple[Part, ...], int]]:
        """One value per column and who takes them all; cut short where nobody does any more."""
        takers = (1 << len(self.decision.rules)) - 1 if takers is None else takers
        self.count += 1
        if self.count > MOST_COMBINATIONS:
            raise TooManyCombinations
        if not columns or not takers:
            yield (), takers
            return
        for part in columns[0].parts:
            for chosen, left in self._combinations(columns[1:], takers & part.takers):
                yield (part, *chosen), left

    def never_taking(self) -> list[Rule]:
        """Rules with a cell that no value of its column passes."""
        return [
            rule
            for number, rule in enumerate(self.decision.rules)
            if any(not any(p.takers >> number & 1 for p in c.parts) for c in self.with_null)
        ]

    def _column(self, number: int, column: Input, facts: Facts, empty: bool) -> Column:
        cells = [rule.inputs[number] for rule in self.decision.rules]
        values, closed = _values(column, facts, cells)
        if column.allowed is not None:
            values = [v for v in values if self._takes(column.allowed, v)]
        values += [None] if empty else []
        self._spend(len(values) * len(cells))
        parts: dict[int, Part] = {}
        for value in values:
            takers = sum(self._takes(cell, value) << n for n, cell in enumerate(cells))
            parts.setdefault(takers, Part(example=value, takers=takers))
        return Column(label=column.label, parts=tuple(parts.values()), closed=closed)

    def _spend(self, tests: int) -> None:
        self.tests += tests
        if self.tests > MOST_TESTS:
            raise TooManyCombinations

    def _takes(self, cell: Cell, value: Any) -> bool:
        if says_anything(cell.text) or _asks_elsewhere(cell, self.language):
            return True  # it asks about other data, so it may
        try:
            condition, name = condition_of(cell.text)
            return bool(self.language.evaluate(condition, {name: value}))
        except UnsafeExpression:
            return False


def asks_elsewhere(rule: Rule, language: SafeLanguage) -> bool:
    """Whether a cell of the rule asks about more than the value of its column."""
    return any(_asks_elsewhere(cell, language) for cell in rule.inputs)


def _asks_elsewhere(cell: Cell, language: SafeLanguage) -> bool:
    if says_anything(cell.text):
        return False
    try:
        condition, name = condition_of(cell.text)
        calls = any(isinstance(n, ast.Call) for n in ast.walk(read_expression(condition)))
        return calls or bool(language.names(condition) - {name})
    except UnsafeExpression:
        return False


def same_answers(one: Rule, other: Rule) -> bool:
    """Whether two rules are written with the same answers."""
    try:
        mine = [ast.dump(read_expression(cell_value(cell.text))) for cell in one.outputs]
        theirs = [ast.dump(read_expression(cell_value(cell.text))) for cell in other.outputs]
    except UnsafeExpression:
        return True  # it is a finding of its own
    return mine == theirs


def _values(column: Input, facts: Facts, cells: Sequence[Cell]) -> tuple[list[Any], bool]:
    """Values to try in one column, and whether every value that can come is like one of them."""
    named = _constants([*cells, *([column.allowed] if column.allowed else [])])
    if column.type_ref == "boolean" or facts.type == "boolean":
        return [True, False], True
    if facts.choices is not None:
        return sorted(facts.choices), True
    numbers = sorted({v for v in named if isinstance(v, (int, float)) and not isinstance(v, bool)})
    if column.type_ref in _NUMBERS or facts.type == "long" or (numbers and not _texts(named)):
        whole = column.type_ref in ("integer", "long") or facts.type == "long"
        return _around(numbers, whole, facts), facts.type == "long"
    texts = _texts(named)
    days = [d for d in map(_day, texts) if d is not None]
    if facts.type == "date" or column.type_ref == "date" or (texts and len(days) == len(texts)):
        return _days(sorted(set(days))), facts.type == "date"
    return [*texts, *(() if column.allowed else (ANOTHER,))], facts.type == "string" or (
        column.allowed is not None
    )


def _constants(cells: Sequence[Cell]) -> list[Any]:
    found: dict[tuple[str, Any], Any] = {}
    for cell in cells:
        if says_anything(cell.text):
            continue
        try:
            tree = read_expression(condition_of(cell.text)[0])
        except UnsafeExpression:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
                value = node.operand.value
                if isinstance(node.op, ast.USub) and isinstance(value, (int, float)):
                    found[type(value).__name__, -value] = -value
            elif isinstance(node, ast.Constant):
                found[type(node.value).__name__, node.value] = node.value
    return list(found.values())


def _texts(values: Sequence[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _around(bounds: Sequence[int | float], whole: bool, facts: Facts) -> list[int | float]:
    """Each bound, a number between every two, and one beyond either end."""
    known = [*bounds, *(b for b in (facts.least, facts.most) if b is not None)]
    ends = sorted(set(known)) or [0]
    found: set[int | float] = {*ends, ends[0] - 1, ends[-1] + 1}
    for low, high in pairwise(ends):
        between = (low + high) // 2 if whole else (low + high) / 2
        found |= {between} if low < between < high else set()
        if whole:
            found |= {n for n in (int(low) + 1, int(high) - 1) if low < n < high}
    least = ends[0] - 1 if facts.least is None else facts.least
    most = ends[-1] + 1 if facts.most is None else facts.most
    return sorted(n for n in found if least <= n <= most)


def _days(bounds: Sequence[date]) -> list[str]:
    """Each day named, the days next to it, and so one between every two."""
    first, last = date.min.toordinal(), date.max.toordinal()
    near = {day.toordinal() + step for day in bounds for step in (-1, 0, 1)}
    kept = [date.fromordinal(each) for each in sorted(near) if first <= each <= last]
    return [day.isoformat() for day in kept or [date(2026, 1, 5)]]


def shown(values: Mapping[str, Any]) -> str:
    """A combination as a sentence writes it."""
    words = {True: "true", False: "false", None: "null"}
    return ", ".join(
        f"{label} = {words[v] if v is None or isinstance(v, bool) else v}"
        for label, v in values.items()
    )
