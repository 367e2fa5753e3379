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
from webhooks.current import office
from webhooks.language import language, repair_text, text
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


#: entries that tell a deadline before and after, and who moved it
MOVED = ("task.extended", "task.paused", "task.resumed")


#: entries whose reason stands in what else is told of them
TOLD_WITH_REASON = (*WRITTEN, "task.recounted", "timer.recounted")


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One entry of the history as the case page shows it."""

    seq: int
    at: datetime
    #: what happened, in the reader's language
    what: str
    #: the task, table or title it is about, and what else is told of it; may be empty
    subject: str
    #: what was before and what is now; empty where nothing was exchanged for something
    change: str
    #: why, and on whose authority
    reason: str
    who: str
    #: for whom he acted; empty when as himself
    behalf: str
    hash: str

    @property
    def about(self) -> str:
        """All that is told of it, on one line."""
        return " · ".join(part for part in (self.subject, self.change, self.reason) if part)


def in_words(entry: History, regions: Mapping[str, Region]) -> Happening:
    """An entry for people; a kind without words of its own is named as it is kept."""
    key = "history_" + entry.kind.replace(".", "_")
    known = key in area("id", "web")
    details = entry.details
    subject = _subject(entry, regions)
    reason = str(details.get("reason") or "")
    return Happening(
        seq=entry.seq,
        at=entry.at,
        what=text(key) if known else text("history_other", kind=entry.kind),
        subject=subject,
        change=_change(entry, regions.get(str(details.get("region", "")))),
        reason="" if entry.kind in TOLD_WITH_REASON or reason in subject else reason,
        who=str(details.get("done_by") or entry.actor.get("name") or ""),
        behalf=str(details.get("for") or ""),
        hash=entry.hash,
    )


def _subject(entry: History, regions: Mapping[str, Region]) -> str:
    """The task, table, timer or title it is about, and whose, as far as that is told."""
    details = entry.details
    named = (details.get(name) for name in ("name", "title", "to_name", "reason"))
    words = next((str(found) for found in named if found), "") or ", ".join(
        details.get("events") or ()
    )
    region = regions.get(str(details.get("region", "")))
    people = str(details.get("person") or details.get("people") or "")
    other = str(details.get("number" if entry.kind in LINKED else "parent_number") or "")
    about = office().about(details.get("about"), language())
    words = ", ".join(part for part in (words, about) if part)
    parts = [other, words, people, region.name if region else "", _overtaken(details, region)]
    parts += [_told(details)] if entry.kind in HEARD else []
    parts += [str(details.get(WRITTEN.get(entry.kind, ""), ""))]
    if entry.kind == "decision.made":
        parts += [f"{label} {_value(value)}" for label, value in details.get("outputs", {}).items()]
    if entry.kind == "case.whereabouts":
        parts += [_since(details)]
    parts += [_paper(details), _places(details), proof_in_words(details.get("proof"))]
    parts += [text("same_person")] if details.get("same_person") else []
    return " · ".join(part for part in parts if part)


def _change(entry: History, region: Region | None) -> str:
    """What was before and what is now, for example two dates or two holders."""
    details = entry.details
    if entry.kind in HANDED:
        return _handed(details)
    if entry.kind in MOVED:
        return _moved(details, region)
    if entry.kind == "agreement.extended":
        return _extended(details)
    if entry.kind.endswith(".recounted"):
        return _recounted(details, region)
    if entry.kind in ("case.migrated", "case.migration_undone"):
        return f"{details['from']} → {details['to']}"
    if entry.kind.endswith(".migrated"):
        return _dates(details, region)
    if entry.kind in ("case.titled", "case.category", "case.stage") and "after" in details:
        name = f" {details['name']}" if details.get("name") else ""
        return f"{details.get('before') or '-'} → {details['after']}{name}"
    return ""


def _moved(details: Mapping[str, Any], region: Region | None) -> str:
    """The deadline before and after; one that stands still keeps its working days."""
    if "due_at" not in details:
        return ""
    zone = ZoneInfo(region.zone) if region else WIB

    def said(name: str) -> str:
        moment = details.get(name)
        if not moment:
            return repair_text("stands")
        return dates.moment(datetime.fromisoformat(moment), zone, language())

    left = details.get("working_days_left")
    kept = f", {repair_text('kept', count=left)}" if left is not None else ""
    return f"{said('before')} → {said('due_at')}{kept}"


def _paper(details: Mapping[str, Any]) -> str:
    """The signed paper that a task was recorded from."""
    paper = details.get("dicatat_dari")
    if not paper:
        return ""
    return repair_text(
        "from_paper",
        number=paper["nomor"],
        day=dates.short(date.fromisoformat(paper["tanggal"]), language()),
        signatory=paper["penanda_tangan"],
    )


def _since(details: Mapping[str, Any]) -> str:
    """Since when the original lies somewhere, and with which shipment."""
    if "since" not in details or "overtaken" in details:
        return ""
    day = dates.short(date.fromisoformat(details["since"]), language())
    number = str(details.get("tracking_number") or "")
    shipment = f", {text('place_tracking')} {number}" if number else ""
    return f"{text('place_since')} {day}{shipment}"


def _places(details: Mapping[str, Any]) -> str:
    """Where a moved case went, and what closed and opened."""
    parts = [
        repair_text(key, names=", ".join(details[key]))
        for key in ("closed", "opened")
        if isinstance(details.get(key), list)
    ]
    to = str(details.get("to_name") or "") if "name" in details else ""
    return "; ".join(part for part in (to, *parts) if part)


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


def _dates(details: Mapping[str, Any], region: Region | None) -> str:
    """A deadline before and after, where there was one before."""
    zone = ZoneInfo(region.zone) if region else WIB
    before, after = (
        dates.moment(datetime.fromisoformat(details[name]), zone, language())
        if details.get(name)
        else "-"
        for name in ("before", "after")
    )
    return f"{before} → {after}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return text("yes") if value else text("no")
    return text("unknown") if value is None else str(value)
