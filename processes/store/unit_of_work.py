"""What a session has to write, as rows: read from its objects first, and from what it holds beside
them (`bulk`); settled when it is written.

Only plain objects are read: one table, keys and defaults made by us, no relationship. A session
that holds anything else, or a value that the database is to reckon, is left to SQLAlchemy's flush.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, MetaData, Table, inspect
from sqlalchemy.orm import Session, make_transient, make_transient_to_detached
from sqlalchemy.orm.exc import StaleDataError

from processes.store.bulk import Bulk, Searched
from processes.store.mapped import Mapped, mapped_of, mapping
from processes.store.tables import IF_MISSING
from processes.store.touched import Touched

Values = dict[str, Any]


class Kind(enum.Enum):
    """What becomes of rows; of a change and of a deletion each has to be there."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class Part:
    """One kind of change of one table, without its values."""

    kind: Kind
    table: Table
    #: names of the columns of the key, and of those that are written
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def may_be_there(self) -> bool:
        """Whether new rows that are there already are left as they are."""
        return self.kind is Kind.INSERT and bool(self.table.info.get(IF_MISSING))

    @property
    def carried(self) -> tuple[str, ...]:
        """The columns of which it carries a value for each row."""
        return self.columns if self.kind is Kind.INSERT else (*self.key, *self.columns)


