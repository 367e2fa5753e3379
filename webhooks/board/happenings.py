"""The history of a case in words: what happened, about what, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from processes.sentences import area
from processes.store.tables import History, Region
from webhooks import dates
from webhooks.language import language, text
from webhooks.proofs import proof_in_words
from webhooks.rendering import WIB

#: entries that tell who heard of it
HEARD = ("task.escalated", "task.warned")
#: entries that name another case by its number
LINKED = ("case.continued", "agreement.extended")
#: entries that tell who held a task, or by which channel he is written to, before and after
HANDED = ("task.holders", "task.reassigned", "task.forwarded", "person.channel")
#: entries whose point is what somebody wrote, and under which name
WRITTEN = {
    "task.declined": "reason",
    "task.sent_back": "reason",
    "task.recalled": "reason",
    "task.asked": "question",
    "task.replied": "answer",
    "case.commented": "text",
}


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


def in_words(entry: History, regions: Mapping[str, Region]) -> Happening:
    """An entry for people; a kind without words of its own is named as it is kept."""
    key = "history_" + entry.kind.replace(".", "_")
    known = key in area("id", "web")
    return Happening(
        seq=entry.seq,
        at=entry.at,
        what=text(key) if known else text("history_other", kind=entry.kind),
        about=_about(entry, regions),
        who=str(entry.details.get("done_by") or entry.actor.get("name") or ""),
        hash=entry.hash,
    )


def _about(entry: History, regions: Mapping[str, Region]) -> str:
    """The task, table, timer or reason it is about, and whose, as far as that is told."""
    details = entry.details
    named = (details.get(name) for name in ("name", "title", "reason"))
    words = next((str(found) for found in named if found), "") or ", ".join(
        details.get("events") or ()
    )
    region = regions.get(str(details.get("region", "")))
    people = str(details.get("person") or details.get("people") or "")
    other = str(details.get("number" if entry.kind in LINKED else "parent_number") or "")
    parts = [other, words, people, region.name if region else "", _overtaken(details, region)]
    parts += [_handed(details)] if entry.kind in HANDED else []
    parts += [_told(details)] if entry.kind in HEARD else []
    parts += [_extended(details)] if entry.kind == "agreement.extended" else []
    parts += [str(details.get(WRITTEN.get(entry.kind, ""), ""))]
    parts += [_recounted(details, region)] if entry.kind.endswith(".recounted") else []
    if entry.kind == "decision.made":
        parts += [f"{label} {_value(value)}" for label, value in details.get("outputs", {}).items()]
    parts += [proof_in_words(details.get("proof"))]
    parts += [text("same_person")] if details.get("same_person") else []
    return " · ".join(part for part in parts if part)


def _handed(details: Mapping[str, Any]) -> str:
    """Who had a task and who has it now, both by name."""
    before, after = ("; ".join(details.get(name) or ()) for name in ("before", "after"))
    return f"{before or '-'} → {after or '-'}"


def _extended(details: Mapping[str, Any]) -> str:
    """The end of the agreement before and after."""
    before, after = (
        dates.day(date.fromisoformat(details[name]), language()) for name in ("before", "after")
    )
    return f"{before} → {after}"


def _told(details: Mapping[str, Any]) -> str:
    """Whom an escalation reached; why nobody, as far as that is known."""
    if details.get("to"):
        return text("escalated_to", names="; ".join(details["to"]))
    why = details.get("nobody")
    return text(f"escalated_to_{why}") if why else ""


def _overtaken(details: Mapping[str, Any], region: Region | None) -> str:
    """For example "Dianggap setuju sejak Rabu, 9 September 2026 pukul 16.00 WIB"."""
    if "overtaken" not in details:
        return ""
    zone = ZoneInfo(region.zone) if region else WIB
    since = dates.moment(datetime.fromisoformat(details["since"]), zone, language())
    return text("overtaken_since", name=details["overtaken"], since=since)


def _recounted(details: Mapping[str, Any], region: Region | None) -> str:
    """The deadline before and after a change of the calendar, and by what it was changed."""
    zone = ZoneInfo(region.zone) if region else WIB
    before, after = (
        dates.moment(datetime.fromisoformat(details[name]), zone, language())
        for name in ("before", "after")
    )
    return text("recounted", before=before, after=after, why=details["reason"])


def _value(value: object) -> str:
    if isinstance(value, bool):
        return text("yes") if value else text("no")
    return text("unknown") if value is None else str(value)
