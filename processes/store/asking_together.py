"""Several questions as one statement: their rows side by side, each column in a place of its type.

`UNION ALL` wants all rows alike. So there are as many places of each type as the question that
needs most of them; the others leave them empty. Mapped objects are made of the values again, once
for each row of the database, as SQLAlchemy does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    Integer,
    LargeBinary,
    Select,
    Text,
    cast,
    func,
    inspect,
    literal_column,
    null,
    type_coerce,
    union_all,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.types import String, TypeEngine

from processes.store.tables import Moment
from processes.store.worded import Maker, Worded, spoken, worded

if TYPE_CHECKING:
    from processes.store.asking import Question

#: the types of places, by the type of what stands there
PLACES: dict[type[Any], TypeEngine[Any]] = {
    Moment: Moment(),
    String: Text(),
    Integer: Integer(),
    Boolean: Boolean(),
    Date: Date(),
    JSON: JSON(none_as_null=True),
    LargeBinary: LargeBinary(),
}
#: texts of statements that one process keeps
KEPT = 200

Place = tuple[type[Any], int]


def ask(
    session: Session, asked: Sequence[tuple[Question, dict[str, Any]]]
) -> list[list[tuple[Any, ...]]]:
    """The rows of each question in its order; what the session has not written is not seen."""
    connection = session.connection()
    plan = _plan(tuple(question for question, _ in asked), spoken(connection))
    values = {
        f"{_prefix(number)}{name}": value
        for number, (_, given) in enumerate(asked)
        for name, value in given.items()
    }
    rows = connection.exec_driver_sql(plan.worded.text, plan.worded.ready(values)).fetchall()
    found: list[list[tuple[Any, ...]]] = [[] for _ in asked]
    for row in sorted(rows, key=_NUMBERED):
        number = row[0]
        found[number].append(tuple([read(session, row) for read in plan.readers[number]]))
    return found


#: the question that a row answers, and its place among the rows of that one
_NUMBERED = itemgetter(0, 1)


def ask_alone(
    session: Session, question: Question, given: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """The rows of one question in its order; what the session has not written is not seen."""
    connection = session.connection()
    plan = _plan_of_one(question, spoken(connection))
    rows = connection.exec_driver_sql(plan.worded.text, plan.worded.ready(given)).fetchall()
    [readers] = plan.readers
    return [tuple([read(session, row) for read in readers]) for row in rows]


def _prefix(number: int) -> str:
    return f"q{number}_"


#: makes a value or an object of a row
Reader = Callable[[Session, Sequence[Any]], Any]


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """One statement, the same whatever is asked about, and what becomes of its rows."""

    worded: Worded
    #: for each question, what makes its values
    readers: list[list[Reader]]


@lru_cache(maxsize=KEPT)
def _plan(questions: tuple[Question, ...], dialect: Dialect) -> _Plan:
    asked = [each.worded(_prefix(number)) for number, each in enumerate(questions)]
    columns = [_columns(statement) for statement in asked]
    standing = [_standing(own) for own in columns]
    most: Counter[type[Any]] = Counter()
    for own in standing:
        most |= Counter(kind for kind, _ in own)
    places = [(kind, number) for kind in PLACES for number in range(most[kind])]
    # the number of the question and the place of the row stand before
    where = {place: number for number, place in enumerate(places, start=2)}
    branches, readers = [], []
    for number, (question, statement) in enumerate(zip(questions, asked, strict=True)):
        own = standing[number]
        filled = [_filled(place, own, names=not number) for place in places]
        told = [literal_column(str(number)), _counted(question), *filled]
        branches.append(statement.with_only_columns(*told, maintain_column_froms=True))
        at = [where[place] for place in own]
        readers.append(_readers(statement, at, columns[number], dialect, anew=question.anew))
    return _Plan(worded=worded(union_all(*branches), dialect), readers=readers)


@lru_cache(maxsize=KEPT)
def _plan_of_one(question: Question, dialect: Dialect) -> _Plan:
    asked = question.worded()
    columns = _columns(asked)
    readers = _readers(asked, range(len(columns)), columns, dialect, anew=question.anew)
    told = asked.with_only_columns(*columns, maintain_column_froms=True)
    return _Plan(worded=worded(told.order_by(*question.order), dialect), readers=[readers])


def _counted(question: Question) -> Any:
    """The place of a row in the question's order."""
    if not question.order:
        return literal_column("0")
    return func.row_number().over(order_by=question.order)


