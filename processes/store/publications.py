"""Requests to publish a draft, until a second person decides; one at a time for each draft."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.store.accounts import is_usable
from processes.store.tables import (
    Account,
    FolderDraft,
    ProcedureVersion,
    PublicationRequest,
    PublicationStatus,
)

#: how long a second person has
DAYS_TO_DECIDE = timedelta(days=14)
#: most decided requests that are listed
MOST_DECIDED = 50


def ask(
    session: Session,
    draft: FolderDraft,
    *,
    against: ProcedureVersion | None,
    sha256: str,
    note: str,
    basis: str,
    gate_basis: str,
    effective_on: date,
    asked_by: str,
    asker_id: str,
    now: datetime,
) -> PublicationRequest:
    """Keep a request about a locked draft for which none waits."""
    request = PublicationRequest(
        draft_id=draft.id,
        against_id=against.id if against else None,
        revision=draft.revision,
        sha256=sha256,
        note=note,
        basis=basis,
        gate_basis=gate_basis,
        effective_on=effective_on,
        asked_by=asked_by[:300],
        asker_id=asker_id,
        asked_at=now,
        expires_at=now + DAYS_TO_DECIDE,
    )
    session.add(request)
    session.flush()
    return request


def find_request(session: Session, request_id: str) -> PublicationRequest:
    """A request by its id; NotFound when there is none."""
    request = session.get(PublicationRequest, request_id)
    if request is None:
        raise NotFound
    return request


def waiting_of(session: Session, draft_id: str) -> PublicationRequest | None:
    """The request about a draft that nobody decided; its days may be over."""
    query = select(PublicationRequest).where(
        PublicationRequest.draft_id == draft_id,
        PublicationRequest.status == PublicationStatus.WAITING,
    )
    return session.scalar(query)


def waiting(session: Session, now: datetime) -> list[tuple[PublicationRequest, FolderDraft]]:
    """Requests that nobody decided and whose days are not over, the oldest first."""
    query = (
        select(PublicationRequest, FolderDraft)
        .join(FolderDraft, FolderDraft.id == PublicationRequest.draft_id)
        .where(
            PublicationRequest.status == PublicationStatus.WAITING,
            PublicationRequest.expires_at > now,
        )
        .order_by(PublicationRequest.asked_at, PublicationRequest.id)
    )
    return [(request, draft) for request, draft in session.execute(query)]


def decided(session: Session) -> list[tuple[PublicationRequest, FolderDraft]]:
    """What became of the others, the newest first."""
    query = (
        select(PublicationRequest, FolderDraft)
        .join(FolderDraft, FolderDraft.id == PublicationRequest.draft_id)
        .where(PublicationRequest.decided_at.is_not(None))
        .order_by(PublicationRequest.decided_at.desc(), PublicationRequest.id)
        .limit(MOST_DECIDED)
    )
    return [(request, draft) for request, draft in session.execute(query)]


def decide(
    request: PublicationRequest,
    status: PublicationStatus,
    *,
    by: str,
    reason: str = "",
    version_id: str | None = None,
    now: datetime,
) -> None:
    """Write down what became of a request."""
    request.status, request.decided_by, request.decided_at = status, by[:300], now
    request.reason, request.version_id = reason, version_id


def usable_accounts(session: Session, now: datetime) -> list[Account]:
    """Every account that is of any use now."""
    return list(session.scalars(select(Account).where(*is_usable(now)).order_by(Account.name)))
