"""Looking through the chains of the cases: is each entry what it was when it was written?

Entries are read in a stream, some cases at a time, so that a million of them need no more room
than a thousand. What a seal saw (`seals`) must still be there: a chain that was cut, or written
anew with right hashes, contradicts the heads that were sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import Session

from processes.sentences import say
from processes.store.entry_hash import hash_of
from processes.store.tables import Case, History, SealedHead

#: cases that are read together, and entries that are fetched at once
SOME, FETCHED = 100, 2000
#: what reading or hashing an entry raises when its content is no longer any content
UNREADABLE = (ValueError, TypeError, AttributeError)


@dataclass(frozen=True, kw_only=True)
class Break:
    """The first place at which a case's history is not what it was."""

    case_id: str
    case_number: str
    #: sequence number of the broken entry
    seq: int
    #: missing, previous, content, head, sealed, cut, gone or stray
    reason: str

    def say(self, language: str = "id") -> str:
        """The finding as a sentence."""
        reason = say(f"store.break_{self.reason}", language)
        return say(
            "store.history_changed", language, number=self.case_number, seq=self.seq, reason=reason
        )


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was looked through, and the first break that was found in it."""

    cases: int = 0
    entries: int = 0
    #: id of the last case that was looked at
    reached: str = ""
    broken: Break | None = None


@dataclass(frozen=True, kw_only=True)
class _Chain:
    """What a case says of its own chain, and what seals saw of it: hash by sequence number."""

    id: str
    number: str
    last: int
    head: str
    sealed: Mapping[int, str]


def verify(session: Session) -> Break | None:
    """The first break in the history of any case, in the order of their numbers; None if whole."""
    return look_through(session).broken


def look_through(session: Session) -> Looked:
    """Look at every chain, in the order of the cases' numbers, until one is broken."""
    cases = entries = 0
    for rows in session.execute(_heads().order_by(Case.number)).partitions(SOME):
        seen, broken = _look_at(session, _chains(session, rows))
        cases, entries = cases + len(rows), entries + seen
        if broken is not None:
            return Looked(cases=cases, entries=entries, broken=broken)
    return Looked(cases=cases, entries=entries, broken=without_case(session))


def look_at_some(session: Session, *, after: str) -> Looked:
    """Look at the chains of some cases, by id from the one after this; `cases` is 0 at the end."""
    rows = session.execute(_heads().where(Case.id > after).order_by(Case.id).limit(SOME)).all()
    if not rows:
        return Looked(reached=after)
    seen, broken = _look_at(session, _chains(session, rows))
    return Looked(cases=len(rows), entries=seen, reached=rows[-1].id, broken=broken)


def without_case(session: Session) -> Break | None:
    """A case that was sealed and is gone, or entries whose case is."""
    is_there = exists().where(Case.id == SealedHead.case_id)
    gone = select(SealedHead.case_id, SealedHead.case_number).where(~is_there)
    row = session.execute(gone.order_by(SealedHead.case_number).limit(1)).one_or_none()
    if row is not None:
        return Break(case_id=row.case_id, case_number=row.case_number, seq=1, reason="gone")
    has_case = exists().where(Case.id == History.case_id)
    stray = select(History.case_id, func.min(History.seq).label("seq")).where(~has_case)
    found = session.execute(stray.group_by(History.case_id).limit(1)).one_or_none()
    if found is None:
        return None
    return Break(case_id=found.case_id, case_number=found.case_id, seq=found.seq, reason="stray")


def _heads() -> Select[str, str, int, str]:
    return select(Case.id, Case.number, Case.history_seq, Case.history_head)


def _chains(session: Session, rows: Sequence[Row[str, str, int, str]]) -> list[_Chain]:
    """The cases of these rows, each with what seals saw of it."""
    sealed: dict[str, dict[int, str]] = {row.id: {} for row in rows}
    seen = select(SealedHead.case_id, SealedHead.seq, SealedHead.head)
    for case_id, seq, head in session.execute(seen.where(SealedHead.case_id.in_(sealed))):
        sealed[case_id][seq] = head
    return [
        _Chain(
            id=row.id,
            number=row.number,
            last=row.history_seq,
            head=row.history_head,
            sealed=sealed[row.id],
        )
        for row in rows
    ]


