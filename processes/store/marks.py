"""Marking letters as sent, each by itself and before the next one, over one connection for many.

A mark is known to the database before the next letter goes out, so that of a sender that is killed
one letter at most was sent and is not marked. On PostgreSQL nobody waits until the mark is on the
disk: a database server that crashes may forget those since the last durable commit, at the most
those of the batch, as its claim was durable. SQLite has every mark on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable, Table, Update, bindparam, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from processes.store import ledger
from processes.store.database import Database
from processes.store.tables import Message, MessageEvent, MessageStatus, new_id


def as_sent(message_id: Any, *, moment: Any, subject: Any, shares_with: Any = None) -> Update:
    """What notes that a message (by row id) was accepted by its channel, unless it is known to have
    arrived already; each may be a value or a parameter."""
    message = _table(Message)
    accepted = update(message).where(
        message.c.id == message_id, message.c.status != MessageStatus.DELIVERED
    )
    return accepted.values(
        status=MessageStatus.SENT,
        sent_at=moment,
        lease_until=None,
        last_error=None,
        shares_with=shares_with,
        subject=subject,
    )


class Marks:
    """Marks letters of one sender; made by `marking`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def sent(self, message: Message, *, subject: str, now: datetime) -> None:
        """Note that a message was accepted by its channel, in a letter of its own.

        Where the database has gone meanwhile it is told once it is back: without the mark the
        letter would go out again.
        """
        lines = [new_id() for _ in ledger.SENT]
        words = {"sent": message.id, "way": message.channel, "about": subject[:300]}
        values = {**words, "moment": now, **{f"line{n}": line for n, line in enumerate(lines)}}
        try:
            self._tell(values)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self.close()
            self._tell(values)

    def _tell(self, values: dict[str, Any]) -> None:
        if self._connection is None:
            self._connection = self._database.open_to_mark()
        with self._connection.begin():
            for statement in _statements(self._database.is_postgres):
                self._connection.execute(statement, values)

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def marking(database: Database) -> Iterator[Marks]:
    """Marks over one connection, which is kept as long as the block takes."""
    marks = Marks(database)
    try:
        yield marks
    finally:
        marks.close()


@lru_cache(maxsize=2)
def _statements(is_postgres: bool) -> tuple[Executable, ...]:
    """What marks one letter: on PostgreSQL one statement, which is a transaction of its own."""
    event = _table(MessageEvent)
    mark = as_sent(bindparam("sent"), moment=bindparam("moment"), subject=bindparam("about"))
    # told twice, when the answer to the first was lost, it is noted once
    insert = postgresql.insert if is_postgres else sqlite.insert
    prepared, accepted = (
        insert(event)
        .values(
            id=bindparam(f"line{number}"),
            message_id=bindparam("sent"),
            kind=kind,
            at=bindparam("moment"),
            channel=bindparam("way"),
            by="",
            note="",
        )
        .on_conflict_do_nothing()
        for number, kind in enumerate(ledger.SENT)
    )
    if not is_postgres:
        return mark, prepared, accepted
    at_ease = func.set_config("synchronous_commit", "off", True).is_not(None)
    return (accepted.add_cte(mark.where(at_ease).cte("marked"), prepared.cte("prepared")),)


def _table(mapped: Any) -> Table:
    table: Table = mapped.__table__
    return table
