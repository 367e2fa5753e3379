"""Requests to move a case, until a second administrator decides; one at a time for each case."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.tables import Case, MoveRequest, MoveStatus

#: how long a second administrator has
DAYS_TO_DECIDE = timedelta(days=7)


def ask(
    session: Session,
    case: Case,
    *,
    element: str,
    name: str,
    reason: str,
    authority: str,
    asked_by: str,
    asker: str,
    now: datetime,
) -> MoveRequest:
    """Keep a request about a locked case for which none waits."""
    move = MoveRequest(
        case_id=case.id,
        element=element,
        name=name,
        reason=reason,
        authority=authority[:300],
        revision=case.revision,
        asked_by=asked_by[:300],
        asker=asker[:300],
        asked_at=now,
        expires_at=now + DAYS_TO_DECIDE,
    )
    session.add(move)
    session.flush()
    return move


def waiting_of(session: Session, case: Case) -> MoveRequest | None:
    """The request about a locked case that nobody decided; its days may be over."""
    return session.scalar(
        select(MoveRequest).where(
            MoveRequest.case_id == case.id, MoveRequest.status == MoveStatus.WAITING
        )
    )


def decide(
    move: MoveRequest, status: MoveStatus, *, by: str, note: str = "", now: datetime
) -> None:
    """Write down what became of a request."""
    move.status, move.decided_by, move.decided_at, move.note = status, by[:300], now, note
