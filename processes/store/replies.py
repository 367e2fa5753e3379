"""Signed replies that partners hand in with a short code, until the pemrakarsa has judged them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from processes.errors import TooLarge
from processes.store.papers import PaperGiven
from processes.store.tables import Document, PartyReply, ReplyStatus

#: replies of one party that may wait at the same time
MOST_WAITING = 5


def keep_reply(
    session: Session,
    case_id: str,
    region_code: str,
    given: PaperGiven,
    *,
    handed_in_by: str,
    now: datetime,
) -> PartyReply:
    """Let a reply wait to be checked; TooLarge when too many of the party wait already."""
    waiting = select(func.count()).where(
        PartyReply.case_id == case_id,
        PartyReply.region_code == region_code,
        PartyReply.status == ReplyStatus.WAITING,
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooLarge("partners.replies_waiting", most=MOST_WAITING)
    reply = PartyReply(
        case_id=case_id,
        region_code=region_code,
        document_id=given.document_id,
        number=given.number,
        dated_on=given.dated_on,
        signatory=given.signatory,
        handed_in_by=handed_in_by,
        handed_in_at=now,
        status=ReplyStatus.WAITING,
    )
    session.add(reply)
    session.flush()
    return reply


def find_same(
    session: Session, case_id: str, region_code: str, given: PaperGiven, sha256: str
) -> PartyReply | None:
    """The reply of the party that waits already with this number, date and the same bytes."""
    return session.scalar(
        select(PartyReply)
        .join(Document, Document.id == PartyReply.document_id)
        .where(
            PartyReply.case_id == case_id,
            PartyReply.region_code == region_code,
            PartyReply.status == ReplyStatus.WAITING,
            PartyReply.number == given.number,
            PartyReply.dated_on == given.dated_on,
            Document.sha256 == sha256,
        )
        .limit(1)
    )


def paper_of(reply: PartyReply) -> PaperGiven:
    """The reply as the signed paper of a task."""
    return PaperGiven(
        number=reply.number,
        dated_on=reply.dated_on,
        signatory=reply.signatory,
        document_id=reply.document_id,
    )


def judge(
    session: Session,
    reply_id: str,
    status: ReplyStatus,
    *,
    by: str,
    note: str = "",
    now: datetime,
) -> bool:
    """Note what became of a waiting reply; False when somebody judged it before."""
    waiting = update(PartyReply).where(
        PartyReply.id == reply_id, PartyReply.status == ReplyStatus.WAITING
    )
    judged = waiting.values(status=status, checked_by=by[:300], checked_at=now, note=note)
    return session.execute(judged.returning(PartyReply.id)).one_or_none() is not None
