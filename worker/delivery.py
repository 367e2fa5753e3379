"""Delivering what is in the outbox: claim, write, send, mark; never twice on purpose, never lost.

1. Claim a few due messages with a lease, in one transaction.
2. Read what their letters need and write them, in a second one; what was written a second ago is
   written anew, as a task may have been closed meanwhile.
3. Send each without any transaction, as the mail server may take its time; all over one connection.
4. Mark each as sent or failed, in a transaction of its own, before the next one is sent.

A sender that is killed between 3 and 4 has sent one letter, and no more, that is not marked. When
the lease has run out another sender sends it once more, with the same Message-ID, so that mail
programs show it once. Any number of senders work side by side, on one machine or on several: who
claims a message is the only one who sends it. No letter may take longer than what is left of its
lease (`ENOUGH`, `conversation.ENOUGH_FOR_ONE`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from processes.office import Office
from processes.sentences import say
from processes.store import mail_way, outbox, pauses, undelivered
from processes.store.kinds import CODE
from processes.store.marks import Marks, marking
from processes.store.sealing import unseal
from processes.store.tables import Message, Person
from processes.store.ways import CHANNEL, MAIL
from worker.channels import Channel, EmlChannel, Refused, channel_of, kept_open
from worker.chat import ChatChannel
from worker.letters import Letter
from worker.sharing import claim_letters
from worker.written import Desk, Pace, Written

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
    #: whether as much was claimed as was allowed, so that more may wait
    is_full: bool = False


def deliver_due(office: Office, now: datetime, limit: int = 20) -> int:
    """Deliver everything that is due at `now`; returns how many letters were handed over.

    Without a mail server the mails wait, and the administrator's board counts them.
    """
    sent = 0
    with sending(office, channel_of(office.settings)) as sender:
        while (batch := sender.deliver_batch(now, limit)).tried:
            sent += batch.sent
    return sent


@contextmanager
def sending(office: Office, mail: Channel | None) -> Iterator[Sender]:
    """A sender, with the connections that its letters share; `mail` is the way of mails, None while
    there is none."""
    opened = nullcontext() if mail is None else kept_open(mail)
    with opened as way, marking(office.database) as marks:
        yield Sender(office=office, mail=way, marks=marks, pace=Pace())


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Claims, sends and marks letters, one after the other; made by `sending`."""

    office: Office
    #: the way of mails; None when they must wait
    mail: Channel | None
    marks: Marks
    pace: Pace

    def deliver_batch(
        self, now: datetime, limit: int, *, alive: Callable[[], None] = lambda: None
    ) -> Batch:
        """Claim up to `limit` due messages and deliver them; mails only where there is a way for
        them, and none that waits for somebody's hand; nothing while the sending is paused after a
        restore. `alive` is called after each letter. Once mails are taken again, those that waited
        for that are brought forward."""
        ways = (CHANNEL,) if self.mail is None else (CHANNEL, MAIL)
        with self.office.database.write() as session:
            if pauses.running(session) is not None:
                return Batch()
            claimed, tried = claim_letters(self.office, session, now, limit, ways)
        give_up_at = time.monotonic() + ENOUGH
        sent = mailed = 0
        desk = Desk(self.office, claimed, now, self.pace)
        for done, together in enumerate(claimed):
            if done and time.monotonic() > give_up_at:
                _give_back(self.office, [message for t in claimed[done:] for message in t], now)
                break
            by_mail = together[0].channel == MAIL
            is_sent = self._deliver(together, partial(desk.write, done), now)
            sent, mailed = sent + is_sent, mailed + (is_sent and by_mail)
            alive()
        if mailed:
            with self.office.database.write() as session:
                mail_way.note_taken(session, count=mailed, now=now)
        is_full = sum(map(len, claimed)) >= limit
        return Batch(tried=tried, sent=sent, is_full=is_full)

    def _deliver(
        self, together: Sequence[Message], write: Callable[[], Written], now: datetime
    ) -> bool:
        """Write, send and mark messages that share one mail; whether it was handed over."""
        try:
            written = write()
            if written.letter is not None:
                self._send(written.told[0], written.letter)
        except Refused as refusal:
            self._note_refusal(together, refusal, now)
            return False
        except Exception as error:
            # One message that cannot be written must not keep the others back: they go out without
            # it, and it is tried again like one that was refused, and parked with its error in the
            # end.
            if len(together) > 1:
                return self._deliver_singly(together, now)
            log.exception("message cannot be written", extra=_ids(together[0]))
            self._note_refusal(together, Refused(f"{type(error).__name__}: {error}"), now)
            return False
        self._mark(together, written, now)
        return written.letter is not None

    def _deliver_singly(self, together: Sequence[Message], now: datetime) -> bool:
        desk = Desk(self.office, [[message] for message in together], now, self.pace)
        sent = [
            self._deliver([message], partial(desk.write, number), now)
            for number, message in enumerate(together)
        ]
        return any(sent)

    def _send(self, message: Message, letter: Letter) -> None:
        """Hand a letter over; a trial shows a code in its mailbox too, whichever way it goes."""
        self._way_of(message).send(letter)
        if (
            message.kind == CODE
            and message.channel == CHANNEL
            and isinstance(self.mail, EmlChannel)
        ):
            self.mail.send(letter)

    def _mark(self, together: Sequence[Message], written: Written, now: datetime) -> None:
        """Note which messages went out, and that there was no point in the others."""
        letter, told = written.letter, written.told
        if letter is not None and len(together) == 1:
            self.marks.sent(told[0], subject=letter.subject, now=now)
            return
        sent = {message.id for message in told}
        with self.office.database.write() as session:
            for message in together:
                if letter is not None and message.id in sent:
                    first = None if message.id == told[0].id else told[0].id
                    outbox.mark_sent(
                        session, message.id, now=now, subject=letter.subject, shares_with=first
                    )
                else:
                    undelivered.drop(session, message.id)

    def _way_of(self, message: Message) -> Channel:
        """The way a message takes; Refused when there is none any more."""
        if message.channel == MAIL and self.mail is not None and message.address:
            return self.mail
        if message.channel == CHANNEL:
            with self.office.database.read() as session:
                person = session.get(Person, message.address)
            if person is not None and person.channel_url:
                url = unseal(self.office.secret, person.channel_url)
                if url is None:
                    raise Refused(say("worker.channel_sealed"), final=True)
                return ChatChannel(url, self.office.settings)
        raise Refused(say("worker.no_address"), final=True)

    def _note_refusal(self, together: Sequence[Message], refusal: Refused, now: datetime) -> None:
        with self.office.database.write() as session:
            for message in together:
                log.warning("message not sent yet: %s", refusal, extra=_ids(message))
                mail = _mail_instead(session, message)
                said = str(refusal)
                if mail is not None:
                    undelivered.turn_to_mail(session, message.id, mail, error=said, now=now)
                elif refusal.final:
                    undelivered.park(session, message.id, error=said, now=now)
                else:
                    outbox.mark_failed(session, message.id, error=said, now=now)


def _give_back(office: Office, rest: Sequence[Message], now: datetime) -> None:
    with office.database.write() as session:
        undelivered.give_back(session, [message.id for message in rest], now=now)


def _ids(message: Message) -> dict[str, str | None]:
    """What a log tells of a message: no address, and none of its words."""
    return {"letter": message.id, "case": message.case_id, "task": message.task_id}


def _mail_instead(session: Session, message: Message) -> str | None:
    """Where to write at once when a channel refused; None where there is no such address, and for a
    code, which would come where the link did."""
    if message.channel != CHANNEL or message.kind == CODE:
        return None
    person = session.get(Person, message.address)
    return None if person is None else person.email
