"""Seals: now and then the heads of all chains are put into one chain of the whole installation.

A seal names the heads that changed since the one before and follows from it, so the newest one
stands for everything that was ever sealed. Whoever can rewrite the database can rewrite the seals
too; but not the number, date and hash that were sent to others (`anchors`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, text
from sqlalchemy.orm import Session

from processes.sentences import say
from processes.store.database import insert_missing
from processes.store.entry_hash import as_text, canonical
from processes.store.tables import Case, Inspection, Seal, SealedHead

Head = Row[Any]

#: seals whose heads are looked at together
SEALS_AT_ONCE = 100
#: tables that refuse changes, with how many triggers each has on SQLite and on PostgreSQL
GUARDED = {"history": (3, 2), "seal": (3, 2), "sealed_head": (3, 2)}


@dataclass(frozen=True, kw_only=True)
class SealBreak:
    """The first seal that is not what it was."""

    number: int
    #: missing, previous, content or heads
    reason: str

    def say(self, language: str = "id") -> str:
        """The finding as a sentence."""
        reason = say(f"store.seal_{self.reason}", language)
        return say("store.seal_changed", language, number=self.number, reason=reason)


def newest(session: Session) -> Seal | None:
    """The last seal; None before the first."""
    return session.scalar(select(Seal).order_by(Seal.number.desc()).limit(1))


def latest(session: Session, limit: int) -> list[Seal]:
    """The last seals, the newest first."""
    return list(session.scalars(select(Seal).order_by(Seal.number.desc()).limit(limit)))


def unsealed(session: Session) -> list[Row[Any]]:
    """The heads that went on since they were sealed last: `id`, `number`, `seq` and `head`."""
    last = (
        select(func.max(SealedHead.seq))
        .where(SealedHead.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    query = select(
        Case.id, Case.number, Case.history_seq.label("seq"), Case.history_head.label("head")
    )
    return list(session.execute(query.where(Case.history_seq > func.coalesce(last, 0))))


def add(
    session: Session, heads: Sequence[Row[Any]], *, after: Seal | None, now: datetime
) -> Seal | None:
    """Seal these heads; None when somebody else has sealed since `after`."""
    number, previous = (1, "") if after is None else (after.number + 1, after.hash)
    root = root_of(heads)
    row = {
        "number": number,
        "at": now,
        "previous": previous,
        "root": root,
        "hash": hash_of(number, now, previous, root),
    }
    # a trigger refuses what is there, so that must not come so far
    is_taken = session.get(Seal, number) is not None
    if is_taken or not insert_missing(session, Seal, [row]):
        return None
    rows = [
        {
            "seal_number": number,
            "case_id": head.id,
            "case_number": head.number,
            "seq": head.seq,
            "head": head.head,
        }
        for head in heads
    ]
    if rows:
        session.execute(insert(SealedHead), rows)
    return session.get_one(Seal, number)


def root_of(heads: Iterable[Row[Any]]) -> str:
    """SHA-256, hex, over heads (`id`, `number`, `seq`, `head`), whatever their order."""
    lines = sorted(canonical([head.id, head.number, head.seq, head.head]) for head in heads)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def hash_of(number: int, at: datetime, previous: str, root: str) -> str:
    """SHA-256, hex, over a seal and the hash of the one before."""
    content = canonical({"seal": number, "at": as_text(at), "root": root})
    return hashlib.sha256((previous + content).encode()).hexdigest()


def verify(session: Session) -> SealBreak | None:
    """The first seal that is broken; None when all follow from each other and from their heads."""
    previous, expected = "", 0
    kept = session.execute(select(*Seal.__table__.c).order_by(Seal.number)).all()
    for seal, heads in _with_heads(session, kept):
        expected += 1
        if seal.number != expected:
            return SealBreak(number=expected, reason="missing")
        if seal.previous != previous:
            return SealBreak(number=expected, reason="previous")
        if seal.hash != hash_of(seal.number, seal.at, seal.previous, seal.root):
            return SealBreak(number=expected, reason="content")
        if seal.root != root_of(heads):
            return SealBreak(number=expected, reason="heads")
        previous = seal.hash
    stray = select(SealedHead.seal_number).where(SealedHead.seal_number > expected).limit(1)
    found = session.scalar(stray)
    return None if found is None else SealBreak(number=found, reason="missing")


def _with_heads(
    session: Session, kept: Sequence[Row[Any]]
) -> Iterator[tuple[Row[Any], Sequence[Row[Any]]]]:
    """Each of these seals, which are in order, with its heads; those of many are asked for at
    once."""
    query = select(
        SealedHead.seal_number,
        SealedHead.case_id.label("id"),
        SealedHead.case_number.label("number"),
        SealedHead.seq,
        SealedHead.head,
    )
    for begin in range(0, len(kept), SEALS_AT_ONCE):
        some = kept[begin : begin + SEALS_AT_ONCE]
        theirs = query.where(SealedHead.seal_number.between(some[0].number, some[-1].number))
        heads: dict[int, list[Row[Any]]] = {}
        found: Iterable[Row[Any]] = session.execute(theirs)
        for head in found:
            heads.setdefault(head.seal_number, []).append(head)
        for seal in some:
            yield seal, heads.get(seal.number, [])


def with_hash(session: Session, hashed: str) -> Seal | None:
    """The seal with this hash; None when no seal of this installation ever had it."""
    return session.scalar(select(Seal).where(Seal.hash == hashed.lower()))


def unguarded(session: Session) -> list[str]:
    """The tables from which somebody took the triggers that refuse changes."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    query = _TRIGGERS_OF_POSTGRES if is_postgres else _TRIGGERS_OF_SQLITE
    found = {row.name: row.triggers for row in session.execute(text(query))}
    return [name for name, wanted in GUARDED.items() if found.get(name, 0) < wanted[is_postgres]]


_TRIGGERS_OF_SQLITE = """
SELECT tbl_name AS name, count(*) AS triggers FROM sqlite_master
 WHERE type = 'trigger' GROUP BY tbl_name"""
_TRIGGERS_OF_POSTGRES = """
SELECT c.relname AS name, count(*) AS triggers
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relnamespace = current_schema()::regnamespace
 GROUP BY c.relname"""


def last_inspection(session: Session, *, finished: bool = False) -> Inspection | None:
    """The newest look through everything; the newest that came to its end, if wanted."""
    query = select(Inspection).order_by(Inspection.number.desc()).limit(1)
    return session.scalar(query.where(Inspection.finished_at.is_not(None)) if finished else query)
