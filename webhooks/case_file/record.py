"""The history of a case as lines of JSON that anybody can check without the product."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import Any

from processes.store import history
from processes.store.tables import History

#: the program that checks the lines; it goes into every file and stands alone
CHECKER = Path(__file__).with_name("periksa.py")
#: mark of an entry of which this viewer may not read all
WITHHELD = "disamarkan"


def lines(entries: Iterable[History]) -> bytes:
    """One JSON object a line, the oldest first; what is hashed stands in it as it was hashed."""
    return "".join(f"{history.canonical(_line(entry))}\n" for entry in entries).encode()


def _line(entry: History) -> dict[str, Any]:
    is_whole = history.hash_of(entry) == entry.hash
    return {
        "case": entry.case_id,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": entry.kind,
        "actor": entry.actor,
        "details": entry.details,
        "previous": entry.previous,
        "hash": entry.hash,
        **({} if is_whole else {WITHHELD: True}),
    }


def as_json(value: Any) -> bytes:
    """JSON for people who open it in an editor."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
