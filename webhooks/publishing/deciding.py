"""Requests to publish: what waits, and the page on which a second person decides."""

from __future__ import annotations

from flask import Response, make_response, redirect, request, url_for
from sqlalchemy.orm import Session

from processes.actions.outlook import foresee
from processes.actions.publication_trials import repeat_refused, repeat_trial
from processes.actions.publishing import (
    lapse_of,
    publish_request,
    refuse_request,
    requests_for,
    second_refused,
)
from processes.errors import DiagramRefused, InvalidAnswers, KsddError
from processes.store import folder_drafts, procedures, publications, questions
from processes.store import publication_trials as trials
from processes.store.tables import PublicationRequest
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.publishing.pages import check_reader, pages
from webhooks.publishing.shown import changes_shown, page
from webhooks.publishing.trials import PHASES, trial_of, trial_part
from webhooks.rights import Right
from webhooks.security import allow_own_script
from webhooks.sessions import account, actor, check_form, check_right, may, viewer


@pages.get("/terbitan")
def listing() -> str:
    """Requests that wait, those for one's own decision first, and what became of the others."""
    check_reader()
    with office().database.read() as session:
        mine = {each.id for each in requests_for(session, account(), now())}
        rows = [
            (each, draft, lapse_of(session, each, draft, now()))
            for each, draft in publications.waiting(session, now())
        ]
        return page(
            "requests.html",
            rows=sorted(rows, key=lambda row: row[0].id not in mine),
            mine=mine if may(Right.APPROVE) else set(),
            decided=publications.decided(session),
            tried=trials.statuses(session),
        )


@pages.get("/terbitan/<request_id>")
def request_page(request_id: str) -> Response:
    """A request with what it would change as the draft stands now; with `bagian=uji` only how far
    its trial is."""
    check_reader()
    if request.args.get("bagian") == "uji":
        return trial_part(request_id)
    return allow_own_script(make_response(_request(request_id)))


@pages.post("/terbitan/<request_id>")
def decide(request_id: str) -> Response:
    """Publish what was asked, refuse it with a reason, take one's own request back, or let a trial
    that failed be carried out once more."""
    check_form()
    check_reader()
    reason = request.form.get("reason", "").strip()
    try:
        if "terbitkan" in request.form:
            check_right(Right.APPROVE)
            version = publish_request(
                office(), request_id, approver=account(), actor=actor(), now=now()
            )
            target = url_for("publishing.version_page", key=version.key, number=version.number)
            return make_response(redirect(target, 303))
        if "ulangi" in request.form:
            repeat_trial(office(), request_id, account=account(), now=now())
            return make_response(redirect(_page_of(request_id), 303))
        _check_refusal(request_id)
        refuse_request(
            office(), request_id, reason=reason, account=account(), actor=actor(), now=now()
        )
    except InvalidAnswers as error:
        words = " ".join(error.sentences(language()).values())
        return make_response(_request(request_id, error=words), error.status)
    except KsddError as error:
        if error.status == 404:
            raise
        return make_response(_request(request_id, error=error.say(language())), error.status)
    return make_response(redirect(_page_of(request_id), 303))


def _page_of(request_id: str) -> str:
    return url_for("publishing.request_page", request_id=request_id)


def _check_refusal(request_id: str) -> None:
    """Only whoever asked may take a request back without the right to approve."""
    with office().database.read() as session:
        if publications.find_request(session, request_id).asker_id != account().id:
            check_right(Right.APPROVE)


def _request(request_id: str, *, error: str = "") -> str:
    with office().database.read() as session:
        found = publications.find_request(session, request_id)
        draft = folder_drafts.find_draft(session, found.draft_id)
        lapse = lapse_of(session, found, draft, now())
        return page(
            "request.html",
            asked=found,
            draft=draft,
            lapse=lapse,
            is_own=found.asker_id == account().id,
            trial=trial_of(session, found, now()),
            phases=PHASES,
            may_repeat=repeat_refused(session, found, account(), now()) is None,
            obstacle=_obstacle(session, found),
            error=error,
            version=procedures.get_version(session, found.version_id) if found.version_id else None,
            running=questions.running_by_version(session, viewer(), draft.key),
            **(_seen(session, found) if lapse is None else {"seen": None}),
        )


def _obstacle(session: Session, asked: PublicationRequest) -> str:
    """Why the account cannot decide; empty when it can."""
    if not may(Right.APPROVE):
        return ""
    refused = second_refused(session, asked, account(), now())
    return "" if refused is None else refused.say(language())


def _seen(session: Session, asked: PublicationRequest) -> dict[str, object]:
    seen = foresee(session, asked.draft_id, language())
    refused = DiagramRefused(seen.findings) if seen.errors else None
    return {
        "seen": seen,
        "problem": refused.say(language()) if refused else "",
        **changes_shown(seen.changes, seen.old_files, seen.files),
    }
