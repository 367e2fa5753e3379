"""What one shape does to the data of a case, and which ways it can leave by."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from processes.engine.cells import condition_of, says_anything
from processes.engine.cells import value_of as cell_value
from processes.engine.checks.diagram import Scope, Shape
from processes.engine.checks.facts import is_certain
from processes.engine.checks.gates.declared import Answers
from processes.engine.checks.gates.possible import (
    ANY,
    NULL,
    Store,
    Value,
    either,
    item,
    plain,
    rows,
    shallow,
)
from processes.engine.checks.gates.reckon import exclusive_ways, truth_of, value_of
from processes.engine.checks.names import assignments
from processes.engine.decisions import Decision
from processes.engine.grammar import read_expression
from processes.engine.shapes import ENTRIES
from processes.engine.table_file import Rule
from processes.errors import UnsafeExpression

#: most open conditions of one gateway that are told apart
MOST_UNKNOWN = 8
#: most answers of one member of a loop that are told apart
MOST_APART = 32

_PARTY = item({"kode": ANY})
#: the data of a case before its first task
FIRST = Store(
    {
        "pemrakarsa": _PARTY,
        "mitra": rows(_PARTY, 1),
        "pihak": rows(_PARTY, 1),
        "jalur": plain(*ENTRIES),
    }
)


@lru_cache(maxsize=4096)
def _read(text: str) -> ast.expr | None:
    try:
        return read_expression(text)
    except UnsafeExpression:
        return None


class Steps:
    """The shapes of one folder, with its decision tables."""

    def __init__(
        self, decisions: Mapping[str, Decision], asked: Mapping[str, frozenset[str]]
    ) -> None:
        self.decisions = decisions
        #: for the id of each field that is in a form: the tasks that cannot leave it empty
        self.asked = asked
        #: how many tokens have been followed
        self.tokens = 0
        self._assigned: dict[str, list[tuple[str, ast.expr]]] = {}

    def tree(self, text: str) -> ast.expr | None:
        """The tree of an expression; None when it cannot be read."""
        return _read(text)

    def done(self, shape: Shape, store: Store, answers: Answers) -> Store | None:
        """The data when a shape is done; None when a case cannot get past it."""
        if shape.kind == "userTask":
            given = {str(raw["id"]): self._answer(raw, answers) for raw in shape.form if raw["id"]}
            return store.put(**given, **{shape.id: item({**given, "daerah": ANY})})
        if shape.kind == "scriptTask":
            for name, tree in self._lines(shape):
                store = store.put(**{name: shallow(value_of(tree, store))})
            return store
        if shape.kind == "businessRuleTask":
            return self._decided(shape, store)
        return store

    def _lines(self, shape: Shape) -> list[tuple[str, ast.expr]]:
        if shape.id not in self._assigned:
            self._assigned[shape.id] = assignments(shape)
        return self._assigned[shape.id]

    def _answer(self, raw: Mapping[str, Any], answers: Answers) -> Value:
        own = str(raw["id"])
        if own in answers:
            known = plain(*answers[own])
            # Answered somewhere for certain, so a form that may leave it empty may do so.
            elsewhere = bool(self.asked.get(own)) and not is_certain(raw)
            return either(known, NULL) if elsewhere else known
        domain = domain_of(raw)
        return ANY if domain is None else plain(*domain)

    def _decided(self, shape: Shape, store: Store) -> Store | None:
        decision = self.decisions.get(shape.attributes.get("decisionRef", ""))
        if decision is None:
            return store
        rules = list(_matching(decision, store))
        if not rules:
            return None
        found = {
            output.name: either(*(_cell(rule.outputs[n].text, store) for rule in rules))
            for n, output in enumerate(decision.outputs)
        }
        name = shape.attributes.get("resultVariable")
        if not name:
            return store.put(**found)
        whole = next(iter(found.values())) if len(found) == 1 else item(found)
        return store.put(**{name: whole})

    def ways(self, scope: Scope, shape: Shape, store: Store) -> list[str]:
        """Ids of the shapes to which a token can go on."""
        leaving = scope.outgoing(shape.id)
        if shape.kind != "exclusiveGateway":
            return [flow.target for flow in leaving]
        default = shape.element.get("default")
        asked = [f for f in leaving if f.id != default and f.condition is not None]
        plainly = [f.target for f in leaving if f not in asked]
        trees = [_read(flow.condition or "") for flow in asked]
        taken = exclusive_ways(trees, store, MOST_UNKNOWN)
        found = [flow.target for number, flow in enumerate(asked) if number in taken]
        return found + (plainly if None in taken or not asked else [])

    def told_apart(self, tree: ast.expr, store: Store) -> Iterator[tuple[str, Store]]:
        """The data with each field that a condition asks about fixed to one of its values."""
        steps = [
            (node.value.id, node.attr)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        ]
        known = []
        for name, field in dict.fromkeys(steps):
            found = store.at(name).item
            value = None if found is None else found.fields.get(field, found.others)
            for constant in [value.constants] if value is not None else []:
                if constant:
                    known.append([(name, field, each) for each in constant])
        for chosen in product(*known) if _size(known) <= MOST_APART else [()]:
            apart = store
            for name, field, constant in chosen:
                owner = apart.at(name).item
                if owner is not None:
                    fixed = item({**owner.fields, field: plain(constant)}, owner.others)
                    apart = apart.put(**{name: fixed})
            yield ", ".join(str(each[2]) for each in chosen), apart


def _size(lists: list[list[Any]]) -> int:
    size = 1
    for each in lists:
        size *= len(each)
    return size


def domain_of(raw: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Every answer that a form takes for a field, null when it may be empty; None: too many."""
    if raw["properties"].get("untuk"):
        return None
    if raw["type"] == "boolean":
        found: tuple[Any, ...] = (True, False)
    elif raw["type"] == "enum" and raw["options"] and not raw["properties"].get("pilihan"):
        found = tuple(dict.fromkeys(str(option[0]) for option in raw["options"]))
    else:
        return None
    return found if is_certain(raw) else (*found, None)


def _matching(decision: Decision, store: Store) -> Iterator[Rule]:
    """The rules that can be the one that answers."""
    columns = [(_read(column.text), column) for column in decision.inputs]
    values = [ANY if tree is None else value_of(tree, store) for tree, _ in columns]
    for rule in decision.rules:
        truths = [
            _passes(cell.text, value, store)
            for cell, value in zip(rule.inputs, values, strict=False)
        ]
        if all(True in truth for truth in truths):
            yield rule
        if decision.hit_policy != "ANY" and all(truth == {True} for truth in truths):
            return


def _passes(text: str, value: Value, store: Store) -> frozenset[bool]:
    if says_anything(text):
        return frozenset((True,))
    try:
        condition, stands_for = condition_of(text)
    except UnsafeExpression:
        return frozenset((True, False))
    tree = _read(condition)
    if tree is None:
        return frozenset((True, False))
    return truth_of(tree, store.put(**{stands_for: value}))


def _cell(text: str, store: Store) -> Value:
    try:
        tree = _read(cell_value(text))
    except UnsafeExpression:
        return ANY
    return ANY if tree is None else value_of(tree, store)
