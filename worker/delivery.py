"""Delivering what is in the outbox: claim, write, send, mark; never twice on purpose, never lost.

1. Claim a few due messages with a lease, in one transaction.
2. Read what their letters need and write them, in a second one; what was written a second ago is
   written anew, as a task may have been closed meanwhile.
3. Send each without any transaction, as the mail server may take its time; all over one connection.
4. Mark each as sent or failed, in a transaction of its own.

A crash between 3 and 4 sends the letter once more when the lease has run out, with the same
Message-ID, so that mail programs show it once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from processes.office import Office
from processes.sentences import say
from processes.store import outbox, pauses, undelivered
from processes.store.kinds import CODE
from processes.store.sealing import unseal
from processes.store.tables import Message, Person
from processes.store.ways import CHANNEL, MAIL
from worker.channels import Channel, EmlChannel, Refused, channel_of, kept_open
from worker.chat import ChatChannel
from worker.letters import Letter
from worker.sharing import claim_letters
from worker.written import Desk, Written

log = logging.getLogger(__name__)

#: seconds after which the rest of a slow batch is given back, well within the lease
ENOUGH = 30.0


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one batch did."""

    #: messages claimed
    tried: int = 0
    #: messages handed over
    sent: int = 0


def deliver_due(office: Office, now: datetime, limit: int = 20) -> int:
    """Deliver everything that is due at `now`; returns how many letters were handed over.

    Without a mail server the mails wait, and the administrator's board counts them.
    """
    mail = channel_of(office.settings)
    sent = 0
    while (batch := deliver_batch(office, mail, now, limit)).tried:
        sent += batch.sent
    return sent


def deliver_batch(
    office: Office,
    mail: Channel | None,
    now: datetime,
    limit: int,
    *,
    alive: Callable[[], None] = lambda: None,
) -> Batch:
    """Claim up to `limit` due messages and deliver them; mails only where there is a way for them,
    and none that waits for somebody's hand; nothing while the sending is paused after a restore.
    `alive` is called after each letter."""
    ways = (CHANNEL,) if mail is None else (CHANNEL, MAIL)
    with office.database.write() as session:
        if pauses.running(session) is not None:
            return Batch()
        claimed, tried = claim_letters(office, session, now, limit, ways)
    give_up_at = time.monotonic() + ENOUGH
    sent = 0
    with ExitStack() as stack:
        way = mail and stack.enter_context(kept_open(mail))
        desk = Desk(office, claimed, now)
        for done, together in enumerate(claimed):
            if done and time.monotonic() > give_up_at:
                _give_back(office, [message for rest in claimed[done:] for message in rest], now)
                break
            sent += _deliver(office, way, together, now, partial(desk.write, done))
            alive()
    return Batch(tried=tried, sent=sent)


def _give_back(office: Office, rest: Sequence[Message], now: datetime) -> None:
    with office.database.write() as session:
        undelivered.give_back(session, [message.id for message in rest], now=now)


def _deliver(
    office: Office,
    mail: Channel | None,
    together: Sequence[Message],
    now: datetime,
    write: Callable[[], Written],
) -> bool:
    """Write, send and mark messages that share one mail; whether it was handed over."""
    try:
        written = write()
        if written.letter is not None:
            _send(office, mail, written.told[0], written.letter)
    except Refused as refusal:
        _note_refusal(office, together, refusal, now)
        return False
    except Exception as error:
        # One message that cannot be written must not keep the others back: they go out without it,
        # and it is tried again like one that was refused, and parked with its error in the end.
        if len(together) > 1:
            desk = Desk(office, [[message] for message in together], now)
            singly = [
                _deliver(office, mail, [message], now, partial(desk.write, number))
                for number, message in enumerate(together)
            ]
            return any(singly)
        log.exception("message cannot be written", extra=_ids(together[0]))
        _note_refusal(office, together, Refused(f"{type(error).__name__}: {error}"), now)
        return False
    _mark(office, together, written, now)
    return written.letter is not None


def _ids(message: Message) -> dict[str, str | None]:
    """What a log tells of a message: no address, and none of its words."""
    return {"letter": message.id, "case": message.case_id, "task": message.task_id}


def _send(office: Office, mail: Channel | None, message: Message, letter: Letter) -> None:
    """Hand a letter over; a trial shows a code in its mailbox too, whichever way it goes."""
    _way_of(office, mail, message).send(letter)
    if message.kind == CODE and message.channel == CHANNEL and isinstance(mail, EmlChannel):
        mail.send(letter)


def _mark(office: Office, together: Sequence[Message], written: Written, now: datetime) -> None:
    """Note which messages went out, and that there was no point in the others."""
    letter, told = written.letter, written.told
    sent = {message.id for message in told}
    with office.database.write() as session:
        for message in together:
            if letter is not None and message.id in sent:
                first = None if message.id == told[0].id else told[0].id
                outbox.mark_sent(
                    session, message.id, now=now, subject=letter.subject, shares_with=first
                )
            else:
                undelivered.drop(session, message.id)


def _way_of(office: Office, mail: Channel | None, message: Message) -> Channel:
    """The way a message takes; Refused when there is none any more."""
    if message.channel == MAIL and mail is not None and message.address:
        return mail
    if message.channel == CHANNEL:
        with office.database.read() as session:
            person = session.get(Person, message.address)
        if person is not None and person.channel_url:
            url = unseal(office.secret, person.channel_url)
            if url is None:
                raise Refused(say("worker.channel_sealed"), final=True)
            return ChatChannel(url, office.settings)
    raise Refused(say("worker.no_address"), final=True)


def _note_refusal(
    office: Office, together: Sequence[Message], refusal: Refused, now: datetime
) -> None:
    with office.database.write() as session:
        for message in together:
            log.warning("message not sent yet: %s", refusal, extra=_ids(message))
            mail = _mail_instead(session, message)
            if mail is not None:
                undelivered.turn_to_mail(session, message.id, mail, error=str(refusal), now=now)
            elif refusal.final:
                undelivered.park(session, message.id, error=str(refusal), now=now)
            else:
                outbox.mark_failed(session, message.id, error=str(refusal), now=now)


def _mail_instead(session: Session, message: Message) -> str | None:
    """Where to write at once when a channel refused; None where there is no such address, and for a
    code, which would come where the link did."""
    if message.channel != CHANNEL or message.kind == CODE:
        return None
    person = session.get(Person, message.address)
    return None if person is None else person.email
