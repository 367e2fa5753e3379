"""Making a status page for a case, and taking its link back."""

from __future__ import annotations

from flask import Response, make_response, redirect, request, url_for

from processes import actions
from processes.errors import FieldError, InvalidAnswers, NotFound
from processes.store import questions
from webhooks.board.case_page import show_case
from webhooks.board.partners import TriedAct
from webhooks.board.status_pages import EVERYBODY, FORM
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.rendering import iso
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, viewer


@pages.post("/perkara/<case_id>/status")
def open_status_page(case_id: str) -> Response:
    """A fresh link to the status page, shown once."""
    check_act(Right.SHEPHERD)
    _check_seen(case_id)
    audience, typed = request.form.get("audience", ""), request.form.get("ends_on", "").strip()
    try:
        if not audience:
            raise InvalidAnswers({"region": FieldError("acts.status_no_audience")})
        ends_on = iso(typed)
        if typed and ends_on is None:
            raise InvalidAnswers({"ends_on": FieldError("acts.status_no_day")})
        token = actions.open_status_page(
            office(),
            case_id,
            region=None if audience == EVERYBODY else audience,
            ends_on=ends_on,
            actor=actor(),
            now=now(),
        )
    except InvalidAnswers as error:
        return _again(case_id, FORM, error)
    url = f"{office().settings.base_url}/s/{token}"
    return make_response(show_case(viewer(), case_id, now(), status_url=url))


@pages.post("/perkara/<case_id>/status/<link_id>/akhiri")
def close_status_page(case_id: str, link_id: str) -> Response:
    """Take the link back."""
    check_act(Right.SHEPHERD)
    _check_seen(case_id)
    try:
        actions.close_status_page(
            office(),
            case_id,
            link_id,
            reason=request.form.get("reason", ""),
            actor=actor(),
            now=now(),
        )
    except InvalidAnswers as error:
        return _again(case_id, f"{FORM}-{link_id}", error)
    return make_response(redirect(url_for("board.case", case_id=case_id), 303))


def _again(case_id: str, form: str, error: InvalidAnswers) -> Response:
    words = " ".join(error.sentences(language()).values())
    tried = TriedAct(
        form=form,
        error=words,
        reason=request.form.get("reason", ""),
        typed=request.form.to_dict(),
    )
    return make_response(show_case(viewer(), case_id, now(), tried=tried), error.status)


def _check_seen(case_id: str) -> None:
    with office().database.read() as session:
        if questions.find_case(session, viewer(), case_id) is None:
            raise NotFound
