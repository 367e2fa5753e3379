"""What would keep a decision table from deciding, found before it is published."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from processes.engine.cells import condition_of, says_anything, value_of
from processes.engine.grammar import brief
from processes.engine.language import SafeLanguage
from processes.engine.table_file import Cell, Input, Output, Rule, Table
from processes.engine.values import kind
from processes.errors import UnsafeExpression
from processes.sentences import say

#: what a table may do when several of its rules match
HIT_POLICIES = ("UNIQUE", "FIRST", "ANY")

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WRITTEN_IN = re.compile(r"(|feel|juel|https?://www\.omg\.org/spec/(DMN|FEEL)/.*)", re.IGNORECASE)


class Problem(NamedTuple):
    """One thing wrong with a table, at a line of its file and the id of an element."""

    line: int
    element: str
    #: the Indonesian sentence: what is wrong and what to do
    message: str


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# A type that is not here, such as the editor's "Any", takes every value.
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "date": lambda value: isinstance(value, str),
    "number": _is_number,
    "double": _is_number,
    "integer": lambda value: _is_number(value) and isinstance(value, int),
    "long": lambda value: _is_number(value) and isinstance(value, int),
}


def fits_type(type_ref: str, value: Any) -> bool:
    """Whether a value is of a column's type; null fits every type."""
    return value is None or _TYPES.get(type_ref, lambda _: True)(value)


def problems_of(table: Table, language: SafeLanguage) -> list[Problem]:
    """Everything wrong with the table, in the order of the file."""
    found = [*_of_shape(table), *_of_names(table, language)]
    for column in table.inputs:
        found += _of_input(column, language)
    for rule in table.rules:
        found += _of_rule(rule, table, language)
    return sorted(found)


def _problem(where: Cell | Table, key: str, /, **values: Any) -> Problem:
    return Problem(where.line, where.element, say(f"decisions.{key}", "id", **values))


def _of_shape(table: Table) -> Iterator[Problem]:
    """The hit policy, missing parts, and rows that are bound to match together."""
    if table.hit_policy not in HIT_POLICIES:
        yield _problem(table, "hit_policy", policy=table.hit_policy)
    parts = {"no_inputs": table.inputs, "no_outputs": table.outputs, "no_rules": table.rules}
    for key, part in parts.items():
        if not part:
            yield _problem(table, key)
    seen: dict[tuple[str, ...], int] = {}
    for rule in table.rules if table.hit_policy == "UNIQUE" else ():
        tests = tuple("" if says_anything(cell.text) else cell.text for cell in rule.inputs)
        if tests in seen:
            yield _problem(rule, "same_rules", number=rule.number, other=seen[tests])
        seen.setdefault(tests, rule.number)


def _of_names(table: Table, language: SafeLanguage) -> Iterator[Problem]:
    """Output names, under which the answers join the process data."""
    seen: set[str] = set()
    for column in table.outputs:
        if not _NAME.fullmatch(column.name) or column.name in language.reserved:
            yield _problem(column, "output_name", name=brief(column.name))
        if column.name in seen:
            yield _problem(column, "same_output", name=column.name)
        if column.text:
            yield _problem(column, "default_output", name=column.place)
        seen.add(column.name)
        yield from _of_test(column.allowed, language)


def _of_input(column: Input, language: SafeLanguage) -> Iterator[Problem]:
    if not column.text:
        yield _problem(column, "no_input", label=column.label)
    else:
        yield from _of_text(column, language, column.text)
    yield from _of_test(column.allowed, language)


def _of_rule(rule: Rule, table: Table, language: SafeLanguage) -> Iterator[Problem]:
    if len(rule.inputs) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
        yield _problem(rule, "cells", number=rule.number)
        return
    for cell in rule.inputs:
        yield from _of_test(cell, language)
    for column, cell in zip(table.outputs, rule.outputs, strict=True):
        yield from _of_output(column, cell, language)


def _of_test(cell: Cell | None, language: SafeLanguage) -> Iterator[Problem]:
    if cell is None:
        return
    try:
        condition, _ = condition_of(cell.text)
    except UnsafeExpression as error:
        yield _bad_cell(cell, error)
    else:
        yield from _of_text(cell, language, condition)


def _of_output(column: Output, cell: Cell, language: SafeLanguage) -> Iterator[Problem]:
    try:
        text = value_of(cell.text)
        fixed = not language.names(text) and "(" not in text
        value = language.evaluate(text) if fixed else None
    except UnsafeExpression as error:
        yield _bad_cell(cell, error)
        return
    yield from _of_text(cell, language, text)
    if not fits_type(column.type_ref, value):
        yield _problem(cell, "type", place=cell.place, wanted=column.type_ref, kind=kind(value))


def _of_text(cell: Cell, language: SafeLanguage, text: str) -> Iterator[Problem]:
    if not _WRITTEN_IN.fullmatch(cell.written_in):
        yield _problem(cell, "written_in", language=brief(cell.written_in), place=cell.place)
    try:
        language.check(text)
    except UnsafeExpression as error:
        yield _bad_cell(cell, error)


def _bad_cell(cell: Cell, error: UnsafeExpression) -> Problem:
    return _problem(cell, "bad_cell", place=cell.place, text=brief(cell.text), why=error.say())
