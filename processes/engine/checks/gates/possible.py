"""What a value can be before any case has run: every plain value, object or list it may turn out.

A `Value` never leaves out what can be; it may hold more. `ANY` says that nothing is known.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

#: whether a condition holds: one of them, or both when it may do either
Truth = frozenset[bool]
BOTH: Truth = frozenset((True, False))
#: most plain values told apart; more of them are `ANY`
MOST_PLAIN = 24
#: deepest nesting told apart
MOST_LEVELS = 6


@dataclass(frozen=True)
class Item:
    """Objects: the fields that are known, and what any other field is."""

    fields: Mapping[str, Value]
    others: Value


@dataclass(frozen=True)
class Rows:
    """Lists: what each row is, how many there are at least, and a row that surely is among them."""

    each: Value
    least: int = 0
    sure: Value | None = None


@dataclass(frozen=True)
class Value:
    """Everything that one value can be."""

    #: it can be anything at all
    anything: bool = False
    #: plain values, each with the name of its type, so that 1 is not true
    plain: frozenset[tuple[str, Any]] = frozenset()
    item: Item | None = None
    rows: Rows | None = None

    @property
    def constants(self) -> list[Any] | None:
        """Its plain values when it can be nothing else, otherwise None."""
        if self.anything or self.item is not None or self.rows is not None:
            return None
        return [value for _, value in sorted(self.plain, key=repr)]

    @property
    def is_nothing(self) -> bool:
        """Whether no value can be here: the row of an empty list."""
        return not self.anything and not self.plain and self.item is None and self.rows is None


ANY = Value(anything=True)
NOTHING = Value()


def plain(*values: Any) -> Value:
    """One of these plain values."""
    return Value(plain=frozenset((type(value).__name__, value) for value in values))


NULL = plain(None)
EITHER = plain(True, False)


def item(fields: Mapping[str, Value], others: Value = NULL) -> Value:
    """An object with these fields; any other field is `others`."""
    return Value(item=Item(fields, others))


def rows(each: Value, least: int = 0, sure: Value | None = None) -> Value:
    """A list whose rows are `each`."""
    return Value(rows=Rows(each, least, sure))


def either(*values: Value) -> Value:
    """One of these values."""
    return reduce(_either, values, NOTHING)


def _either(one: Value, other: Value) -> Value:
    if one is other or other.is_nothing or one == other:
        return one
    if one.is_nothing:
        return other
    if one.anything or other.anything:
        return ANY
    known = one.plain | other.plain
    if len(known) > MOST_PLAIN:
        return ANY
    return Value(plain=known, item=_items(one.item, other.item), rows=_rows(one.rows, other.rows))


def _items(one: Item | None, other: Item | None) -> Item | None:
    if one is None or other is None:
        return one or other
    names = one.fields.keys() | other.fields.keys()
    fields = {n: either(_field(one, n), _field(other, n)) for n in sorted(names)}
    return Item(fields, either(one.others, other.others))


def _rows(one: Rows | None, other: Rows | None) -> Rows | None:
    if one is None or other is None:
        return one or other
    sure = one.sure if one.sure == other.sure else None
    return Rows(either(one.each, other.each), min(one.least, other.least), sure)


def _field(owner: Item, name: str) -> Value:
    return owner.fields.get(name, owner.others)


def field_of(value: Value, name: str) -> Value:
    """What a field of the value can be; a field of null is null."""
    if value.anything:
        return ANY
    found = NULL if NULL.plain & value.plain else NOTHING
    return either(found, _field(value.item, name)) if value.item else found


def shallow(value: Value, levels: int = MOST_LEVELS) -> Value:
    """The same with everything below `levels` forgotten, so that no value grows without end."""
    if value.item is None and value.rows is None:
        return value
    if levels == 0:
        return ANY
    found, rows_of = value.item, value.rows
    if found:
        fields = {name: shallow(each, levels - 1) for name, each in found.fields.items()}
        found = Item(fields, shallow(found.others, levels - 1))
    if rows_of:
        sure = None if rows_of.sure is None else shallow(rows_of.sure, levels - 1)
        rows_of = Rows(shallow(rows_of.each, levels - 1), rows_of.least, sure)
    return Value(plain=value.plain, item=found, rows=rows_of)


@dataclass(frozen=True)
class Store:
    """The data of a token by name. A name that is not here can be anything."""

    values: Mapping[str, Value] = field(default_factory=dict)

    def at(self, name: str) -> Value:
        """What stands under a name."""
        return self.values.get(name, ANY)

    def put(self, **values: Value) -> Store:
        """The same data with other values under these names."""
        return Store({**self.values, **values})

    def without(self, *names: str | None) -> Store:
        """The same data, nothing known of these names."""
        return Store({name: each for name, each in self.values.items() if name not in names})


def either_store(stores: Iterable[Store]) -> Store:
    """The data of one of several tokens, at least one, or of several put together at a join."""
    every = list(stores)
    if all(store is every[0] for store in every):
        return every[0]
    names = {name: None for store in every for name in store.values}
    return Store({n: either(*(s.values[n] for s in every if n in s.values)) for n in names})


_ORDERS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def holds(sign: ast.cmpop, one: Any, other: Any) -> bool:
    """Whether a comparison of two plain values holds; values of unlike kinds stop a case."""
    if isinstance(sign, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
        equal = one == other and isinstance(one, bool) == isinstance(other, bool)
        return equal == isinstance(sign, (ast.Eq, ast.Is))
    try:
        return bool(_ORDERS[type(sign)](one, other))
    except (TypeError, KeyError):
        return False
