"""Publishing a draft, with two people: one asks, a second one sees the same and decides.

A request stands for what the draft was when it was asked, beside the newest version of that moment:
it lapses when either changes, and after 14 days. It is tried out before anybody can publish it, and
everything that was looked at is looked at again when it is decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.drawing import DraftOvertaken, open_draft
from processes.actions.migration_jobs import follow_words
from processes.actions.outlook import Outlook, foresee
from processes.actions.procedures import sound
from processes.actions.reaching import check_reach
from processes.actions.wording import readable
from processes.errors import (
    Conflict,
    DiagramRefused,
    FieldError,
    InvalidAnswers,
    KsddError,
    NotAllowed,
)
from processes.store import folder_drafts, publications
from processes.store import procedures as versions
from processes.store import publication_trials as trials
from processes.store.procedures import Grounds
from processes.store.tables import (
    Account,
    FolderDraft,
    ProcedureVersion,
    PublicationRequest,
    PublicationStatus,
    TrialStatus,
)

if TYPE_CHECKING:
    from processes.office import Office

#: why a request does not stand any more, by the keys of the catalogue
DECIDED, EXPIRED, CHANGED, OVERTAKEN, CLOSED = (
    "decided",
    "expired",
    "draft_changed",
    "other_version",
    "draft_closed",
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How whoever asks wants a draft to be published."""

    note: str
    basis: str = ""
    #: on what legal gates are removed
    gate_basis: str = ""
    #: None: today
    effective_on: date | None = None
    #: the revision of the draft that he looked at
    revision: int


def ask_to_publish(
    office: Office, draft_id: str, wish: Wish, *, asker: Account, actor: Actor, now: datetime
) -> str:
    """Ask a second person to publish a draft, once it was tried out; returns the request's id.

    Raises InvalidAnswers (note, basis, gate_basis, effective_on), DiagramRefused with the errors of
    the draft, DraftOvertaken, or Conflict when nothing differs or another request waits.
    """
    with office.database.read() as session:
        seen = foresee(session, draft_id)
    if seen.draft.revision != wish.revision:
        raise DraftOvertaken(by=seen.draft.changed_by)
    checked = _checked(office, seen, wish, asker, now)
    with office.database.write() as session:
        draft = open_draft(session, draft_id)
        if draft.revision != wish.revision or newest_id(session, draft.key) != seen.against_id:
            raise DraftOvertaken(by=draft.changed_by)
        before = publications.waiting_of(session, draft_id)
        if before is not None:
            if lapse_of(session, before, draft, now) is None:
                raise Conflict("publishing.waits")
            publications.decide(before, PublicationStatus.LAPSED, by="", now=now)
            session.flush()
        request = publications.ask(
            session,
            draft,
            against=seen.against,
            sha256=seen.sha256,
            note=checked.note,
            basis=checked.basis,
            gate_basis=checked.gate_basis,
            effective_on=checked.effective_on or _today(office, asker, now),
            asked_by=actor.name,
            asker_id=asker.id,
            now=now,
        )
        trials.begin(session, request, now)
        return request.id


def _checked(office: Office, seen: Outlook, wish: Wish, asker: Account, now: datetime) -> Wish:
    """The wish with its texts as they are kept; raises what is wrong with it or with the draft."""
    if seen.is_same:
        raise Conflict("publishing.nothing")
    if seen.errors:
        raise DiagramRefused(seen.findings)
    errors: dict[str, KsddError] = {}
    try:
        note = readable(wish.note, field="note", missing="errors.note_missing", lines=True)
        wish = replace(wish, note=note)
    except InvalidAnswers as wrong:
        errors |= wrong.fields
    grounds = Grounds(basis=wish.basis, gate_basis=wish.gate_basis, effective_on=wish.effective_on)
    try:
        grounds = sound(grounds, _today(office, asker, now))
    except InvalidAnswers as wrong:
        errors |= wrong.fields
    if seen.needs_basis and not grounds.basis:
        errors.setdefault("basis", FieldError("publishing.basis_missing"))
    if seen.lost and not grounds.gate_basis:
        errors.setdefault("gate_basis", FieldError("publishing.gate_basis_missing"))
    if errors:
        raise InvalidAnswers(errors)
    gate_basis = grounds.gate_basis if seen.lost else ""
    return replace(wish, basis=grounds.basis, gate_basis=gate_basis)


