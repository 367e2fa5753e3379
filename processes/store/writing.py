"""A session that writes all it has in one go: one statement on PostgreSQL, few on SQLite.

What it writes, when, and what it refuses is what SQLAlchemy's own flush does, which also takes over
where a session holds more than plain rows (`unit_of_work`). Unlike that one it knows which table
refers to which, so that nobody has to flush in between for the sake of a foreign key.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Executable, bindparam, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session

from processes.store import one_statement
from processes.store.asking import AskingSession, forget
from processes.store.bulk import Bulk
from processes.store.touched import BULK, Touched
from processes.store.unit_of_work import Change, Kind, Part, Work, gather, settle


class WritingSession(AskingSession):
    """A session of a transaction that writes."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.info[BULK] = Bulk()

    def flush(self, objects: Any = None) -> None:
        """Write what the session holds, also when that is no object."""
        searched = list(self.info[BULK].searched)
        super().flush(objects)
        if not self.info[BULK].is_empty:
            _written(self)
        for each in searched:
            each.update.expire(self)


@event.listens_for(WritingSession, "before_flush")
def write_together(session: Session, _context: Any, _objects: Any) -> None:
    """Write what the session holds, unless it has to be left to SQLAlchemy."""
    work = _written(session)
    if work is not None:
        settle(session, work)
        return
    # what SQLAlchemy writes, it writes of objects
    left = session.info[BULK].take()
    for each in left.searched:
        each.send(session.connection())
    for kind, rows in left.rows.items():
        session.add_all(kind(**row) for row in rows)


@event.listens_for(WritingSession, "before_commit")
def write_last(session: Session) -> None:
    """Write what is left; nobody asks the session for its objects any more."""
    if not session.in_nested_transaction() and _written(session) is not None:
        session.expunge_all()


def _written(session: Session) -> Work | None:
    """What the session held and has written now; None when there is nothing, or it has to be left
    to SQLAlchemy."""
    bulk: Bulk = session.info[BULK]
    work = gather(session, bulk)
    forget(session, work.touched if work else None)
    if work is None or not (work.changes or work.searched):
        return None
    bulk.take()
    connection = session.connection()
    parts = len(work.changes) + len(work.searched)
    if connection.dialect.name == "postgresql" and parts > 1 and work.fits_in_one:
        one_statement.send(connection, work.changes, work.searched)
        return work
    for searched in work.searched:
        searched.send(connection)
    for change in work.changes:
        send_alone(connection, change)
    return work


@event.listens_for(WritingSession, "do_orm_execute")
def forget_answers(sent: ORMExecuteState) -> None:
    """Keep no answer that a statement of its own may make untrue, and none from before a lock."""
    if sent.is_select and getattr(sent.statement, "_for_update_arg", None) is None:
        return
    table = None if sent.is_select else getattr(sent.statement, "table", None)
    forget(sent.session, Touched(tables=frozenset({table.name})) if table is not None else None)


def send_alone(connection: Connection, change: Change) -> None:
    """Write one change by itself; StaleDataError when a row that changes or goes is not there."""
    part = change.part
    if part.kind is Kind.INSERT:
        connection.execute(_insert(connection, part), change.rows)
        return
    same = [part.table.c[name] == bindparam(_parameter(name)) for name in part.key]
    new: dict[str, Any] = {name: bindparam(_parameter(name)) for name in part.columns}
    statement: Executable = part.table.delete().where(*same)
    if part.kind is Kind.UPDATE:
        statement = part.table.update().where(*same).values(new)
    rows = [{_parameter(name): row[name] for name in part.carried} for row in change.rows]
    change.refuse_lost(connection.execute(statement, rows).rowcount)


def _parameter(name: str) -> str:
    """What the value of a column is called in a statement: as no column is."""
    return f"__{name}"


def _insert(connection: Connection, part: Part) -> Executable:
    if not part.may_be_there:
        return part.table.insert()
    if connection.dialect.name == "postgresql":
        return postgresql.insert(part.table).on_conflict_do_nothing()
    return sqlite.insert(part.table).on_conflict_do_nothing()
