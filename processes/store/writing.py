"""A session that writes all it has in one go: one statement on PostgreSQL, few on SQLite.

What it writes, when, and what it refuses is what SQLAlchemy's own flush does, which also takes over
where a session holds more than plain rows (`unit_of_work`). Unlike that one it knows which table
refers to which, so that nobody has to flush in between for the sake of a foreign key.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Executable, bindparam, event
from sqlalchemy.orm import Session

from processes.store import one_statement
from processes.store.unit_of_work import Change, Kind, gather, settle


class WritingSession(Session):
    """A session of a transaction that writes."""


@event.listens_for(WritingSession, "before_flush")
def write_together(session: Session, _context: Any, _objects: Any) -> None:
    """Write what the session holds, unless it has to be left to SQLAlchemy."""
    work = gather(session)
    if work is None or not work.changes:
        return
    connection = session.connection()
    together = connection.dialect.name == "postgresql" and len(work.changes) > 1
    if together and work.values <= one_statement.MOST_VALUES:
        one_statement.send(connection, work.changes)
    else:
        for change in work.changes:
            send_alone(connection, change)
    settle(session, work)


def send_alone(connection: Connection, change: Change) -> None:
    """Write one change by itself; StaleDataError when a row that changes or goes is not there."""
    part = change.part
    if part.kind is Kind.INSERT:
        connection.execute(part.table.insert(), change.rows)
        return
    same = [part.table.c[name] == bindparam(f"to_{name}") for name in part.key]
    new: dict[str, Any] = {name: bindparam(f"to_{name}") for name in part.columns}
    statement: Executable = part.table.delete().where(*same)
    if part.kind is Kind.UPDATE:
        statement = part.table.update().where(*same).values(new)
    rows = [{f"to_{name}": row[name] for name in part.carried} for row in change.rows]
    change.refuse_lost(connection.execute(statement, rows).rowcount)
