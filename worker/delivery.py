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

from processes.actions.telling import CATCHING_UP
from processes.office import Office
from processes.sentences import say
from processes.store import alarms, outbox, undelivered
from processes.store.tables import Message
from worker.channels import Channel, Refused, channel_of
from worker.letters import Letter
from worker.writing import is_pointless, write_letter, write_together

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
    claimed = _claim(office, now, limit)
    give_up_at = time.monotonic() + ENOUGH
    sent = 0
    for done, together in enumerate(claimed):
        if done and time.monotonic() > give_up_at:
            _give_back(office, [message for rest in claimed[done:] for message in rest])
            break
        sent += _deliver(office, channel, together, now)
    return Batch(tried=len(claimed), sent=sent)


def _claim(office: Office, now: datetime, limit: int) -> list[list[Message]]:
    """Due messages, those that may share a mail side by side.

    As long as alarms wait that are as late as theirs, those that may share one wait for the rest.
    """
    with office.database.write() as session:
        found: list[list[Message]] = []
        complete = not alarms.is_behind(session, now - CATCHING_UP)
        for message in outbox.claim(session, now, limit, with_collapsible=complete):
            alike = next((t for t in found if _may_share(t[0], message)), None)
            if alike is not None:
                alike.append(message)
            else:
                found.append([message, *outbox.claim_companions(session, message, now)])
        return found


def _may_share(one: Message, other: Message) -> bool:
    both = one.collapsible and other.collapsible
    return both and (one.channel, one.address) == (other.channel, other.address)


def _give_back(office: Office, rest: Sequence[Message]) -> None:
    with office.database.write() as session:
        undelivered.give_back(session, [message.id for message in rest])


def _deliver(office: Office, channel: Channel, together: Sequence[Message], now: datetime) -> bool:
    """Write, send and mark messages that share one mail; whether it was handed over."""
    try:
        letter, told = _write(office, together, now)
        if letter is not None:
            _hand_over(channel, told[0], letter)
    except Refused as refusal:
        _note_refusal(office, together, refusal, now)
        return False
    except Exception as error:
        # One message that cannot be written must not keep the others back: it is tried again like
        # one that was refused, and parked with its error in the end.
        log.exception("pesan %s tidak dapat ditulis", together[0].id)
        _note_refusal(office, together, Refused(f"{type(error).__name__}: {error}"), now)
        return False
    _mark(office, together, told, letter, now)
    return letter is not None


def _mark(
    office: Office,
    together: Sequence[Message],
    told: Sequence[Message],
    letter: Letter | None,
    now: datetime,
) -> None:
    """Note which messages went out, and that there was no point in the others."""
    sent = {message.id for message in told}
    with office.database.write() as session:
        for message in together:
            if letter is not None and message.id in sent:
                outbox.mark_sent(session, message.id, now=now, subject=letter.subject)
            else:
                undelivered.drop(session, message.id)


def _write(
    office: Office, together: Sequence[Message], now: datetime
) -> tuple[Letter | None, Sequence[Message]]:
    """The letter of those messages in which there still is a point; None when in none."""
    with office.database.read() as session:
        told = [message for message in together if not is_pointless(session, message)]
        if not told:
            return None, told
        if len(told) == 1:
            return write_letter(office, session, told[0], now), told
        return write_together(office, session, told, now), told


def _hand_over(channel: Channel, message: Message, letter: Letter) -> None:
    if message.channel != "email" or not message.address:
        raise Refused(say("worker.no_address"), final=True)
    channel.send(letter)


def _note_refusal(
    office: Office, together: Sequence[Message], refusal: Refused, now: datetime
) -> None:
    with office.database.write() as session:
        for message in together:
            log.warning("pesan %s belum terkirim: %s", message.id, refusal)
            if refusal.final:
                undelivered.park(session, message.id, error=str(refusal))
            else:
                outbox.mark_failed(session, message.id, error=str(refusal), now=now)
