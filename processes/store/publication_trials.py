"""Trials of what somebody asks to publish, as rows: which is due, who is at it, what came of it.

Who takes one holds it for a while, by a conditional update, and everything he notes is noted only
as long as he holds it: of two who think that it is theirs, one stops.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from processes.errors import Conflict
from processes.store.tables import (
    FolderDraft,
    PublicationRequest,
    PublicationStatus,
    PublicationTrial,
    TrialPhase,
    TrialStatus,
    new_id,
)

#: how long a trial is held without a word of whoever is at it
HOLD = timedelta(seconds=60)
#: a hold that ends further ahead than this was noted by a wrong clock that is right again
FURTHEST = HOLD + timedelta(minutes=10)


class TrialLost(Conflict):
    """Somebody else is at this trial by now."""

    default_key = "publishing.trial_lost"


def begin(session: Session, request: PublicationRequest, now: datetime) -> None:
    """Let a new request be tried out."""
    session.add(PublicationTrial(request_id=request.id, sha256=request.sha256, asked_at=now))
    session.flush()


def find(session: Session, request_id: str) -> PublicationTrial | None:
    """The trial of a request; None for one that was decided before requests were tried out."""
    return session.get(PublicationTrial, request_id, populate_existing=True)


def statuses(session: Session) -> dict[str, TrialStatus]:
    """How the trials of all requests stand that nobody decided, by the request's id."""
    query = (
        select(PublicationTrial.request_id, PublicationTrial.status)
        .join(PublicationRequest, PublicationRequest.id == PublicationTrial.request_id)
        .where(PublicationRequest.status == PublicationStatus.WAITING)
    )
    return {row.request_id: row.status for row in session.execute(query)}


def next_due(session: Session, now: datetime) -> str | None:
    """The request (id) that waits longest to be tried out, of those that still stand."""
    query = (
        select(PublicationTrial.request_id)
        .join(PublicationRequest, PublicationRequest.id == PublicationTrial.request_id)
        .join(FolderDraft, FolderDraft.id == PublicationRequest.draft_id)
        .where(
            *_is_free(now),
            PublicationRequest.status == PublicationStatus.WAITING,
            PublicationRequest.expires_at > now,
            FolderDraft.closed_at.is_(None),
            FolderDraft.revision == PublicationRequest.revision,
        )
        .order_by(PublicationTrial.asked_at, PublicationTrial.request_id)
        .limit(1)
    )
    return session.scalar(query)


def take(session: Session, request_id: str, now: datetime) -> PublicationTrial | None:
    """Take a trial from its beginning; None when somebody else was quicker."""
    taken = (
        update(PublicationTrial)
        .where(PublicationTrial.request_id == request_id, *_is_free(now))
        .values(
            taken_by=new_id(),
            taken_until=now + HOLD,
            tries=PublicationTrial.tries + 1,
            began_at=now,
            phase=None,
            done=0,
            total=0,
            situations=0,
        )
        .returning(PublicationTrial.request_id)
    )
    return None if session.scalar(taken) is None else find(session, request_id)


def note(
    session: Session,
    trial: PublicationTrial,
    *,
    phase: TrialPhase,
    done: int,
    total: int,
    situations: int,
    now: datetime,
) -> None:
    """Note how far a taken trial is, and hold it on; TrialLost when somebody else has it."""
    numbers = {"phase": phase, "done": done, "total": total, "situations": situations}
    _change(session, trial, {**numbers, "taken_until": now + HOLD})


def settle(
    session: Session,
    trial: PublicationTrial,
    status: TrialStatus,
    result: Mapping[str, Any],
    now: datetime,
) -> None:
    """Keep what came of a taken trial; TrialLost when somebody else has it."""
    ended = {"taken_by": None, "taken_until": None, "finished_at": now}
    _change(session, trial, {"status": status, "result": dict(result), **ended})


def repeat(session: Session, request_id: str, now: datetime) -> bool:
    """Let a failed trial begin anew; whether there was one."""
    again = (
        update(PublicationTrial)
        .where(
            PublicationTrial.request_id == request_id,
            PublicationTrial.status == TrialStatus.FAILED,
        )
        .values(
            status=TrialStatus.WAITING,
            asked_at=now,
            began_at=None,
            finished_at=None,
            tries=0,
            phase=None,
            done=0,
            total=0,
            situations=0,
            result=None,
        )
        .returning(PublicationTrial.request_id)
    )
    return session.scalar(again) is not None


def _is_free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(
        PublicationTrial.taken_until.is_(None),
        PublicationTrial.taken_until <= now,
        PublicationTrial.taken_until > now + FURTHEST,
    )
    return PublicationTrial.status == TrialStatus.WAITING, free


def _change(session: Session, trial: PublicationTrial, values: Mapping[str, Any]) -> None:
    changed = (
        update(PublicationTrial)
        .where(
            PublicationTrial.request_id == trial.request_id,
            PublicationTrial.taken_by == trial.taken_by,
            PublicationTrial.status == TrialStatus.WAITING,
        )
        .values(**values)
        .returning(PublicationTrial.request_id)
    )
    if session.scalar(changed) is None:
        raise TrialLost
