"""What a session writes beside its objects: rows by the dozen, and changes of all that meets a
condition. Both go out together with the objects, on PostgreSQL in the same statement.

Nobody is given an object of what is written here; whoever needs one reads it afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Table, Update, update
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import Session

from processes.store.mapped import mapping
from processes.store.tables import Base
from processes.store.touched import BULK, Touched, waiting_touches
from processes.store.worded import KEPT_WORDS, Names, Worded, spoken, worded


class SearchedUpdate:
    """A change of every row of a table that meets a condition in fixed words, which looks at that
    table alone; only its parameters differ, also the one that names the new value of each column.
    """

    def __init__(
        self,
        kind: type[Base],
        *,
        where: Callable[[Names], ColumnElement[bool]],
        sets: Mapping[str, str],
    ) -> None:
        self.kind = kind
        table: Any = kind.__table__
        self.table: Table = table
        self._where = where
        self._sets = dict(sets)
        own = {(self.table.name, column.name) for column in self.table.columns}
        #: on what it depends
        self.reads = Touched(tables=frozenset({self.table.name}), columns=frozenset(own))
        #: what it changes
        self.writes = Touched(columns=frozenset((self.table.name, name) for name in sets))

    def statement(self, prefix: str = "") -> Update:
        """The change, its parameters named with a prefix."""
        names, columns = Names(prefix), self.table.columns
        new: dict[str, Any] = {c: names.one(p, columns[c].type) for c, p in self._sets.items()}
        return update(self.kind).where(self._where(names)).values(new)

    def later(self, session: Session, **parameters: Any) -> None:
        """Change the rows as they are now, when the session next writes."""
        bulk: Bulk | None = session.info.get(BULK)
        if waiting_touches(session, self.reads):
            session.flush()
        if bulk is None or self._known(session) or session.in_nested_transaction():
            session.flush()
            at_once = {"synchronize_session": False}
            session.execute(self.statement(), parameters, execution_options=at_once)
            self.expire(session)
            return
        bulk.searched.append(Searched(update=self, parameters=parameters))

    def expire(self, session: Session) -> None:
        """Let the objects that the session holds of such rows be read again when they are asked."""
        for each in self._known(session):
            session.expire(each, list(self._sets))

    def _known(self, session: Session) -> list[Base]:
        return [each for each in session.identity_map.values() if isinstance(each, self.kind)]


@dataclass(frozen=True, kw_only=True)
class Searched:
    """A searched update with its parameters."""

    update: SearchedUpdate
    parameters: Mapping[str, Any]

    def send(self, connection: Connection) -> None:
        """Change the rows by a statement of its own."""
        told = worded_of(self.update, "", spoken(connection))
        connection.exec_driver_sql(told.text, told.ready(self.parameters))


@dataclass(kw_only=True)
class Bulk:
    """What a session has to write beside its objects."""

    #: by class, rows with their values by attribute
    rows: dict[type[Base], list[Mapping[str, Any]]] = field(default_factory=dict)
    searched: list[Searched] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self.rows and not self.searched

    def meets(self, reads: Touched) -> bool:
        """Whether any of it has to do with what an answer depends on."""
        names = {_name(kind) for kind in self.rows}
        names |= {each.update.table.name for each in self.searched}
        return not names.isdisjoint(reads.tables)

    def take(self) -> Bulk:
        """All of it, which waits no more."""
        taken = Bulk(rows=self.rows, searched=self.searched)
        self.rows, self.searched = {}, []
        return taken


def add_rows(session: Session, kind: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write new rows of a class, of which nobody needs the objects; values by attribute.

    TypeError when the class has no such attribute.
    """
    bulk: Bulk | None = session.info.get(BULK)
    if bulk is None or session.in_nested_transaction():
        session.add_all(kind(**row) for row in rows)
        return
    given = list(rows)
    for row in given:
        if unknown := row.keys() - mapping(kind).columns.keys():
            raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    if given:
        bulk.rows.setdefault(kind, []).extend(given)


@lru_cache(maxsize=KEPT_WORDS)
def worded_of(update: SearchedUpdate, prefix: str, dialect: Dialect) -> Worded:
    """A searched update in the words of a driver."""
    return worded(update.statement(prefix), dialect)


def _name(kind: type[Base]) -> str:
    table: Any = kind.__table__
    name: str = table.name
    return name
