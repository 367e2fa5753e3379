"""What happened to a case: appended, never changed, each entry sealed with the one before.

The hash of an entry is SHA-256 over the hash before it and the canonical JSON of the entry, so a
changed, removed or exchanged entry shows. The database refuses changes too (migration 0003); this
chain finds those made by somebody who can switch the refusal off (`chains.verify`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store import webhook_events
from processes.store.chains import Break as Break
from processes.store.chains import verify as verify
from processes.store.entry_hash import canonical as canonical
from processes.store.entry_hash import hash_of as hash_of
from processes.store.tables import Case, History

#: kinds of acts that ask for the end of a case
ENDING = ("case.penarikan", "case.pengakhiran", "case.cancelled")


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
    webhook_events.note(session, case, entry)
    return entry


def reason_of_ending(session: Session, case_id: str) -> str:
    """What was typed when the withdrawal, ending or cancelling of a case was asked for last; empty
    when it never was."""
    asked = select(History.details).where(History.case_id == case_id, History.kind.in_(ENDING))
    details = session.scalar(asked.order_by(History.seq.desc()).limit(1))
    return str((details or {}).get("reason", ""))


def _as_kept(value: Mapping[str, Any]) -> dict[str, Any]:
    """The value as the database will give it back, so that its hash stays true."""
    kept: dict[str, Any] = json.loads(canonical(value))
    return kept
