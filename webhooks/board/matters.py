"""What belongs to a case beside its tasks: its own officials, where the original lies, and what is
said about it."""

from __future__ import annotations

from flask import Response, make_response, redirect, request, url_for

from processes import actions
from processes.errors import FieldError, InvalidAnswers, KsddError, NotFound
from processes.store import questions
from processes.store.whereabouts import Place
from webhooks.board.case_page import show_case
from webhooks.board.partners import TriedAct
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.rendering import iso
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, viewer

#: names of the forms on the case page
OFFICIAL, PLACE, COMMENT = "pejabat", "letak", "catatan"


@pages.post("/perkara/<case_id>/pejabat")
def choose_official(case_id: str) -> Response:
    """Let an official act in the case for his region and role."""
    check_act(Right.SHEPHERD)
    _check_seen(case_id)
    chosen = request.form.get("official", "")
    try:
        actions.choose_official(office(), case_id, chosen, actor=actor(), now=now())
    except KsddError as error:
        return _again(case_id, OFFICIAL, error)
    return make_response(redirect(url_for("board.case", case_id=case_id), 303))


@pages.post("/perkara/<case_id>/letak")
def note_place(case_id: str) -> Response:
    """Keep where the signed original is from a day on."""
    check_act(Right.SHEPHERD)
    _check_seen(case_id)
    try:
        since = iso(request.form.get("since", ""))
        if since is None:
            raise InvalidAnswers({"since": FieldError("errors.place_day")})
        where = Place(
            place=request.form.get("place", ""),
            since=since,
            tracking_number=request.form.get("tracking_number", ""),
        )
        actions.note_place(office(), case_id, where, actor=actor(), now=now())
    except KsddError as error:
        return _again(case_id, PLACE, error)
    return make_response(redirect(url_for("board.case", case_id=case_id), 303))


@pages.post("/perkara/<case_id>/catatan")
def comment(case_id: str) -> Response:
    """Keep a remark of a region on the case."""
    check_act(Right.SHEPHERD)
    _check_seen(case_id)
    try:
        actions.comment_on_case(
            office(),
            case_id,
            request.form.get("text", ""),
            region=request.form.get("region", ""),
            shared=request.form.get("shared") == "ya",
            actor=actor(),
            now=now(),
        )
    except KsddError as error:
        return _again(case_id, COMMENT, error)
    return make_response(redirect(url_for("board.case", case_id=case_id), 303))


def _check_seen(case_id: str) -> None:
    with office().database.read() as session:
        if questions.find_case(session, viewer(), case_id) is None:
            raise NotFound


def _again(case_id: str, form: str, error: KsddError) -> Response:
    words = (
        " ".join(error.sentences(language()).values())
        if isinstance(error, InvalidAnswers)
        else error.say(language())
    )
    tried = TriedAct(form=form, error=words, typed=request.form.to_dict())
    return make_response(show_case(viewer(), case_id, now(), tried=tried), error.status)
