"""From a message of the outbox to a letter: in whose words it is written, alone or with others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import formataddr

from sqlalchemy.orm import Session

from processes.engine.texts import Text
from processes.office import Office
from processes.sentences import say
from processes.store.kinds import DIGESTS, INVITATION, PUBLICATION, SEAL
from processes.store.tables import Case, Message
from worker import ahead, summaries, texts
from worker.facts import facts_of
from worker.invitations import write_invitation
from worker.letters import Letter
from worker.publications import write_request


def write_letter(office: Office, session: Session, message: Message, now: datetime) -> Letter:
    """The letter of a message, in the words of the version that its case runs on; that to
    an account in the product's own."""
    if message.kind == INVITATION:
        return _letter(office, message, write_invitation(office, session, message), now)
    if message.kind == PUBLICATION:
        return _letter(office, message, write_request(office, session, message), now)
    read = summaries.facts_of_digest if message.kind in DIGESTS else facts_of
    facts = read(office, session, message, now)
    text = texts.write(message.kind, _owners(office, session, message), facts)
    return _letter(office, message, text, now)


def write_together(
    office: Office, session: Session, messages: Sequence[Message], now: datetime
) -> Letter:
    """One letter for several messages to the same address, in the order of their moments.

    It carries the Message-ID of the first, so that a second try threads with the first one.
    """
    first = messages[0]
    if all(each.kind == SEAL for each in messages):
        facts = summaries.facts_of_seals(session, messages)
        return _letter(
            office, first, texts.write(SEAL, _owners(office, session, first), facts), now
        )
    facts = summaries.facts_of_several(office, session, messages, now)
    text = texts.write("rangkuman", _owners(office, session, first), facts)
    return _letter(office, first, text, now)


def _owners(office: Office, session: Session, message: Message) -> Mapping[str, bytes]:
    """The owner's files whose words count: those of the case's version, or of a digest's."""
    if message.case_id is not None:
        return office.procedure_of(session, ahead.one(session, Case, message.case_id)).files
    version = message.values.get("versi")
    return {} if version is None else office.procedure(session, version).files


def _letter(office: Office, message: Message, text: Text, now: datetime) -> Letter:
    return Letter(
        message_id=message.message_id,
        sender=formataddr((say("worker.sender"), office.settings.mail_from)),
        address=message.address,
        subject=text.subject,
        text=text.body,
        written_at=now,
    )
