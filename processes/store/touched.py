"""What an answer depends on, held against what a session writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from processes.store.mapped import mapped_of

if TYPE_CHECKING:
    from processes.store.bulk import Bulk

#: where a session keeps what it writes beside its objects
BULK = "bulk"


@dataclass(frozen=True, kw_only=True)
class Touched:
    """What an answer depends on, or what was written: tables whose rows come and go, and columns
    (table, name) whose values change."""

    tables: frozenset[str] = frozenset()
    columns: frozenset[tuple[str, str]] = frozenset()

    def meets(self, other: Touched) -> bool:
        """Whether the two have anything in common."""
        return not (self.tables.isdisjoint(other.tables) and self.columns.isdisjoint(other.columns))


def waiting_touches(session: Session, reads: Touched) -> bool:
    """Whether anything that the session has not written yet meets what an answer depends on."""
    bulk: Bulk | None = session.info.get(BULK)
    if bulk is not None and bulk.meets(reads):
        return True
    for each in (*session.new, *session.deleted):
        if mapped_of(each).table.name in reads.tables:
            return True
    return any(
        (mapped.table.name, mapped.columns[name].name) in reads.columns
        for each in session.dirty
        if (mapped := mapped_of(each)).table.name in reads.tables
        for name in mapped.columns.keys() - inspect(each).unmodified
    )