def _columns(statement: Select[Any]) -> list[Any]:
    """What the question tells, with every column of a mapped class."""
    found: list[Any] = []
    for told in statement.column_descriptions:
        mapper = _mapper(told)
        if mapper is None:
            found.append(told["expr"])
        else:
            found += [getattr(told["expr"], name) for name in _attributes(mapper)]
    return found


def _attributes(mapper: Mapper[Any]) -> list[str]:
    return [each.key for each in mapper.column_attrs]


def _mapper(told: Any) -> Mapper[Any] | None:
    """The mapping of what is told, when it is a mapped class and no column of one."""
    if told["entity"] is None or told["expr"] is not told["entity"]:
        return None
    mapper: Mapper[Any] = inspect(told["entity"]).mapper
    return mapper


def _kind(found: TypeEngine[Any]) -> type[Any]:
    return next(kind for kind in PLACES if isinstance(found, kind))


def _standing(columns: Sequence[Any]) -> dict[Place, Any]:
    """The columns by the place where each stands, in their order."""
    used: Counter[type[Any]] = Counter()
    found = {}
    for column in columns:
        kind = _kind(column.type)
        found[kind, used[kind]] = column
        used[kind] += 1
    return found


def _filled(place: Place, standing: dict[Place, Any], *, names: bool) -> Any:
    """What stands in a place; the first question names the places and their types for all."""
    kind = PLACES[place[0]]
    found: Any
    if place in standing:
        found = _typed(standing[place], kind)
    else:
        found = cast(null(), kind) if names else literal_column("NULL")
    return found.label(f"{place[0].__name__}{place[1]}") if names else found


def _typed(told: Any, kind: TypeEngine[Any]) -> Any:
    """A sum of whole numbers is none for PostgreSQL: it would make decimals of all in its place."""
    is_reckoned = isinstance(kind, Integer) and not hasattr(told, "property")
    return cast(told, BigInteger()) if is_reckoned else type_coerce(told, kind)


def _readers(
    statement: Select[Any],
    places: Sequence[int],
    columns: Sequence[Any],
    dialect: Dialect,
    *,
    anew: bool,
) -> list[Reader]:
    makers = [_maker(column.type, dialect) for column in columns]
    values = iter(zip(places, makers, strict=True))
    found: list[Reader] = []
    for told in statement.column_descriptions:
        mapper = _mapper(told)
        if mapper is None:
            found.append(_value_reader(*next(values)))
        else:
            own = [(name, *next(values)) for name in _attributes(mapper)]
            found.append(_object_reader(mapper, own, anew=anew))
    return found


def _maker(found: TypeEngine[Any], dialect: Dialect) -> Maker | None:
    """What makes a value of what the driver tells."""
    return found.dialect_impl(dialect).result_processor(dialect, None)


def _value_reader(place: int, make: Maker | None) -> Reader:
    def read(_session: Session, row: Sequence[Any]) -> Any:
        return make(row[place]) if make is not None else row[place]

    return read


def _object_reader(
    mapper: Mapper[Any], values: Sequence[tuple[str, int, Maker | None]], *, anew: bool
) -> Reader:
    new = mapper.class_manager.new_instance
    places = {name: place for name, place, _ in values}
    key = [places[mapper.get_property_by_column(column).key] for column in mapper.primary_key]

    def read(session: Session, row: Sequence[Any]) -> Any:
        if row[key[0]] is None:
            return None
        identity = mapper.identity_key_from_primary_key(tuple(row[place] for place in key))
        known = session.identity_map.get(identity)
        if known is not None and not anew:
            return known
        told = {name: make(row[at]) if make else row[at] for name, at, make in values}
        if known is not None:
            for name, value in told.items():
                set_committed_value(known, name, value)
            return known
        made = new()
        vars(made).update(told)
        make_transient_to_detached(made)
        session.add(made)
        return made

    return read
