"""Whether mails go out at all, as far as a viewer sees letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import Session

from processes.store.mail_way import last_taken, stalled
from processes.store.questions.messages import seen_messages
from processes.store.tables import Message
from processes.store.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Stall:
    """The mail server takes no letter."""

    #: letters that were refused again and again and wait
    count: int
    #: first refusal since a letter was taken
    since: datetime
    #: what the server, or the way to it, said last
    error: str


def stall(session: Session, viewer: Viewer, now: datetime) -> Stall | None:
    """What waits for the mail server to take letters again; None while it takes some."""
    refused = stalled(last_taken(session, now)).subquery()
    mine = seen_messages(viewer).join(refused, refused.c.id == Message.id)
    count, since = session.execute(
        mine.with_only_columns(func.count(), func.min(refused.c.first))
    ).one()
    if not count:
        return None
    newest = mine.with_only_columns(Message.last_error).order_by(refused.c.last.desc())
    error = session.scalar(newest.limit(1)) or ""
    return Stall(count=count, since=since, error=error)