@dataclass(frozen=True, kw_only=True)
class Change:
    """Rows that become others in the same way."""

    part: Part
    #: values of the carried columns by name
    rows: list[Values] = field(default_factory=list)

    def refuse_lost(self, count: int) -> None:
        """Raise StaleDataError unless so many rows were touched as there are."""
        if count != len(self.rows) and not self.part.may_be_there:
            wanted = f"{self.part.kind.value} of {len(self.rows)} rows"
            raise StaleDataError(f"{self.part.table.name}: {wanted} touched {count}")


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a session has to write."""

    #: in an order in which foreign keys hold after each
    changes: list[Change]
    #: what becomes of rows that meet a condition, before any of the changes
    searched: Sequence[Searched]
    new: list[Any]
    changed: list[Any]
    gone: list[Any]

    @property
    def touched(self) -> Touched:
        """What it writes."""
        parts = [change.part for change in self.changes]
        changed = {(p.table.name, n) for p in parts if p.kind is Kind.UPDATE for n in p.columns}
        searched = (each.update.writes.columns for each in self.searched)
        return Touched(
            tables=frozenset(p.table.name for p in parts if p.kind is not Kind.UPDATE),
            columns=frozenset(changed.union(*searched)),
        )

    @property
    def fits_in_one(self) -> bool:
        """Whether no row can be changed twice: by a searched update and by itself, or by two."""
        searched = {each.update.table for each in self.searched}
        return len(searched) == len(self.searched) and not any(
            change.part.table in searched and change.part.kind is not Kind.INSERT
            for change in self.changes
        )


def gather(session: Session, bulk: Bulk) -> Work | None:
    """The session's work, with what it holds beside its objects; None when it has to be left to
    SQLAlchemy."""
    new, gone = list(session.new), list(session.deleted)
    dirty = [each for each in session.dirty if each not in session.deleted]
    everything = [*new, *dirty, *gone]
    if session.in_nested_transaction() or not all(mapped_of(each).is_plain for each in everything):
        return None
    changes = _rows_of(bulk)
    rows = [
        *((each, Kind.INSERT, _new_row(each)) for each in new),
        *((each, Kind.UPDATE, _changed_values(each)) for each in dirty),
        *((each, Kind.DELETE, _key_of(each)) for each in gone),
    ]
    changed = []
    for each, kind, row in rows:
        if row is None:
            return None
        if kind is Kind.UPDATE and row:
            changed.append(each)
        if row:
            values = {**_key_of(each), **row} if kind is Kind.UPDATE else row
            _put(changes, mapped_of(each), kind, values)
    if _comes_back(changes.values()):
        return None
    return Work(
        changes=_in_order(changes.values()),
        searched=bulk.searched,
        new=new,
        changed=changed,
        gone=gone,
    )


def _rows_of(bulk: Bulk) -> dict[Part, Change]:
    changes: dict[Part, Change] = {}
    for kind, given in bulk.rows.items():
        mapped = mapping(kind)
        for values in given:
            _put(changes, mapped, Kind.INSERT, _bulk_row(mapped, values))
    return changes


def settle(session: Session, work: Work) -> None:
    """Let the objects stand for rows as they are now written."""
    for each in work.new:
        session.expunge(each)
    for each in work.changed:
        # an object that is to be read again has let go of its key with all else
        vars(each).update(_key_of(each))
        make_transient(each)
    for each in (*work.new, *work.changed):
        make_transient_to_detached(each)
        session.add(each)
    for each in work.gone:
        session.expunge(each)


def _put(changes: dict[Part, Change], mapped: Mapped, kind: Kind, row: Values) -> None:
    columns = {
        Kind.INSERT: tuple(row),
        Kind.UPDATE: tuple(name for name in row if name not in mapped.key),
        Kind.DELETE: (),
    }
    part = Part(kind, mapped.table, mapped.key, columns[kind])
    changes.setdefault(part, Change(part=part)).rows.append(row)


def _in_order(changes: Iterable[Change]) -> list[Change]:
    """What others refer to first, each table's new rows before its changed ones; what goes, last.

    A row that changes does so before rows come that refer to it: a trigger on those may touch it.
    """
    found = list(changes)
    if not found:
        return []
    places = _places(found[0].part.table.metadata)

    def place(change: Change) -> tuple[bool, int, bool]:
        part = change.part
        own = places[part.table.name]
        goes = part.kind is Kind.DELETE
        return goes, -own if goes else own, part.kind is Kind.UPDATE

    return sorted(found, key=place)


@cache
def _places(tables: MetaData) -> dict[str, int]:
    return {table.name: place for place, table in enumerate(tables.sorted_tables)}


def _comes_back(changes: Iterable[Change]) -> bool:
    """Whether a row goes and comes in one and the same work."""
    keys: dict[Kind, set[tuple[Any, ...]]] = {kind: set() for kind in Kind}
    for change in changes:
        part = change.part
        keys[part.kind] |= {
            (part.table.name, *(row[name] for name in part.key)) for row in change.rows
        }
    return not keys[Kind.INSERT].isdisjoint(keys[Kind.DELETE])


def _key_of(each: Any) -> Values:
    mapped, known = mapped_of(each), inspect(each).identity
    return dict(zip(mapped.key, known, strict=True))


class _Given:
    """What a default may look at: the row it belongs to."""

    def __init__(self, row: Values) -> None:
        self._row = row

    def get_current_parameters(self) -> Values:
        """By column name."""
        return self._row


def _new_row(each: Any) -> Values | None:
    """The row of a new object, whose defaults are given to the object too; None when a value is
    reckoned by the database, or the key is not known.

    As SQLAlchemy has it, nothing (None) in a column that has a default means the default.
    """
    columns, known = mapped_of(each).columns, inspect(each).dict
    row: Values = {}
    missing = []
    for name, column in columns.items():
        value = known.get(name)
        if _is_reckoned(value):
            return None
        row[column.name] = value
        if value is None:
            missing.append((name, column))
    for name, column in missing:
        if column.default is not None:
            row[column.name] = _default(column, row)
        setattr(each, name, row[column.name])
    return row if all(row[name] is not None for name in mapped_of(each).key) else None


def _bulk_row(mapped: Mapped, given: Mapping[str, Any]) -> Values:
    """The row of values by attribute."""
    row: Values = {column.name: given.get(name) for name, column in mapped.columns.items()}
    for column in mapped.defaults:
        if row[column.name] is None:
            row[column.name] = _default(column, row)
    return row


def _default(column: Column[Any], row: Values) -> Any:
    default: Any = column.default
    return default.arg(_Given(row)) if default.is_callable else default.arg


def _changed_values(each: Any) -> Values | None:
    """The new values of an object by column name; None when its key changed, or the database is to
    reckon one."""
    state, mapped = inspect(each), mapped_of(each)
    found = dict(_changes(state, mapped))
    if any(_is_reckoned(value) for value in found.values()) or set(found) & set(mapped.key):
        return None
    return found


def _changes(state: Any, mapped: Mapped) -> Iterator[tuple[str, Any]]:
    for name in mapped.columns.keys() - state.unmodified:
        history = state.attrs[name].history
        if history.added:
            yield mapped.columns[name].name, history.added[0]


def _is_reckoned(value: Any) -> bool:
    return isinstance(value, ColumnElement) or hasattr(value, "__clause_element__")