def publish_request(
    office: Office, request_id: str, *, approver: Account, actor: Actor, now: datetime
) -> ProcedureVersion:
    """Publish what was asked, as the second person sees it, in one transaction.

    Raises NotFound, NotAllowed for whoever asked himself or decides for regions that are not his,
    Conflict when the request does not stand any more or was not tried out with success, or
    DiagramRefused.
    """
    with office.database.read() as session:
        request = publications.find_request(session, request_id)
        _check_second(session, request, approver, now)
        _check_tried(session, request)
        seen = foresee(session, request.draft_id)
    if seen.errors or (seen.lost and not request.gate_basis):
        raise DiagramRefused([*seen.findings, *seen.lost])
    with office.database.write() as session:
        request = publications.find_request(session, request_id)
        draft = check_standing(session, request, now)
        _check_second(session, request, approver, now)
        _check_tried(session, request)
        version = versions.save_version(
            session,
            key=draft.key,
            name=seen.name,
            files=seen.files,
            note=request.note,
            published_by=actor.name,
            now=now,
            grounds=Grounds(
                basis=request.basis,
                gate_basis=request.gate_basis,
                effective_on=max(request.effective_on, office.calendar.today(now)),
                asked_by=request.asked_by,
                approved_by=actor.name,
            ),
        )
        if version.number != seen.next_number:
            raise Conflict(f"publishing.lapsed_{OVERTAKEN}")
        publications.decide(
            request, PublicationStatus.PUBLISHED, by=actor.name, version_id=version.id, now=now
        )
        folder_drafts.close(session, draft, now)
        follow_words(session, office, version, actor, now)
        return version


def refuse_request(
    office: Office,
    request_id: str,
    *,
    reason: str,
    account: Account,
    actor: Actor,
    now: datetime,
) -> None:
    """Refuse a request, or take one's own back; the draft stays as it is.

    Raises NotFound, NotAllowed, InvalidAnswers (`reason`), or Conflict when it does not stand.
    """
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with office.database.write() as session:
        request = publications.find_request(session, request_id)
        check_standing(session, request, now)
        own = request.asker_id == account.id
        if not own:
            _check_second(session, request, account, now)
        status = PublicationStatus.LAPSED if own else PublicationStatus.REFUSED
        publications.decide(request, status, by=actor.name, reason=why, now=now)


def lapse_of(
    session: Session, request: PublicationRequest, draft: FolderDraft, now: datetime
) -> str | None:
    """Why a request does not stand any more; None while it waits."""
    if request.status is not PublicationStatus.WAITING:
        return DECIDED
    if draft.closed_at is not None:
        return CLOSED
    if draft.revision != request.revision:
        return CHANGED
    if newest_id(session, draft.key) != request.against_id:
        return OVERTAKEN
    return EXPIRED if request.expires_at <= now else None


def newest_id(session: Session, key: str) -> str | None:
    """The newest version (id) of a procedure; None without any."""
    newest = versions.latest(session, key)
    return None if newest is None else newest.id


def second_refused(
    session: Session, request: PublicationRequest, account: Account, now: datetime
) -> NotAllowed | None:
    """Why an account cannot be the second person of a request; None when it can."""
    try:
        _check_second(session, request, account, now)
    except NotAllowed as refused:
        return refused
    return None


def requests_for(session: Session, account: Account, now: datetime) -> list[PublicationRequest]:
    """Requests that were tried out and wait for this account's decision; whether it has the right
    is not asked."""
    tried = trials.statuses(session)
    return [
        request
        for request, draft in publications.waiting(session, now)
        if tried.get(request.id) is TrialStatus.PASSED
        and lapse_of(session, request, draft, now) is None
        and second_refused(session, request, account, now) is None
    ]


def check_standing(session: Session, request: PublicationRequest, now: datetime) -> FolderDraft:
    """The locked draft of a request that waits; raises Conflict when it does not."""
    draft = folder_drafts.find_draft(session, request.draft_id, lock=True)
    session.refresh(request)
    lapse = lapse_of(session, request, draft, now)
    if lapse is None:
        files = folder_drafts.files_of(session, draft.id)
        lapse = CHANGED if versions.sha256_of(files) != request.sha256 else None
    if lapse is not None:
        raise Conflict(f"publishing.lapsed_{lapse}")
    return draft


def _check_tried(session: Session, request: PublicationRequest) -> None:
    """Raise Conflict unless exactly these files were tried out and nothing failed."""
    trial = trials.find(session, request.id)
    if trial is None or trial.status is TrialStatus.WAITING:
        raise Conflict("publishing.trial_unfinished")
    if trial.status is TrialStatus.FAILED or trial.sha256 != request.sha256:
        raise Conflict("publishing.trial_failed")


def _check_second(
    session: Session, request: PublicationRequest, account: Account, now: datetime
) -> None:
    """Raise NotAllowed unless the account is a second one that may decide with the first."""
    if request.asker_id == account.id:
        raise NotAllowed("publishing.four_eyes")
    asker = session.get_one(Account, request.asker_id)
    check_reach(session, asker, account, now)


def _today(office: Office, account: Account, now: datetime) -> date:
    """The day that it is for an account: in its own region, or in WIB."""
    return office.calendar.today(now, account.region_code)
