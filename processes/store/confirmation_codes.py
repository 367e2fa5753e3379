"""One-time codes: eight digits for one official, one task, and exactly what he was shown.

A code is an HMAC-SHA256 under the installation's secret over its row, 16 random bytes of salt and
what it is bound to, cut to eight digits. So it can be made again when its message is sent, and is
stored nowhere, hashed or not: from a stolen database nothing follows, as the secret lies outside,
which is safer than a slow hash of so few digits. When the code is over its salt is erased, and then
not even the secret brings it back.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from processes.store.database import insert_missing
from processes.store.kinds import CODE, is_living
from processes.store.tables import (
    CodeWay,
    ConfirmationCode,
    ConfirmationTries,
    Message,
    MessageStatus,
    new_id,
)

DIGITS = 8
LIVES = timedelta(minutes=10)
#: wrong codes after which all codes are void and none is taken for a while
MOST_WRONG = 5
LOCKED = timedelta(minutes=15)
#: codes that may be sent for one task and official within an hour
MOST_SENT = 6
HOUR = timedelta(hours=1)
#: what people type between digits
_BETWEEN = re.compile(r"[\s\u00a0.\u2010-\u2015-]+")
_LONGEST = 40


def read_code(typed: str) -> str:
    """The digits somebody typed, however he grouped them; empty when it cannot be a code."""
    found = _BETWEEN.sub("", typed) if len(typed) <= _LONGEST else ""
    return found if found.isascii() and found.isdecimal() else ""


def code_of(secret: bytes, row: ConfirmationCode) -> str:
    """The eight digits of a code, the same every time; empty once it is over."""
    if row.salt is None:
        return ""
    message = b"\0".join((b"confirmation", row.id.encode(), row.salt, row.bound_to.encode()))
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return str(int.from_bytes(digest, "big") % 10**DIGITS).zfill(DIGITS)


def make(
    session: Session,
    *,
    task_id: str,
    official_id: str,
    way: CodeWay,
    bound_to: str,
    now: datetime,
    waits_for_a_hand: bool = False,
    given_by: str = "",
) -> ConfirmationCode:
    """A fresh code in place of the official's older ones for the task; one that was handed to him
    and one that was sent leave each other alone."""
    handed = way is CodeWay.HANDED
    end_all(session, task_id, now, official_id=official_id, handed=handed)
    row = ConfirmationCode(
        id=new_id(),
        task_id=task_id,
        official_id=official_id,
        way=way,
        salt=secrets.token_bytes(16),
        bound_to=bound_to,
        made_at=now,
        expires_at=None if waits_for_a_hand else now + LIVES,
        given_by=given_by[:300],
    )
    session.add(row)
    session.flush()
    return row


def living(
    session: Session, task_id: str, official_id: str, now: datetime
) -> list[ConfirmationCode]:
    """The codes that the official may use for the task now."""
    query = select(ConfirmationCode).where(
        ConfirmationCode.task_id == task_id,
        ConfirmationCode.official_id == official_id,
        ConfirmationCode.ended_at.is_(None),
    )
    newest = query.order_by(ConfirmationCode.made_at.desc())
    return [row for row in session.scalars(newest) if is_living(row, now)]


def find(
    session: Session, secret: bytes, typed: str, *, task_id: str, official_id: str, now: datetime
) -> ConfirmationCode | None:
    """The living code that somebody typed; None when it is none of the official's for the task."""
    return next(
        (
            row
            for row in living(session, task_id, official_id, now)
            if row.expires_at is not None and hmac.compare_digest(code_of(secret, row), typed)
        ),
        None,
    )


def end_all(
    session: Session,
    task_id: str,
    now: datetime,
    *,
    official_id: str | None = None,
    handed: bool | None = None,
) -> None:
    """Void every code for the task, or one official's, or those of them that were handed over or
    sent; what was not sent yet is let go."""
    over = update(ConfirmationCode).where(
        ConfirmationCode.task_id == task_id, ConfirmationCode.ended_at.is_(None)
    )
    waiting = update(Message).where(
        Message.task_id == task_id,
        Message.kind == CODE,
        Message.status.in_((MessageStatus.WAITING, MessageStatus.BY_HAND, MessageStatus.PARKED)),
    )
    if official_id is not None:
        over = over.where(ConfirmationCode.official_id == official_id)
        waiting = waiting.where(Message.official_id == official_id)
    if handed is not None:
        by_hand = ConfirmationCode.way == CodeWay.HANDED
        over = over.where(by_hand if handed else ~by_hand)
    session.execute(over.values(ended_at=now, salt=None))
    if not handed:
        session.execute(waiting.values(status=MessageStatus.DROPPED, lease_until=None))


def has_old(session: Session, now: datetime) -> bool:
    """Whether codes have run out that can still be made again."""
    return bool(session.scalar(select(exists().where(_is_old(now)))))


def forget_old(session: Session, now: datetime) -> int:
    """Erase the salts of codes that ran out unused; how many there were."""
    over = update(ConfirmationCode).where(_is_old(now))
    ended = over.values(ended_at=now, salt=None).returning(ConfirmationCode.id)
    return len(session.execute(ended).all())


def _is_old(now: datetime) -> ColumnElement[bool]:
    return and_(ConfirmationCode.ended_at.is_(None), ConfirmationCode.expires_at <= now)


def send_by_hand(session: Session, code_id: str, by: str, now: datetime) -> None:
    """Let the minutes of a code count from now, as somebody sends it from his own telephone."""
    row = session.get_one(ConfirmationCode, code_id)
    row.way, row.given_by = CodeWay.WHATSAPP, by[:300]
    row.expires_at = row.expires_at or now + LIVES
    session.flush()


def sent_since(session: Session, task_id: str, official_id: str, since: datetime) -> list[datetime]:
    """When codes were sent to the official for the task, the oldest first."""
    query = select(ConfirmationCode.made_at).where(
        ConfirmationCode.task_id == task_id,
        ConfirmationCode.official_id == official_id,
        ConfirmationCode.way != CodeWay.HANDED,
        ConfirmationCode.made_at > since,
    )
    return list(session.scalars(query.order_by(ConfirmationCode.made_at)))


def tries_of(session: Session, task_id: str, official_id: str) -> ConfirmationTries:
    """The count of the official's wrong codes at the task, whose case the caller has locked."""
    row = {"task_id": task_id, "official_id": official_id, "wrong": 0}
    insert_missing(session, ConfirmationTries, [row])
    return session.get_one(ConfirmationTries, (task_id, official_id), populate_existing=True)


def locked_until(
    session: Session, task_id: str, official_id: str, now: datetime
) -> datetime | None:
    """Until when no code of the official is taken; None when it is."""
    found = session.get(ConfirmationTries, (task_id, official_id))
    until = None if found is None else found.locked_until
    return until if until is not None and now < until else None


def note_wrong(session: Session, task_id: str, official_id: str, now: datetime) -> int:
    """Count a wrong code; how many are left. At none all codes are void, and none is taken for a
    while."""
    tries = tries_of(session, task_id, official_id)
    tries.wrong += 1
    left = MOST_WRONG - tries.wrong
    if left <= 0:
        tries.wrong, tries.locked_until = 0, now + LOCKED
        end_all(session, task_id, now, official_id=official_id)
    session.flush()
    return max(left, 0)


def forgive(session: Session, task_id: str, official_id: str) -> None:
    """Forget the wrong codes, after a right one."""
    found = session.get(ConfirmationTries, (task_id, official_id))
    if found is not None:
        found.wrong, found.locked_until = 0, None
        session.flush()
