"""The list functions of the safe language, for lists of which not every row is known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from processes.engine.checks.gates.possible import (
    ANY,
    BOTH,
    EITHER,
    NOTHING,
    NULL,
    Truth,
    Value,
    either,
    field_of,
    holds,
    plain,
    rows,
)


def _matching(listed: Value, name: Value, wanted: Value) -> tuple[Value, Truth, int]:
    """What a row is, whether its field can be and can fail to be `wanted`, and rows at least."""
    if listed.anything or listed.item is not None or listed.rows is None:
        known = listed.constants == [None]
        return (NOTHING, frozenset((False,)), 0) if known else (ANY, BOTH, 0)
    each, least = listed.rows.each, listed.rows.least
    if each.is_nothing:
        return NOTHING, frozenset((False,)), 0
    return each, _field_is(each, name, wanted), least


def _field_is(each: Value, name: Value, wanted: Value) -> Truth:
    """Whether the field of a row is the value, or one of a list of values."""
    field = name.constants
    if not field or len(field) != 1:
        return BOTH
    known = field_of(each, str(field[0])).constants
    listed = wanted.rows is not None and not wanted.anything
    members = wanted.rows.each.constants if wanted.rows and listed else wanted.constants
    if known is None or members is None:
        return BOTH
    fits = frozenset(any(holds(ast.Eq(), one, each) for each in members) for one in known)
    # Of several values that it may be compared with, each may also not be the one.
    return fits if len(members) == 1 or fits == {False} else BOTH


def _any_is(listed: Value, name: Value, wanted: Value) -> Value:
    _, truth, least = _matching(listed, name, wanted)
    sure = listed.rows.sure if listed.rows else None
    if sure is not None and _field_is(sure, name, wanted) == {True}:
        return plain(True)
    if truth == {True} and least:
        return plain(True)
    return plain(False) if truth == {False} else EITHER


def _every_is(listed: Value, name: Value, wanted: Value) -> Value:
    _, truth, least = _matching(listed, name, wanted)
    if listed.constants == [None]:
        return plain(False)
    if truth == {True} or (listed.rows and listed.rows.each.is_nothing):
        return plain(True)
    return plain(False) if truth == {False} and least else EITHER


def _those(listed: Value, name: Value, wanted: Value) -> Value:
    each, truth, least = _matching(listed, name, wanted)
    if True not in truth:
        return rows(NOTHING)
    return rows(each, least if truth == {True} else 0)


def _others(listed: Value, name: Value, wanted: Value) -> Value:
    each, truth, least = _matching(listed, name, wanted)
    if False not in truth:
        return rows(NOTHING)
    return rows(each, least if truth == {False} else 0)


def _found(listed: Value, name: Value, wanted: Value) -> Value:
    each, truth, _ = _matching(listed, name, wanted)
    return either(each, NULL) if True in truth else NULL


def _replaced(listed: Value, key: Value, newer: Value) -> Value:
    if listed.rows is None or listed.anything:
        return ANY
    fresh = newer.rows.each if newer.rows and not newer.anything else ANY
    return rows(either(listed.rows.each, fresh), listed.rows.least)


def _column(listed: Value, name: Value) -> Value:
    field = name.constants
    if listed.rows is None or listed.anything or not field or len(field) != 1:
        return ANY
    return rows(field_of(listed.rows.each, str(field[0])), listed.rows.least)


#: name → how many arguments it takes, and what it can come to
FUNCTIONS: Mapping[str, tuple[int, Callable[..., Value]]] = {
    "ada": (3, _any_is),
    "semua": (3, _every_is),
    "yang": (3, _those),
    "tanpa": (3, _others),
    "cari": (3, _found),
    "ganti": (3, _replaced),
    "kolom": (2, _column),
}
