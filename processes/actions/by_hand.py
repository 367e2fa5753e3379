"""What people do with messages that the installation could not bring: send them from their own
telephone, have them sent again, state that they arrived. Each says who did it.

A message becomes someone's handiwork as soon as he asks for its words; nobody else sends it then.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.wording import readable
from processes.errors import Conflict, NotFound
from processes.store import (
    confirmation_codes,
    handwork,
    history,
    ledger,
    links,
    outbox,
    questions,
)
from processes.store.kinds import CODE, DAILY, INVITATION, PUBLICATION, is_pointless, listed_links
from processes.store.locks import lock_case
from processes.store.mail_way import PACE
from processes.store.tables import Case, LedgerEntry, Link, Message, MessageStatus
from processes.store.viewer import Viewer
from processes.store.ways import HAND, way_to

if TYPE_CHECKING:
    from processes.office import Office

#: what may still be sent in another way
UNSENT = (MessageStatus.WAITING, MessageStatus.PARKED, MessageStatus.BY_HAND)
#: messages that one press lets be tried at most
MOST_AT_ONCE = 200
#: what somebody may state to have arrived
ON_ITS_WAY = (*UNSENT, MessageStatus.SENT)


def take_by_hand(office: Office, message_id: str, *, actor: Actor, now: datetime) -> Message:
    """Take a message over to send it from one's own telephone; it carries a fresh link from now on,
    and older ones keep working.

    Raises NotFound, or Conflict when it was sent or has lost its point.
    """
    with office.database.write() as session:
        message, case = _take(session, message_id, actor)
        if message.kind == INVITATION:
            raise Conflict("accounts.invitation_by_hand")
        if message.kind == PUBLICATION:
            raise Conflict("publishing.letter_by_hand")
        if message.status not in UNSENT:
            raise Conflict("errors.message_not_waiting")
        if is_pointless(session, message, now):
            raise Conflict("errors.message_pointless")
        _freshen(session, office, message, now)
        if message.kind == CODE:
            confirmation_codes.send_by_hand(session, message.values["kode"], actor.name, now)
        message.status, message.lease_until = MessageStatus.BY_HAND, None
        ledger.note(
            session,
            message,
            LedgerEntry.PREPARED,
            now=now,
            by=actor.name,
            channel=HAND,
            link_id=message.link_id,
        )
        _record(session, case, message, "message.by_hand", actor, now)
        session.flush()
        return message


def send_again(office: Office, message_id: str, *, actor: Actor, now: datetime) -> None:
    """Let a message try anew from the start, by the best way there is to its official now.

    Raises NotFound, or Conflict when it is neither put aside nor refused and waiting for a later
    try, or nothing but a telephone reaches him.
    """
    _send_at(office, message_id, now, actor=actor, now=now)


def send_all_now(office: Office, *, actor: Actor, now: datetime) -> int:
    """Let what was refused and waits for a later try be tried now, as far as the actor may see it:
    the oldest first, one after the other, so that a server that just came back is not flooded. How
    many messages; what is more than a press carries waits for the next one.
    """
    viewer = Viewer(name=actor.name, role=actor.kind, regions=actor.regions)
    with office.database.read() as session:
        found = questions.refused_messages(session, viewer, now, limit=MOST_AT_ONCE)
    count = 0
    for message_id in found:
        # one that was sent or lost its point meanwhile needs nobody
        with suppress(Conflict, NotFound):
            _send_at(office, message_id, now + count * PACE, actor=actor, now=now)
            count += 1
    return count


def _send_at(
    office: Office, message_id: str, moment: datetime, *, actor: Actor, now: datetime
) -> None:
    with office.database.write() as session:
        message, case = _take(session, message_id, actor)
        is_untried = message.status is MessageStatus.WAITING and message.last_error is None
        if message.status not in UNSENT or is_untried:
            raise Conflict("errors.message_not_parked")
        if message.kind == CODE or is_pointless(session, message, now):
            raise Conflict("errors.message_pointless")
        person = handwork.person_of(session, message)
        way = None if person is None else way_to(person)
        if person is not None and (way is None or way.channel == HAND):
            raise Conflict("errors.message_no_way", name=person.name)
        if way is not None:
            message.channel, message.address = way.channel, way.address
        outbox.send_again(session, message.id, now=moment)
        ledger.note(session, message, LedgerEntry.AGAIN, now=now, by=actor.name)
        _record(session, case, message, "message.again", actor, now)


def state_delivered(
    office: Office, message_id: str, *, by: str, note: str = "", actor: Actor, now: datetime
) -> None:
    """Note that somebody (`by`, in his own words) states that a message arrived.

    Raises NotFound, InvalidAnswers without a name, or Conflict when that was stated before or the
    message was let go.
    """
    name = readable(by, field="by", missing="errors.message_by_missing", limit=200)
    said = readable(note, field="note", missing="errors.message_note", limit=1000) if note else ""
    with office.database.write() as session:
        message, case = _take(session, message_id, actor)
        if message.status not in ON_ITS_WAY:
            raise Conflict("errors.message_settled")
        message.status, message.lease_until = MessageStatus.DELIVERED, None
        ledger.note(session, message, LedgerEntry.STATED, now=now, by=name, said=said, channel=HAND)
        _record(session, case, message, "message.delivered", actor, now, stated_by=name)


def _take(session: Session, message_id: str, actor: Actor) -> tuple[Message, Case | None]:
    """The message, for this act alone, with its case; NotFound when the actor may not see it."""
    case_id = handwork.case_of(session, message_id)
    case = None if case_id is None else lock_case(session, case_id)
    message = handwork.lock(session, message_id)
    viewer = Viewer(name=actor.name, role=actor.kind, regions=actor.regions)
    if message is None or questions.find_message(session, viewer, message_id) is None:
        raise NotFound
    return message, case


def _freshen(session: Session, office: Office, message: Message, now: datetime) -> None:
    """Give the message fresh links in place of those it has."""
    if message.link_id is not None:
        old = session.get_one(Link, message.link_id)
        old.carried_by = message.id
        message.link_id = _again(session, office, old, message, now)
    if message.kind == DAILY:
        listed = [link for link, _task in listed_links(session, message)]
        fresh = [_again(session, office, link, message, now) for link in listed]
        message.values = {**message.values, "tautan": fresh}


def _again(session: Session, office: Office, old: Link, message: Message, now: datetime) -> str:
    """A fresh link (id) like an older one, carried by the message."""
    link, _token = links.create(
        session, office.secret, old.task_id, old.official_id, now, purpose=old.purpose
    )
    link.carried_by = message.id
    return link.id


def _record(
    session: Session,
    case: Case | None,
    message: Message,
    kind: str,
    actor: Actor,
    now: datetime,
    **more: str,
) -> None:
    """Write the act down in the history of the message's case, if it has one."""
    if case is None:
        return
    person = handwork.person_of(session, message)
    details = {
        "message": message.id,
        "task": message.task_id,
        "region": handwork.region_of(session, message),
        "person": "" if person is None else person.name,
        **more,
    }
    history.append(session, case, at=now, kind=kind, actor=actor.as_entry(), details=details)