def _look_at(session: Session, chains: Sequence[_Chain]) -> tuple[int, Break | None]:
    """How many entries these chains have, and the first break, in the order of the chains."""
    try:
        lengths, breaks = _read(session, chains)
    except UNREADABLE:
        # one entry cannot even be read: look at each chain by itself, to name it
        return 0, next(filter(None, (_singly(session, chain) for chain in chains)), None)
    return sum(lengths.values()), next((breaks[c.id] for c in chains if c.id in breaks), None)


def _read(session: Session, chains: Sequence[_Chain]) -> tuple[dict[str, int], dict[str, Break]]:
    """By case: how many entries there are, and the break."""
    by_id = {chain.id: chain for chain in chains}
    found: dict[str, tuple[int, str]] = {}
    lengths = dict.fromkeys(by_id, 0)
    for case_id, entries in groupby(_entries(session, list(by_id)), lambda entry: entry.case_id):
        counted = _Counted(entries)
        broken = _first_break(counted, by_id[case_id])
        lengths[case_id] = counted.count
        if broken is not None:
            found[case_id] = broken
    for chain in chains:
        if lengths[chain.id] == 0 and (broken := _first_break((), chain)) is not None:
            found[chain.id] = broken
    breaks = {
        case_id: Break(case_id=case_id, case_number=by_id[case_id].number, seq=seq, reason=reason)
        for case_id, (seq, reason) in found.items()
    }
    return lengths, breaks


class _Counted:
    """Entries that are counted while somebody reads them."""

    def __init__(self, entries: Iterable[Row[Any]]) -> None:
        self._entries = entries
        self.count = 0

    def __iter__(self) -> Iterator[Row[Any]]:
        for entry in self._entries:
            self.count += 1
            yield entry


def _entries(session: Session, ids: Sequence[str]) -> Iterator[Row[Any]]:
    columns = History.__table__.c
    query = select(*columns).where(columns.case_id.in_(ids))
    ordered = query.order_by(columns.case_id, columns.seq)
    return iter(session.execute(ordered.execution_options(yield_per=FETCHED)))


def _singly(session: Session, chain: _Chain) -> Break | None:
    """The break of one chain, also where an entry cannot be read."""
    try:
        return _read(session, [chain])[1].get(chain.id)
    except UNREADABLE:
        seqs = select(History.seq).where(History.case_id == chain.id).order_by(History.seq)
        for place, seq in enumerate(session.scalars(seqs).all(), start=1):
            if seq != place:
                return _break(chain, place, "missing")
            if not _is_readable(session, chain.id, seq):
                return _break(chain, seq, "content")
        raise


def _is_readable(session: Session, case_id: str, seq: int) -> bool:
    columns = History.__table__.c
    one = select(*columns).where(columns.case_id == case_id, columns.seq == seq)
    try:
        hash_of(session.execute(one).one())
    except UNREADABLE:
        return False
    return True


def _break(chain: _Chain, seq: int, reason: str) -> Break:
    return Break(case_id=chain.id, case_number=chain.number, seq=seq, reason=reason)


def _first_break(entries: Iterable[Row[Any]], chain: _Chain) -> tuple[int, str] | None:
    """Sequence number and reason of the first break of a chain."""
    seq, previous = 0, ""
    for entry in entries:
        seq += 1
        wrong = _wrong(entry, seq, previous, chain.sealed)
        if wrong is not None:
            return seq, wrong
        previous = entry.hash
    if seq < chain.last:
        return seq + 1, "missing"
    if seq < max(chain.sealed, default=0):
        return seq + 1, "cut"
    return None if (seq, previous) == (chain.last, chain.head) else (seq, "head")


def _wrong(entry: Row[Any], seq: int, previous: str, sealed: Mapping[int, str]) -> str | None:
    """What is wrong with the entry that should have this number and follow that hash."""
    if entry.seq != seq:
        return "missing"
    if entry.previous != previous:
        return "previous"
    if entry.hash != hash_of(entry):
        return "content"
    return "sealed" if sealed.get(seq, entry.hash) != entry.hash else None
