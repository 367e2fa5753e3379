"""The letter about a request to publish: the product's own words, not those of a procedure."""

from __future__ import annotations

from sqlalchemy.orm import Session

from processes.engine.texts import Text
from processes.office import Office
from processes.sentences import say
from processes.sentences.dates import day
from processes.store import folder_drafts, publications
from processes.store.tables import Account, Message


def write_request(office: Office, session: Session, message: Message) -> Text:
    """Who asks to publish what and why, where to look at it, and until when to decide."""
    account = session.get_one(Account, message.values["akun"])
    request = publications.find_request(session, message.values["permintaan"])
    draft = folder_drafts.find_draft(session, request.draft_id)
    zone = office.calendar.zone(account.region_code)
    body = say(
        "publishing.letter_text",
        name=account.name,
        title=draft.title,
        asked_by=request.asked_by,
        note=request.note,
        basis=request.basis or "-",
        url=f"{office.settings.base_url}/terbitan/{request.id}",
        until=day(request.expires_at.astimezone(zone).date()),
    )
    subject = say("publishing.letter_subject", title=draft.title)
    return Text(subject=subject, body=body.strip() + "\n")
