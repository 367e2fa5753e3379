"""Several changes as one statement of PostgreSQL: `WITH` its parts, each of which waits for the one
before it.

All parts see the rows as they were before the statement, but each trigger and, at its end, each
foreign key sees what the parts wrote. No row may be touched by two of them; the unit of work holds
every row once. The statement answers how many rows each part touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.types import String

from processes.store.unit_of_work import Change, Kind, Part

#: values that one statement carries at most; PostgreSQL takes 65,535
MOST_VALUES = 10_000


def send(connection: Connection, changes: Sequence[Change]) -> None:
    """Write the changes; StaleDataError when a row that changes or goes is not there any more."""
    dialect = connection.dialect
    shape = tuple((change.part, len(change.rows)) for change in changes)
    values = tuple(
        _ready(row[name], change.part.table.columns[name], dialect)
        for change in changes
        for row in change.rows
        for name in change.part.carried
    )
    counts = connection.exec_driver_sql(_text(dialect, shape), values).one()
    for change, count in zip(changes, counts, strict=True):
        change.refuse_lost(count)


@lru_cache(maxsize=500)
def _text(dialect: Dialect, shape: tuple[tuple[Part, int], ...]) -> str:
    parts = []
    for number, (part, rows) in enumerate(shape):
        after = f"(SELECT count(*) FROM w{number - 1}) >= 0" if number else "true"
        kept = " ON CONFLICT DO NOTHING" if part.may_be_there else ""
        parts.append(f"w{number} AS ({_part(dialect, part, rows)} AND {after}{kept} RETURNING 1)")
    counts = ", ".join(f"(SELECT count(*) FROM w{number})" for number in range(len(shape)))
    return f"WITH {', '.join(parts)} SELECT {counts}"


def _part(dialect: Dialect, part: Part, rows: int) -> str:
    """A part up to its condition, which may be narrowed."""
    quote = dialect.identifier_preparer.quote
    own = dialect.identifier_preparer.format_table(part.table)
    types = [_type_of(part.table.columns[name], dialect) for name in part.carried]
    one = f"({', '.join(f'%s::{kind}' for kind in types)})"
    names = ", ".join(map(quote, part.carried))
    given = f"(VALUES {', '.join([one] * rows)}) AS v ({names})"
    same = " AND ".join(f"{own}.{quote(name)} = v.{quote(name)}" for name in part.key)
    if part.kind is Kind.INSERT:
        return f"INSERT INTO {own} ({names}) SELECT * FROM {given} WHERE true"
    if part.kind is Kind.DELETE:
        return f"DELETE FROM {own} USING {given} WHERE {same}"
    changed = ", ".join(f"{quote(name)} = v.{quote(name)}" for name in part.columns)
    return f"UPDATE {own} SET {changed} FROM {given} WHERE {same}"


def _type_of(column: Column[Any], dialect: Dialect) -> str:
    """What a value is told to be; a text without its length, or it would be cut to it."""
    found = column.type.dialect_impl(dialect)
    if found._type_affinity is String:
        return "VARCHAR"
    return dialect.type_compiler_instance.process(found)


def _ready(value: Any, column: Column[Any], dialect: Dialect) -> Any:
    make_ready = _processor(column, dialect)
    return value if make_ready is None else make_ready(value)


@lru_cache(maxsize=5000)
def _processor(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)
