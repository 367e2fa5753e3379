"""What happened to a case: appended, never changed, each entry sealed with the one before.

The hash of an entry is SHA-256 over the hash before it and the canonical JSON of the entry, so a
changed, removed or exchanged entry shows. The database refuses changes too (migration 0003); this
chain finds those made by somebody who can switch the refusal off.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.sentences import say
from processes.store import webhook_events
from processes.store.tables import Case, History


@dataclass(frozen=True, kw_only=True)
class Break:
    """The first place at which a case's history is not what it was."""

    case_id: str
    case_number: str
    #: sequence number of the broken entry
    seq: int
    #: missing, previous, content or head
    reason: str

    def say(self, language: str = "id") -> str:
        """The finding as a sentence."""
        reason = say(f"store.break_{self.reason}", language)
        return say(
            "store.history_changed", language, number=self.case_number, seq=self.seq, reason=reason
        )


def append(
    session: Session,
    case: Case,
    *,
    at: datetime,
    kind: str,
    actor: Mapping[str, Any],
    details: Mapping[str, Any],
) -> History:
    """Add an entry to a case that the caller has locked.

    `actor` and `details` hold what JSON can hold. What belongs to one region names it: a `region`
    (code) or a `task` (id) in `details` decides which viewers may read the rest of them; a second
    region that may read them too is the `party`. The events that follow are written with the entry.
    """
    entry = History(
        case_id=case.id,
        seq=case.history_seq + 1,
        at=at.astimezone(UTC),
        kind=kind,
        actor=_as_kept(actor),
        details=_as_kept(details),
        previous=case.history_head,
    )
    entry.hash = hash_of(entry)
    session.add(entry)
    case.history_seq, case.history_head = entry.seq, entry.hash
    session.flush()
    webhook_events.note(session, case, entry)
    return entry


def hash_of(entry: History) -> str:
    """SHA-256, hex, over the hash before the entry and the entry's canonical JSON."""
    content = {
        "case": entry.case_id,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": entry.kind,
        "actor": entry.actor,
        "details": entry.details,
    }
    return hashlib.sha256((entry.previous + canonical(content)).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with one spelling only: sorted keys, no spaces, letters as they are, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def verify(session: Session) -> Break | None:
    """The first break in the history of any case, in the order of their numbers; None if whole."""
    columns = Case.id, Case.number, Case.history_seq, Case.history_head
    for case_id, number, last, head in session.execute(select(*columns).order_by(Case.number)):
        entries = session.scalars(
            select(History).where(History.case_id == case_id).order_by(History.seq)
        )
        found = _first_break(entries, last, head)
        if found is not None:
            seq, reason = found
            return Break(case_id=case_id, case_number=number, seq=seq, reason=reason)
    return None


def _first_break(entries: Iterable[History], last: int, head: str) -> tuple[int, str] | None:
    """Sequence number and reason of the first break, given the head noted on the case."""
    seq, previous = 0, ""
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            return seq, "missing"
        if entry.previous != previous:
            return seq, "previous"
        if entry.hash != hash_of(entry):
            return seq, "content"
        previous = entry.hash
    if seq < last:
        return seq + 1, "missing"
    return None if (seq, previous) == (last, head) else (seq, "head")


def _as_kept(value: Mapping[str, Any]) -> dict[str, Any]:
    """The value as the database will give it back, so that its hash stays true."""
    kept: dict[str, Any] = json.loads(canonical(value))
    return kept
