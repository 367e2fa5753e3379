"""How our classes are mapped, as far as what they hold is written and asked without SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Table, inspect
from sqlalchemy.orm import Mapper


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """How a class is mapped."""

    table: Table
    #: attribute -> column, in the table's order
    columns: Mapping[str, Column[Any]]
    #: names of the key's columns
    key: tuple[str, ...]
    #: the columns that have a default
    defaults: tuple[Column[Any], ...]
    is_plain: bool


def mapped_of(each: Any) -> Mapped:
    """How the class of an object is mapped."""
    kind: Any = type(each)
    return mapping(kind)


@cache
def mapping(kind: type[Any]) -> Mapped:
    """How a class is mapped."""
    mapper: Mapper[Any] = inspect(kind)
    table: Any = mapper.local_table
    columns: dict[str, Any] = {prop.key: prop.columns[0] for prop in mapper.column_attrs}
    return Mapped(
        table=table,
        columns=columns,
        key=tuple(column.name for column in table.primary_key.columns),
        defaults=tuple(column for column in columns.values() if column.default is not None),
        is_plain=not mapper.relationships
        and not mapper.inherits
        and all(_is_ours(column) for column in columns.values()),
    )


def _is_ours(column: Any) -> bool:
    """Whether every value of a column is known before it is written."""
    if not isinstance(column, Column) or column.onupdate is not None:
        return False
    default = column.default
    if default is None:
        return column.server_default is None
    return bool(default.is_scalar or default.is_callable)
