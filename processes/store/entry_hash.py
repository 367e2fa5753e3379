"""How an entry of the history, and whatever else is sealed, is put into one hash."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from processes.store.tables import History

_ONE_SPELLING = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def hash_of(entry: History | Row[Any]) -> str:
    """SHA-256, hex, over the hash before the entry and the entry's canonical JSON."""
    content = {
        "case": entry.case_id,
        "seq": entry.seq,
        "at": as_text(entry.at),
        "kind": entry.kind,
        "actor": entry.actor,
        "details": entry.details,
    }
    return hashlib.sha256((entry.previous + canonical(content)).encode()).hexdigest()


def as_text(moment: datetime) -> str:
    """A moment in the one spelling that is hashed."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(value: Any) -> str:
    """JSON with one spelling only: sorted keys, no spaces, letters as they are, no NaN."""
    return _ONE_SPELLING.encode(value)
