"""Several changes as one statement of PostgreSQL: `WITH` its parts, each of which waits for the one
before it.

All parts see the rows as they were before the statement, but each trigger and, at its end, each
foreign key sees what the parts wrote. No row may be touched by two of them; the unit of work holds
every row once. The statement answers how many rows each part touched. Each part takes its rows as
one parameter, a JSON document, so that the words are the same for any number of them and the
server has to prepare them once. Beside them stand changes of all that meets a condition, of other
rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, Connection, LargeBinary
from sqlalchemy.engine import Dialect

from processes.store.bulk import Searched, SearchedUpdate, worded_of
from processes.store.unit_of_work import Change, Kind, Part, Values
from processes.store.worded import spoken


def send(connection: Connection, changes: Sequence[Change], searched: Sequence[Searched]) -> None:
    """Write the changes, and those of the rows that meet a condition; StaleDataError when a row
    that changes or goes is not there any more."""
    dialect = spoken(connection)
    shape = tuple((change.part, len(change.rows) == 1) for change in changes)
    updates = tuple(each.update for each in searched)
    given: dict[str, Any] = {}
    for number, each in enumerate(searched):
        prefix = _prefix(number)
        values = {f"{prefix}{name}": value for name, value in each.parameters.items()}
        given |= worded_of(each.update, prefix, dialect).ready(values)
    for number, change in enumerate(changes):
        given[f"w{number}"] = _document(change, dialect)
    counts = connection.exec_driver_sql(_text(dialect, shape, updates), given).one()
    for change, count in zip(changes, counts, strict=False):
        change.refuse_lost(count)


def _prefix(number: int) -> str:
    return f"s{number}_"


@lru_cache(maxsize=500)
def _text(
    dialect: Dialect,
    shape: tuple[tuple[Part, bool], ...],
    updates: tuple[SearchedUpdate, ...],
) -> str:
    parts = [
        f"s{number} AS ({worded_of(update, _prefix(number), dialect).text})"
        for number, update in enumerate(updates)
    ]
    for number, (part, is_one) in enumerate(shape):
        after = f" AND (SELECT count(*) FROM w{number - 1}) >= 0" if number else ""
        kept = " ON CONFLICT DO NOTHING" if part.may_be_there else ""
        words = _part(dialect, part, f"w{number}", is_one=is_one)
        parts.append(f"w{number} AS ({words}{after}{kept} RETURNING 1)")
    counts = [f"(SELECT count(*) FROM w{number})" for number in range(len(shape))] or ["0"]
    return f"WITH {', '.join(parts)} SELECT {', '.join(counts)}"


def _part(dialect: Dialect, part: Part, name: str, *, is_one: bool) -> str:
    """A part up to its condition, which may be narrowed; its rows are the parameter of that name.

    Of one row the planner is told that it is one, or it might look through a whole table for it.
    """
    quote = dialect.identifier_preparer.quote
    own = dialect.identifier_preparer.format_table(part.table)
    rows = "json_populate_record" if is_one else "json_populate_recordset"
    given = f"{rows}(NULL::{own}, %({name})s) AS v"
    same = " AND ".join(f"{own}.{quote(name)} = v.{quote(name)}" for name in part.key)
    if part.kind is Kind.INSERT:
        names = ", ".join(map(quote, part.carried))
        return f"INSERT INTO {own} ({names}) SELECT {names} FROM {given} WHERE true"
    if part.kind is Kind.DELETE:
        return f"DELETE FROM {own} USING {given} WHERE {same}"
    changed = ", ".join(f"{quote(name)} = v.{quote(name)}" for name in part.columns)
    return f"UPDATE {own} SET {changed} FROM {given} WHERE {same}"


def _document(change: Change, dialect: Dialect) -> str:
    """The rows of a change as PostgreSQL makes them of JSON."""
    makers = _makers(change.part, dialect)
    rows: list[Values] = [
        {name: row[name] if make is None else make(row[name]) for name, make in makers}
        for row in change.rows
    ]
    return json.dumps(rows[0] if len(rows) == 1 else rows, default=_worded)


def _worded(value: Any) -> str:
    """How PostgreSQL reads a value that JSON does not know."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"no column holds a {type(value).__name__}")


@lru_cache(maxsize=500)
def _makers(part: Part, dialect: Dialect) -> list[tuple[str, Callable[[Any], Any] | None]]:
    return [(name, _maker(part.table.columns[name], dialect)) for name in part.carried]


def _maker(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of a column fit for the driver; JSON and bytes go in as they are."""
    if isinstance(column.type, JSON | LargeBinary):
        return None
    return column.type.dialect_impl(dialect).bind_processor(dialect)
