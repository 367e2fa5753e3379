"""What becomes of claimed messages that are not sent and not tried again on the schedule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from processes.store import ledger
from processes.store.kinds import ESCALATION, FRESH, REMINDER, RUNG
from processes.store.tables import LedgerEntry, Message, MessageStatus
from processes.store.tries import is_early
from processes.store.ways import MAIL


def park(session: Session, message_id: str, *, error: str, now: datetime) -> None:
    """Put aside a message that no further try can deliver; the board shows it with the error."""
    message = session.get_one(Message, message_id)
    if message.status is MessageStatus.WAITING:
        ledger.note(session, message, LedgerEntry.REFUSED, now=now, said=error)
    _settle(session, message_id, MessageStatus.PARKED, error)


def turn_to_mail(
    session: Session, message_id: str, address: str, *, error: str, now: datetime
) -> None:
    """Send by mail, at once, what a channel refused."""
    message = session.get_one(Message, message_id)
    if message.status is MessageStatus.WAITING:
        ledger.note(session, message, LedgerEntry.REFUSED, now=now, said=error)
        message.channel, message.address = MAIL, address
        message.attempts, message.not_before, message.lease_until = 0, now, None
        session.flush()


def drop(session: Session, message_id: str) -> None:
    """Let go of a message that has become pointless, for example of a task that is closed."""
    _settle(session, message_id, MessageStatus.DROPPED, None)


def drop_unsent(session: Session, task_id: str) -> None:
    """Let go of the reminders and escalations of a task that did not go out yet.

    What waits for somebody's hand may carry the only link there is: it stays, as plain word of the
    task.
    """
    of_task = update(Message).where(Message.task_id == task_id)
    by_hand = of_task.where(Message.status == MessageStatus.BY_HAND)
    session.execute(by_hand.where(Message.kind == REMINDER).values(kind=FRESH))
    session.execute(by_hand.where(Message.kind == ESCALATION).values(status=MessageStatus.DROPPED))
    session.execute(
        of_task.where(Message.status.in_((MessageStatus.WAITING, MessageStatus.PARKED)))
        .where(or_(Message.kind.in_((REMINDER, ESCALATION)), Message.key.startswith(RUNG)))
        .values(status=MessageStatus.DROPPED, lease_until=None)
    )


def drop_unsent_of_agreement(session: Session, case_id: str) -> None:
    """Let go of what was to be told of the end of a case's agreement and did not go out yet."""
    unsent = (MessageStatus.WAITING, MessageStatus.PARKED, MessageStatus.BY_HAND)
    session.execute(
        update(Message)
        .where(Message.case_id == case_id, Message.task_id.is_(None), Message.status.in_(unsent))
        .where(Message.key.startswith(RUNG))
        .values(status=MessageStatus.DROPPED, lease_until=None)
    )


def give_back(session: Session, message_ids: Collection[str], *, now: datetime) -> None:
    """Return messages, claimed at `now`, that were not tried at all: the try is not counted."""
    for message_id in message_ids:
        message = session.get_one(Message, message_id)
        if message.status is MessageStatus.WAITING:
            message.lease_until = None
            message.attempts -= not is_early(message, now)


def postpone(
    session: Session, messages: Sequence[Message], until: datetime, *, now: datetime
) -> None:
    """Give claimed messages back untried, to share one letter at a later moment."""
    for message in messages:
        message.attempts -= not is_early(message, now)
        message.not_before, message.collapsible = until, True
        message.lease_until, message.shares_with = None, None
    session.flush()


def _settle(session: Session, message_id: str, status: MessageStatus, error: str | None) -> None:
    """Change a message that still waits; one that another sender settled stays as it is."""
    waiting = update(Message).where(
        Message.id == message_id, Message.status == MessageStatus.WAITING
    )
    kept = {} if error is None else {"last_error": error[:2000]}
    session.execute(waiting.values(status=status, lease_until=None, **kept))
