"""Signing in with a link that works once: GET shows a button, the button's POST makes a session."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from processes.errors import Gone
from processes.store import accounts
from webhooks.clock import now
from webhooks.current import office
from webhooks.nonces import FIELD, check_nonce
from webhooks.security import check_same_site
from webhooks.sessions import find_account, forget_session, session_token, start_session
from webhooks.tries import count_failure

pages = Blueprint("sign_in", __name__)


@pages.get("/masuk")
def how() -> Response:
    """How to get a sign-in link."""
    if find_account() is not None:
        return _to_board()
    return make_response(render_template("sign_in_how.html"))


@pages.get("/masuk/<token>")
def ask(token: str) -> Response:
    """One button. A mail scanner that only looks does not use the link up.

    A link that is unknown or used up says so at once, and both say the same.
    """
    with office().database.read() as session:
        if not accounts.is_sign_in_link(session, token.strip(), now()):
            raise Gone("web.sign_in_used")
    return make_response(render_template("sign_in.html"))


@pages.post("/masuk/<token>")
def enter(token: str) -> Response:
    """Turn the link into a session, once."""
    check_same_site()
    with office().database.write() as session:
        made = accounts.use_sign_in_link(session, token.strip(), now())
    if made is None:
        count_failure()
        raise Gone("web.sign_in_used")
    response = _to_board()
    start_session(response, made)
    return response


@pages.post("/keluar")
def leave() -> Response:
    """Sign out here."""
    check_same_site()
    check_nonce(office().secret, request.form.get(FIELD, ""), "session", session_token())
    with office().database.write() as session:
        accounts.end_session(session, session_token(), now())
    response = make_response(redirect(url_for("sign_in.how"), 303))
    forget_session(response)
    return response


def _to_board() -> Response:
    return make_response(redirect(url_for("board.dashboard"), 303))
