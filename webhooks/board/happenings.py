"""The history of a case in words: what happened, about what, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from processes.sentences import area
from processes.store.tables import History
from webhooks.language import text


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One entry of the history as the case page shows it."""

    seq: int
    at: datetime
    #: what happened, in the reader's language
    what: str
    #: the task, reason or title it is about; may be empty
    about: str
    who: str
    hash: str


def in_words(entry: History) -> Happening:
    """An entry for people; a kind without words of its own is named as it is kept."""
    key = "history_" + entry.kind.replace(".", "_")
    known = key in area("id", "web")
    about = (entry.details.get(name) for name in ("name", "title", "reason"))
    return Happening(
        seq=entry.seq,
        at=entry.at,
        what=text(key) if known else text("history_other", kind=entry.kind),
        about=next((str(found) for found in about if found), ""),
        who=str(entry.details.get("done_by") or entry.actor.get("name") or ""),
        hash=entry.hash,
    )
