"""Messages as pages and machines are shown them: their ledger, and the words for one's telephone.

The ledger says what is known and no more: made, prepared, taken by the mail server, refused, stated
by somebody to have arrived, its link asked for. None of it proves that anybody read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy.orm import Session

from processes.office import Office
from processes.store.questions import Addressed
from processes.store.tables import LedgerEntry, Message, MessageEvent
from processes.store.ways import CHANNEL, HAND
from worker.writing import write_letter

MADE = "dibuat"
TAKEN_BY_MAIL, TAKEN_BY_SERVICE = "diterima_server_surel", "diterima_layanan_pesan"
#: every event a ledger may show
EVENTS = (
    MADE,
    *(entry.value for entry in LedgerEntry if entry is not LedgerEntry.ACCEPTED),
    TAKEN_BY_MAIL,
    TAKEN_BY_SERVICE,
)


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """One line of a message's ledger."""

    #: one of EVENTS
    event: str
    at: datetime
    #: who did or states it; empty for the clock
    by: str
    #: what a server or a person said
    note: str
    #: whether it went, or was prepared to go, from somebody's own telephone
    by_hand: bool


@dataclass(frozen=True, kw_only=True)
class HandMessage:
    """A message for the clerk's own telephone."""

    #: `https://wa.me/…?text=…`
    url: str
    text: str


def ledger_of(message: Message, lines: Sequence[MessageEvent]) -> list[LedgerLine]:
    """The whole ledger of a message, from the moment it was made."""
    made = LedgerLine(event=MADE, at=message.created_at, by="", note="", by_hand=False)
    return [made, *(_line(line) for line in lines)]


def _line(line: MessageEvent) -> LedgerLine:
    event = line.kind.value
    if line.kind is LedgerEntry.ACCEPTED:
        event = TAKEN_BY_SERVICE if line.channel == CHANNEL else TAKEN_BY_MAIL
    return LedgerLine(
        event=event, at=line.at, by=line.by, note=line.note, by_hand=line.channel == HAND
    )


def for_the_telephone(
    office: Office, session: Session, found: Addressed, now: datetime
) -> HandMessage:
    """The words of a message, with its link, and the address that opens them in WhatsApp.

    Without a telephone number WhatsApp asks whom to send them to.
    """
    letter = write_letter(office, session, found.message, now)
    text = f"*{letter.subject}*\n\n{letter.text.strip()}"
    phone = (found.person.phone if found.person else "") or ""
    number = "".join(sign for sign in phone if sign.isdigit())
    return HandMessage(url=f"https://wa.me/{number}?text={quote(text, safe='')}", text=text)
