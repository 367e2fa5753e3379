"""Kinds of messages by what becomes of them: what asks for a task loses its point with the task."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from processes.store.tables import (
    Case,
    CaseStatus,
    ConfirmationCode,
    Link,
    Message,
    MessageStatus,
    Official,
    PartyReply,
    PublicationRequest,
    ReplyStatus,
    SignIn,
    Task,
    TaskStatus,
)

#: what a holder is told when his task opens and before it is late, and his house when it is late
FRESH, REMINDER, ESCALATION = "tugas_baru", "pengingat", "eskalasi"
#: what his house is told before silence counts as an answer
WARNING = "peringatan"
#: how the keys of what an alarm says begin; its id and the official's follow
RUNG = "alarm:"
#: kind that asks the cooperation office to record a task from its paper
RECORD = "catat"
#: kinds that ask for a task to be done; they are pointless once it is closed
ASKING = frozenset(
    {
        FRESH,
        REMINDER,
        ESCALATION,
        WARNING,
        "siapkan",
        "konfirmasi",
        "dikembalikan",
        RECORD,
        "pilih_pejabat",
        "dialihkan",
        "kode",
    }
)
#: kind that asks for what may follow after a task is finished
LATER = "lengkapi"
#: kind that asks to check a signed reply of a partner; it names the reply's row
REPLY = "balasan_mitra"
#: kind that brings a one-time code; it names the code's row, never the code
CODE = "kode"
#: kind that brings the new link that somebody asked for
RENEWED = "tautan_baru"
#: kind that brings an invitation to an account; it names the invitation, never its token
INVITATION = "undangan_akun"
#: kind that asks an account to decide on a request to publish
PUBLICATION = "usulan_terbitan"
#: kinds to accounts, which are in no case and in the product's own words
TO_ACCOUNTS = frozenset({INVITATION, PUBLICATION})
#: what goes out at once, in a letter of its own: somebody sits and waits for it, or it has nothing
#: in common with the letters of cases
WAITED_FOR = frozenset({CODE, RENEWED, *TO_ACCOUNTS})
#: an official's open tasks each morning, and what is late in a head's house each week
DAILY, WEEKLY = "ringkasan", "ringkasan_mingguan"
DIGESTS = frozenset({DAILY, WEEKLY})
#: the hash of the newest seal of all histories, for a region to keep
SEAL = "segel"


def is_pointless(session: Session, message: Message, now: datetime) -> bool:
    """Whether it asks for something that is settled, or carries a link that was revoked."""
    if message.link_id is not None and session.get_one(Link, message.link_id).revoked_at:
        return True
    if message.kind == CODE and not is_living(
        session.get_one(ConfirmationCode, message.values["kode"]), now
    ):
        return True
    settled = _SETTLED.get(message.kind)
    if settled is not None:
        return settled(session, message, now)
    if message.kind in DIGESTS:
        return not _has_anything(session, message, now)
    if message.task_id is None:
        return False
    task = session.get_one(Task, message.task_id)
    if message.kind == LATER:
        return session.get_one(Case, task.case_id).status != CaseStatus.RUNNING
    return message.kind in ASKING and task.status != TaskStatus.OPEN


def _is_over(session: Session, message: Message, now: datetime) -> bool:
    """Whether an invitation was used, taken back or has run out."""
    link = session.get(SignIn, message.values["sidik"])
    return link is None or link.ended_at is not None or link.expires_at <= now


def _is_decided(session: Session, message: Message, now: datetime) -> bool:
    """Whether a request to publish waits for nobody any more."""
    asked = session.get(PublicationRequest, message.values["permintaan"])
    return asked is None or not asked.waits(now)


def _is_checked(session: Session, message: Message, now: datetime) -> bool:
    """Whether a partner's reply was judged; one that is not named may still wait."""
    reply = session.get(PartyReply, message.values.get("balasan", ""))
    return reply is not None and reply.status is not ReplyStatus.WAITING


#: kinds that have lost their point when this is true
_SETTLED = {INVITATION: _is_over, PUBLICATION: _is_decided, REPLY: _is_checked}


def is_living(code: ConfirmationCode, now: datetime) -> bool:
    """Whether a one-time code may still be used; one that waits for a hand has not begun to age."""
    if code.ended_at is not None or code.salt is None:
        return False
    return code.expires_at is None or now < code.expires_at


def still_has_point() -> ColumnElement[bool]:
    """The condition under which a message that is not a digest still has a point."""
    revoked = exists().where(Link.id == Message.link_id, Link.revoked_at.is_not(None))
    closed = exists().where(Task.id == Message.task_id, Task.status != TaskStatus.OPEN)
    revoked, closed = revoked.correlate(Message), closed.correlate(Message)
    return ~revoked & or_(Message.kind.not_in(ASKING), ~closed)


def _has_anything(session: Session, message: Message, now: datetime) -> bool:
    if message.kind == WEEKLY:
        return session.scalar(late_in(message.values["daerah"], now).limit(1)) is not None
    links = listed_links(session, message)
    region = message.values.get("daerah")
    return bool(links) or (region is not None and bool(waiting_for_a_hand(session, region)))


def listed_links(session: Session, message: Message) -> list[tuple[Link, Task]]:
    """The living links of a daily digest into tasks that are still open, the most urgent first."""
    listed = list(message.values.get("tautan") or {})
    query = (
        select(Link, Task)
        .join(Task, Task.id == Link.task_id)
        .where(Link.id.in_(listed), Link.revoked_at.is_(None), Task.status == TaskStatus.OPEN)
        .order_by(Task.due_at.asc().nulls_last(), Task.opened_at, Task.id)
    )
    return [(link, task) for link, task in session.execute(query)]


def waiting_for_a_hand(session: Session, region: str) -> list[Message]:
    """The messages to officials of a region that wait for somebody's telephone, oldest first."""
    query = (
        select(Message)
        .join(Official, Official.id == Message.official_id)
        .where(Message.status == MessageStatus.BY_HAND, Official.region_code == region)
        .where(Message.kind.not_in(DIGESTS), still_has_point())
        .order_by(Message.created_at, Message.id)
    )
    return list(session.scalars(query))


def late_in(region: str, now: datetime) -> Select[Task]:
    """The open tasks of a region's own house that are past their deadline, the latest first."""
    return (
        select(Task)
        .where(Task.region_code == region, Task.status == TaskStatus.OPEN, Task.due_at < now)
        .order_by(Task.due_at, Task.id)
    )
