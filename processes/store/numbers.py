"""Numbers that never repeat, for example those of the cases of a year."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from processes.store.tables import Counter


def next_number(session: Session, series: str) -> int:
    """The next number of a series: 1, 2, 3 …; a transaction that fails gives its number back."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = (postgresql.insert if is_postgres else sqlite.insert)(Counter)
    counted = insert.values(name=series, value=1).on_conflict_do_update(
        index_elements=[Counter.name], set_={"value": Counter.value + 1}
    )
    return int(session.execute(counted.returning(Counter.value)).scalar_one())
