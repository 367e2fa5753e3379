"""A statement in the words of the driver: compiled once, and sent as it is from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine

from processes.store.among import Texts, among

#: texts of one kind that a process keeps
KEPT_WORDS = 20
#: by name, the dialect in which a process words what it asks
_SPOKEN: dict[str, Dialect] = {}
#: makes a value fit for the driver, or one of what the driver tells
Maker = Callable[[Any], Any]


class Names:
    """Names the parameters of some words, in a statement that may hold several of such words."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix

    def one(self, name: str, kind: TypeEngine[Any] | None = None) -> BindParameter[Any]:
        """A parameter with one value, of the type of what it is compared with, or another."""
        return bindparam(self._prefix + name, type_=kind)

    def among(self, column: Any, name: str) -> ColumnElement[bool]:
        """Whether a column is one of the texts of a parameter, however many they are."""
        return among(column, bindparam(self._prefix + name, type_=Texts()))


def spoken(connection: Connection) -> Dialect:
    """The dialect of all databases of one kind, so that what was worded for one serves the others:
    each has a dialect of its own, and those of trials come and go."""
    return _SPOKEN.setdefault(connection.dialect.name, connection.dialect)


@dataclass(frozen=True, kw_only=True)
class Worded:
    """A statement whose parameters alone differ."""

    text: str
    #: each parameter with what makes its value fit for the driver
    parameters: list[tuple[str, Maker | None]]
    #: what SQLAlchemy itself adds to it, as an offset on SQLite
    added: Mapping[str, Any]
    #: whether the driver knows its parameters by place, and not by name
    in_turn: bool

    def ready(self, values: Mapping[str, Any]) -> Any:
        """Values by name as the driver takes them."""
        if self.added:
            values = {**self.added, **values}
        made = [(n, values[n] if make is None else make(values[n])) for n, make in self.parameters]
        return tuple(value for _, value in made) if self.in_turn else dict(made)


def worded(statement: Any, dialect: Dialect) -> Worded:
    """A statement as the driver of a database takes it; what is the same each time stands in the
    words themselves."""
    given: dict[str, TypeEngine[Any]] = {}

    def said(element: Any, **_: Any) -> Any:
        if not isinstance(element, BindParameter):
            return None
        if not element.required:
            return element.render_literal_execute()
        given[element.key] = element.type
        return bindparam(element.key, None, type_=element.type)

    fixed: Any = visitors.replacement_traverse(statement, {}, said)
    compiled = fixed.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    in_turn = compiled.positiontup
    names = list(given) if in_turn is None else in_turn
    return Worded(
        text=str(compiled),
        parameters=[(n, _fit(given[n], dialect) if n in given else None) for n in names],
        added={n: compiled.params[n] for n in names if n not in given},
        in_turn=in_turn is not None,
    )


def _fit(told: TypeEngine[Any], dialect: Dialect) -> Maker | None:
    return told.dialect_impl(dialect).bind_processor(dialect)
