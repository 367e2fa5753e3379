"""Reckons an expression with values that are not yet known: what it can come to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

from processes.engine.checks.facts import constant, field_asked
from processes.engine.checks.gates.lists import FUNCTIONS
from processes.engine.checks.gates.possible import (
    ANY,
    BOTH,
    EITHER,
    NULL,
    Store,
    Truth,
    Value,
    either,
    field_of,
    holds,
    item,
    plain,
    rows,
)

#: most pairs of plain values compared one by one
MOST_PAIRS = 200
#: what is supposed of conditions that cannot be reckoned, by their text
Supposed = Mapping[str, bool]


def truth_of(node: ast.expr, store: Store, supposed: Supposed | None = None) -> Truth:
    """Whether a condition can hold and can fail."""
    if isinstance(node, ast.BoolOp):
        parts = [truth_of(each, store, supposed) for each in node.values]
        decides = isinstance(node.op, ast.Or)
        if any(part == {decides} for part in parts):
            return frozenset((decides,))
        return frozenset().union(*parts)
    denied = _denied(node)
    if denied is not None:
        return frozenset(not each for each in truth_of(denied, store, supposed))
    if supposed is not None and (text := ast.unparse(node)) in supposed:
        return frozenset((supposed[text],))
    return _truths(value_of(node, store))


def unknown_parts(node: ast.expr, store: Store) -> list[str]:
    """The conditions inside one, none of them and/or/not, of which it is open whether they hold."""
    if isinstance(node, ast.BoolOp):
        return [text for each in node.values for text in unknown_parts(each, store)]
    denied = _denied(node)
    if denied is not None:
        return unknown_parts(denied, store)
    return [ast.unparse(node)] if len(_truths(value_of(node, store))) > 1 else []


def _denied(node: ast.expr) -> ast.expr | None:
    """What stands behind a `not`; None when there is none."""
    negates = isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert))
    return node.operand if negates and isinstance(node, ast.UnaryOp) else None


def _truths(value: Value) -> Truth:
    known = value.constants
    return BOTH if known is None else frozenset(bool(each) for each in known)


def value_of(node: ast.expr, store: Store) -> Value:
    """Everything that an expression can come to."""
    reader = _READERS.get(type(node))
    if reader is not None:
        return reader(node, store)
    step = field_asked(node)
    if step is None:
        return ANY
    value, name = value_of(step[0], store), step[1]
    if isinstance(name, str):
        return field_of(value, name)
    return ANY if value.rows is None else either(value.rows.each, NULL)


def _name(node: Any, store: Store) -> Value:
    return _constant(node, store) if constant(node) is not ... else store.at(node.id)


def _constant(node: Any, store: Store) -> Value:
    value = constant(node)
    return ANY if value is ... else plain(value)


def _object(node: Any, store: Store) -> Value:
    if not all(isinstance(key, ast.Constant) for key in node.keys):
        return ANY
    pairs = zip(node.keys, node.values, strict=True)
    return item({str(key.value): value_of(each, store) for key, each in pairs})


def _list(node: Any, store: Store) -> Value:
    return rows(either(*(value_of(each, store) for each in node.elts)), int(bool(node.elts)))


def _choice(node: Any, store: Store) -> Value:
    truth = truth_of(node.test, store)
    ways = {True: node.body, False: node.orelse}
    return either(*(value_of(way, store) for holds, way in ways.items() if holds in truth))


def _sum(node: Any, store: Store) -> Value:
    left, right = value_of(node.left, store), value_of(node.right, store)
    if not isinstance(node.op, ast.Add) or left.rows is None or right.rows is None:
        return ANY
    if left.plain or right.plain or left.item or right.item:
        return ANY
    least = max(left.rows.least, right.rows.least)
    sure = left.rows.sure or right.rows.sure
    return rows(either(left.rows.each, right.rows.each), least, sure)


def _boolean(node: Any, store: Store) -> Value:
    """`and`, `or` give one of their parts; conditions are reckoned by `truth_of`."""
    parts = [value_of(each, store) for each in node.values]
    if all(part.constants is not None and part.plain <= EITHER.plain for part in parts):
        return plain(*truth_of(node, store))
    return either(*parts)


def _not(node: Any, store: Store) -> Value:
    return ANY if _denied(node) is None else plain(*truth_of(node, store))


def _compare(node: Any, store: Store) -> Value:
    sides = [node.left, *node.comparators]
    found = [
        _pair(left, sign, right, store)
        for (left, right), sign in zip(pairwise(sides), node.ops, strict=True)
    ]
    if any(each == {False} for each in found):
        return plain(False)
    return plain(*frozenset().union(*found))


def _pair(left: ast.expr, sign: ast.cmpop, right: ast.expr, store: Store) -> Truth:
    values = value_of(left, store).constants
    if isinstance(sign, (ast.In, ast.NotIn)):
        found = _among(values, right, store)
        return frozenset(not each for each in found) if isinstance(sign, ast.NotIn) else found
    others = value_of(right, store).constants
    if values is None or others is None or len(values) * len(others) > MOST_PAIRS:
        return BOTH
    return frozenset(holds(sign, one, other) for one, other in product(values, others))


def _among(values: list[Any] | None, right: ast.expr, store: Store) -> Truth:
    if values is None or not isinstance(right, (ast.List, ast.Tuple, ast.Set)):
        return BOTH
    members = [value_of(each, store).constants for each in right.elts]
    if any(member is None or len(member) != 1 for member in members):
        return BOTH
    wanted = [member[0] for member in members if member]
    return frozenset(any(holds(ast.Eq(), v, each) for each in wanted) for v in values)


def _call(node: Any, store: Store) -> Value:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    found = FUNCTIONS.get(name)
    if found is None or node.keywords:
        return ANY
    count, function = found
    arguments = [value_of(each, store) for each in node.args]
    return function(*arguments) if len(arguments) == count else ANY


_READERS: Mapping[type[ast.expr], Callable[[Any, Store], Value]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Dict: _object,
    ast.List: _list,
    ast.Tuple: _list,
    ast.IfExp: _choice,
    ast.BinOp: _sum,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _not,
    ast.Compare: _compare,
    ast.Call: _call,
}


def exclusive_ways(
    conditions: Sequence[ast.expr | None], store: Store, most_unknown: int
) -> set[int | None]:
    """Which of the conditions of one gateway can be the one that is taken; None: none of them.

    A condition that cannot be read (None) may do either. Parts that are open are supposed the same
    wherever they stand, so `a` and `not a` are never both taken.
    """
    readable = [each for each in conditions if each is not None]
    open_parts = list(dict.fromkeys(t for c in readable for t in unknown_parts(c, store)))
    if len(open_parts) > most_unknown:
        return {*range(len(conditions)), None}
    found: set[int | None] = set()
    for chosen in product((True, False), repeat=len(open_parts)):
        supposed = dict(zip(open_parts, chosen, strict=True))
        truths = [BOTH if c is None else truth_of(c, store, supposed) for c in conditions]
        found.update(n for n, truth in enumerate(truths) if True in truth)
        if all(False in truth for truth in truths):
            found.add(None)
    return found
