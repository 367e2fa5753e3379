"""Rows of every table as plain JSON values, and back: the same from SQLite and from PostgreSQL.

The tables are read from the database itself and not from our classes, so that rows written by an
older version fit the tables of their own time.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    event,
    func,
    inspect,
    select,
    text,
    update,
)

#: rows that one statement brings in
BATCH = 500
#: Alembic's own table, which the steps themselves write
STEPS = "alembic_version"

Row = Mapping[str, Any]


def tables_of(connection: Connection) -> list[Table]:
    """Every table of the database, one after those it refers to."""
    found = MetaData()
    event.listen(found, "column_reflect", _plain)
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != STEPS]


def _plain(_inspector: Any, _table: Table, column: Any) -> None:
    """An empty JSON column is NULL here and not the word null."""
    if isinstance(column["type"], JSON):
        column["type"] = JSON(none_as_null=True)


def is_empty(connection: Connection) -> bool:
    """Whether the database has no tables at all."""
    return not inspect(connection).get_table_names()


def step_of(connection: Connection) -> str:
    """Name of the last step that made these tables."""
    return str(connection.execute(text(f"SELECT version_num FROM {STEPS}")).scalar_one())


def read_rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """The rows in the order of their keys, as JSON values."""
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    found = connection.execute(query)
    for row in found.mappings():
        yield {column.name: _told(row[column]) for column in table.columns}


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows the table has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def write_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Put the rows into the empty table; how many there were.

    A row that refers to another one of its own table may come before it.
    """
    own = [c for c in table.columns if any(k.column.table is table for k in c.foreign_keys)]
    later: list[dict[str, Any]] = []
    total = 0
    waiting = iter(rows)
    while batch := [_read(table, row) for row in islice(waiting, BATCH)]:
        for row in batch if own else ():
            if any(row[column.name] is not None for column in own):
                keys = {f"key_{c.name}": row[c.name] for c in table.primary_key.columns}
                later.append(keys | {f"own_{c.name}": row[c.name] for c in own})
                row |= {column.name: None for column in own}
        connection.execute(table.insert(), batch)
        total += len(batch)
    if later:
        same = [c == bindparam(f"key_{c.name}") for c in table.primary_key.columns]
        values: dict[str, Any] = {c.name: bindparam(f"own_{c.name}") for c in own}
        connection.execute(update(table).where(*same).values(values), later)
    _count_on(connection, table, total)
    return total


def _count_on(connection: Connection, table: Table, rows: int) -> None:
    """Let a column that counts by itself go on after the rows that were brought in."""
    if connection.dialect.name != "postgresql" or not rows:
        return
    for column in table.primary_key.columns:
        name = {"table": table.name, "column": column.name}
        series = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), name
        ).scalar()
        if series is not None:
            highest = connection.execute(select(func.max(column))).scalar_one()
            connection.execute(
                text("SELECT setval(:series, :to)"), {"series": series, "to": highest}
            )


def _told(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, datetime):
        # SQLite forgets the zone; every moment of ours is UTC
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    return value


def _read(table: Table, row: Row) -> dict[str, Any]:
    """A row as the database takes it; KeyError when a column of the table is missing in it."""
    return {column.name: _value(column, row[column.name]) for column in table.columns}


def _value(column: Column[Any], told: Any) -> Any:
    if told is None:
        return None
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(told)
    if isinstance(column.type, Date):
        return date.fromisoformat(told)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(told)
    return told
