"""Signing in: with a password, with a link that works once, or with an invitation.

Of a link GET shows a button, and the button's POST uses it up: a program that only looks changes
nothing. An invitation asks for the new password first.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.actions.password_rules import LONGEST, SHORTEST, strength
from processes.errors import Gone, InvalidAnswers, SignInRefused, TooManyTries
from processes.store import accounts
from processes.store.tables import Account
from webhooks.api.problems import headers_of
from webhooks.clock import now
from webhooks.current import office, origin
from webhooks.language import account_text, language
from webhooks.sessions import (
    check_form,
    find_account,
    first_page,
    forget_session,
    session_token,
    start_session,
    to_first_page,
)
from webhooks.tries import count_failure
from webhooks.visitors import check_visitor

pages = Blueprint("sign_in", __name__)


@pages.get("/masuk")
def how() -> Response:
    """Name and password, and how to get a sign-in link."""
    found = find_account()
    if found is not None:
        return make_response(redirect(first_page(found), 303))
    return make_response(_form())


@pages.post("/masuk")
def enter_with_password() -> Response:
    """Begin a session, or say that something did not fit, never what."""
    check_visitor()
    typed = request.form
    attempt = actions.Attempt(
        name=typed.get("name", "")[:300],
        password=typed.get("password", ""),
        code=typed.get("code", "")[:40],
    )
    try:
        token = actions.sign_in(office(), attempt, origin=origin(), now=now())
    except SignInRefused as error:
        count_failure()
        return make_response(_form(error.say(language()), attempt.name), error.status)
    except TooManyTries as error:
        answer = make_response(_form(error.say(language()), attempt.name), error.status)
        answer.headers.update(headers_of(error))
        return answer
    return _let_in(token)


@pages.get("/masuk/<token>")
def ask(token: str) -> Response:
    """One button, or the form for a new password.

    A link that is unknown or used up says so at once, and both say the same.
    """
    invited = _invited(token)
    if invited is not None:
        return make_response(_invitation(invited, {}))
    return make_response(render_template("sign_in.html"))


@pages.post("/masuk/<token>")
def enter(token: str) -> Response:
    """Turn the link into a session, once; an invitation with the password that was chosen."""
    check_visitor()
    try:
        invited = _invited(token)
    except Gone:
        count_failure()
        raise
    if invited is not None:
        return _accept(token, invited)
    made = actions.sign_in_with_link(office(), token.strip(), origin=origin(), now=now())
    if made is None:
        count_failure()
        raise Gone("web.sign_in_used")
    return _let_in(made)


@pages.post("/keluar")
def leave() -> Response:
    """Sign out here."""
    check_form()
    with office().database.write() as session:
        accounts.end_session(session, session_token(), now())
    response = make_response(redirect(url_for("sign_in.how"), 303))
    forget_session(response)
    return response


def _invited(token: str) -> Account | None:
    """Whose invitation it is; None for a plain sign-in link, Gone for one that is over."""
    with office().database.read() as session:
        found = accounts.find_link(session, token.strip(), now())
    if found is None:
        raise Gone("web.sign_in_used")
    return found[1] if found[0].invites else None


def _accept(token: str, invited: Account) -> Response:
    password, repeated = request.form.get("password", ""), request.form.get("repeated", "")
    try:
        made = actions.accept_invitation(
            office(), token.strip(), password, repeated, origin=origin(), now=now()
        )
    except InvalidAnswers as error:
        page = _invitation(invited, error.sentences(language()))
        return make_response(page, error.status)
    if made is None:
        said = account_text("password_kept_sign_in")
        return make_response(_form(news=said, name=invited.name))
    response = make_response(
        render_template(
            "password_kept.html", strength=strength(password).value, next=first_page(invited)
        )
    )
    start_session(response, made)
    return response


def _let_in(token: str) -> Response:
    response = to_first_page(token)
    start_session(response, token)
    return response


def _form(error: str = "", name: str = "", news: str = "") -> str:
    return render_template(
        "sign_in_how.html",
        error=error,
        news=news,
        name=name,
        has_provider=office().settings.oidc is not None,
    )


def _invitation(invited: Account, errors: dict[str, str]) -> str:
    return render_template(
        "invitation.html", account=invited, errors=errors, least=SHORTEST, most=LONGEST
    )
