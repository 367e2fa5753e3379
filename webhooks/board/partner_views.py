"""What an administrator does for partners without officials: print, revoke, check replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.errors import InvalidAnswers, NotFound
from processes.store import questions
from processes.store.file_names import PDF
from webhooks.board.case_page import show_case
from webhooks.board.checking import Checking, post_of, read_checking
from webhooks.board.partners import TriedAct
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.rights import Right
from webhooks.security import allow_upload
from webhooks.sessions import actor, check_act, viewer
from webhooks.task_links.inputs import Typed, field_views, summary


@pages.post("/perkara/<case_id>/mitra/<region>/paket")
def print_package(case_id: str, region: str) -> Response:
    """The letter package as a PDF to save; its code is in it and nowhere else."""
    check_act(Right.SHEPHERD)
    _check_seen(case_id)
    number = request.form.get("number", "")

    def act() -> Response:
        made = actions.print_package(
            office(), case_id, region, number=number, actor=actor(), now=now()
        )
        response = Response(made.content, mimetype=PDF)
        response.headers["Content-Disposition"] = f'attachment; filename="{made.filename}"'
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    return _or_again(case_id, f"paket-{region}", number, act)


@pages.post("/perkara/<case_id>/mitra/<region>/kode")
def revoke_codes(case_id: str, region: str) -> Response:
    """Kill every code of a partner."""
    return _revoke(actions.revoke_codes, case_id, region, f"kode-{region}")


@pages.post("/perkara/<case_id>/mitra/<region>/narahubung")
def revoke_contact(case_id: str, region: str) -> Response:
    """Take the role back from whoever the partner named with its code."""
    return _revoke(actions.revoke_contact, case_id, region, f"narahubung-{region}")


@pages.get("/perkara/<case_id>/balasan/<reply_id>")
def reply(case_id: str, reply_id: str) -> str:
    """A signed reply beside the form of the task that it answers."""
    return _check_page(read_checking(viewer(), case_id, reply_id, now()), Typed())


@pages.post("/perkara/<case_id>/balasan/<reply_id>")
def take_reply(case_id: str, reply_id: str) -> Response:
    """Record the task from the reply; the form again when something in it cannot be taken."""
    check_act(Right.SHEPHERD)
    allow_upload()
    moment = now()
    checking = read_checking(viewer(), case_id, reply_id, moment)
    if checking.task is None or checking.form is None:
        return make_response(_check_page(checking, Typed()), 422)
    posted = post_of(checking, actor(), moment)
    errors = dict(posted.errors)
    try:
        if errors:
            checking.check(posted.answers, moment)
        else:
            actions.take_reply(
                office(),
                case_id,
                reply_id,
                checking.task.id,
                posted.answers,
                actor=actor(),
                now=moment,
            )
    except InvalidAnswers as error:
        errors = {**error.fields, **errors}
    if errors:
        return make_response(_check_page(checking, Typed(values=posted.typed, errors=errors)), 422)
    return make_response(redirect(url_for("board.case", case_id=case_id), 303))


@pages.post("/perkara/<case_id>/balasan/<reply_id>/kembalikan")
def refuse_reply(case_id: str, reply_id: str) -> Response:
    """Give the reply back with a reason."""
    check_act(Right.SHEPHERD)
    _check_seen(case_id)
    reason = request.form.get("reason", "")

    def act() -> Response:
        actions.refuse_reply(office(), case_id, reply_id, reason=reason, actor=actor(), now=now())
        return make_response(redirect(url_for("board.case", case_id=case_id), 303))

    return _or_again(case_id, f"balasan-{reply_id}", reason, act)


def _revoke(act: Callable[..., int], case_id: str, region: str, form: str) -> Response:
    check_act(Right.SHEPHERD)
    _check_seen(case_id)
    reason = request.form.get("reason", "")

    def revoke() -> Response:
        act(office(), case_id, region, reason=reason, actor=actor(), now=now())
        return make_response(redirect(url_for("board.case", case_id=case_id), 303))

    return _or_again(case_id, form, reason, revoke)


def _or_again(case_id: str, form: str, typed: str, act: Callable[[], Response]) -> Response:
    """What the act answers; the case page again when what was typed cannot be taken."""
    try:
        return act()
    except InvalidAnswers as error:
        sentence = " ".join(error.sentences(language()).values())
        tried = TriedAct(form=form, error=sentence, reason=typed)
        return make_response(show_case(viewer(), case_id, now(), tried=tried), error.status)


def _check_seen(case_id: str) -> None:
    with office().database.read() as session:
        if questions.find_case(session, viewer(), case_id) is None:
            raise NotFound


def _check_page(checking: Checking, typed: Typed) -> str:
    shown: dict[str, Any] = {"fields": [], "errors": []}
    if checking.form is not None and checking.context is not None:
        with office().database.read() as session:
            values = typed.values or checking.prefilled
            typed = Typed(values=values, errors=typed.errors)
            fields = field_views(session, checking.form, checking.context, typed)
        shown = {"fields": fields, "errors": summary(fields, typed)}
    return render_template("reply.html", page=checking, **shown)
