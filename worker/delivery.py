"""Delivering what is in the outbox: claim, write, send, mark; never twice on purpose, never lost.

1. Claim a few due messages with a lease, in one transaction.
2. Read what their letters need and write them, in a second one.
3. Send each without any transaction, as the mail server may take its time.
4. Mark each as sent or failed, in a transaction of its own.

A crash between 3 and 4 sends the letter once more when the lease has run out, with the same
Message-ID, so that mail programs show it once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from processes.office import Office
from processes.sentences import say
from processes.store import outbox, undelivered
from processes.store.tables import Message
from worker.channels import Channel, Refused, channel_of
from worker.letters import Letter
from worker.writing import is_pointless, write_letter

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

    Without a channel the messages wait, and the administrator's board counts them.
    """
    channel = channel_of(office.settings)
    if channel is None:
        return 0
    sent = 0
    while (batch := deliver_batch(office, channel, now, limit)).tried:
        sent += batch.sent
    return sent


def deliver_batch(office: Office, channel: Channel, now: datetime, limit: int) -> Batch:
    """Claim up to `limit` due messages and deliver them."""
    with office.database.write() as session:
        claimed = outbox.claim(session, now, limit)
    give_up_at = time.monotonic() + ENOUGH
    sent = 0
    for done, message in enumerate(claimed):
        if done and time.monotonic() > give_up_at:
            _give_back(office, claimed[done:])
            break
        sent += _deliver(office, channel, message, now)
    return Batch(tried=len(claimed), sent=sent)


def _give_back(office: Office, rest: Sequence[Message]) -> None:
    with office.database.write() as session:
        undelivered.give_back(session, [message.id for message in rest])


def _deliver(office: Office, channel: Channel, message: Message, now: datetime) -> bool:
    """Write, send and mark one message; whether its letter was handed over."""
    try:
        letter = _write(office, message, now)
        if letter is not None:
            _hand_over(channel, message, letter)
    except Refused as refusal:
        _note_refusal(office, message, refusal, now)
        return False
    except Exception as error:
        # One message that cannot be written must not keep the others back: it is tried again like
        # one that was refused, and parked with its error in the end.
        log.exception("pesan %s tidak dapat ditulis", message.id)
        _note_refusal(office, message, Refused(f"{type(error).__name__}: {error}"), now)
        return False
    with office.database.write() as session:
        if letter is None:
            undelivered.drop(session, message.id)
        else:
            outbox.mark_sent(session, message.id, now=now, subject=letter.subject)
    return letter is not None


def _write(office: Office, message: Message, now: datetime) -> Letter | None:
    """The letter of a message; None when there is no more point in sending it."""
    with office.database.read() as session:
        if is_pointless(session, message):
            return None
        return write_letter(office, session, message, now)


def _hand_over(channel: Channel, message: Message, letter: Letter) -> None:
    if message.channel != "email" or not message.address:
        raise Refused(say("worker.no_address"), final=True)
    channel.send(letter)


def _note_refusal(office: Office, message: Message, refusal: Refused, now: datetime) -> None:
    log.warning("pesan %s belum terkirim: %s", message.id, refusal)
    with office.database.write() as session:
        if refusal.final:
            undelivered.park(session, message.id, error=str(refusal))
        else:
            outbox.mark_failed(session, message.id, error=str(refusal), now=now)
