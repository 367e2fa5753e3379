"""Messages in words and colours, as the board's lists show them."""

from __future__ import annotations

from processes.store.tables import MessageStatus
from webhooks.dates import moment
from webhooks.language import language, text
from webhooks.messages import LedgerLine
from webhooks.rendering import WIB

TONES = {
    MessageStatus.WAITING: "info",
    MessageStatus.SENT: "good",
    MessageStatus.PARKED: "bad",
    MessageStatus.DROPPED: "info",
    MessageStatus.BY_HAND: "soon",
    MessageStatus.DELIVERED: "good",
}


def ledger_in_words(line: LedgerLine) -> str:
    """A line of the ledger in words, for example "dinyatakan sampai oleh Sari Contoh"."""
    key = f"ledger_{line.event}" + ("_by_hand" if line.event == "disiapkan" and line.by else "")
    at = moment(line.at, WIB, language())
    return " · ".join(part for part in (at, text(key, by=line.by), line.note) if part)
