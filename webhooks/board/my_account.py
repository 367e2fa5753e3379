"""The page "Akun saya": one's own password, authenticator app, recovery codes and sessions."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.actions.authenticating import NewApp
from processes.actions.password_rules import LONGEST, SHORTEST, strength
from processes.errors import CodeRefused, InvalidAnswers, SignInRefused, TooManyTries
from processes.store import authenticators, questions, recovery_codes
from webhooks.board.account_rows import account_rows, event_rows, session_rows
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import account_text, language
from webhooks.sessions import (
    account,
    actor,
    check_form,
    check_proof,
    has_fresh_proof,
    lacks_app,
    renew_session,
    session_token,
    start_session,
)
from webhooks.squares import square
from webhooks.tries import count_failure


@pages.get("/akun-saya")
def my_account() -> str:
    """What is known of one's own account."""
    return _page()


@pages.post("/akun-saya/sandi")
def set_my_password() -> Response:
    """Choose a new password; every other session ends."""
    check_proof()
    password, repeated = request.form.get("password", ""), request.form.get("repeated", "")
    try:
        token = actions.set_password(
            office(),
            account().id,
            session_token(),
            password,
            repeated,
            actor=actor(),
            now=now(),
        )
    except InvalidAnswers as error:
        return make_response(_page(errors=error.sentences(language())), error.status)
    kept = account_text("password_kept", strength=account_text(f"strength_{strength(password)}"))
    return _renewed(kept, token)


@pages.get("/akun-saya/aplikasi")
def my_app() -> str:
    """The button that begins a new authenticator app."""
    return render_template(
        "my_app.html", new=None, error="", must=lacks_app(), is_proved=has_fresh_proof()
    )


@pages.post("/akun-saya/aplikasi")
def begin_my_app() -> Response:
    """Show the key of a new app; or let it count once its first code is right."""
    check_proof()
    app_id = request.form.get("app", "")
    if not app_id:
        return _show_app(actions.begin_own_app(office(), account().id, now=now()))
    try:
        token, codes = actions.confirm_own_app(
            office(),
            account().id,
            session_token(),
            app_id,
            request.form.get("code", ""),
            actor=actor(),
            now=now(),
        )
    except CodeRefused as error:
        count_failure()
        new = actions.resume_own_app(office(), account().id, app_id)
        said = " ".join(error.sentences(language()).values())
        return make_response(_show_app(new, said), error.status)
    return _renewed(account_text("app_kept"), token, codes)


@pages.post("/akun-saya/kode-pemulihan")
def make_recovery_codes() -> str:
    """Ten fresh recovery codes, shown once."""
    check_proof()
    codes = actions.make_recovery_codes(office(), account().id, actor=actor(), now=now())
    return render_template("account_done.html", said=account_text("recovery_made"), codes=codes)


@pages.post("/akun-saya/sesi")
def end_my_sessions() -> Response:
    """End one of one's own sessions, or all but this one."""
    check_form()
    name, own = request.form.get("session", ""), account().id
    if name:
        actions.end_own_session(office(), own, name, actor=actor(), now=now())
    else:
        actions.end_other_sessions(office(), own, session_token(), actor=actor(), now=now())
    return make_response(redirect(url_for("board.my_account"), 303))


@pages.get("/akun-saya/bukti")
def proof() -> str:
    """Where somebody proves once more who he is."""
    return _proof()


@pages.post("/akun-saya/bukti")
def prove_again() -> Response:
    """Take a password or a code, and go on under a fresh token."""
    check_form()
    typed = request.form.get("proof", "")
    try:
        token = actions.prove_again(
            office(), account().id, session_token(), typed, actor=actor(), now=now()
        )
    except (SignInRefused, TooManyTries) as error:
        return make_response(_proof(error.say(language())), error.status)
    response = make_response(redirect(_next(), 303))
    start_session(response, token)
    return response


def _page(errors: dict[str, str] | None = None) -> str:
    own = account()
    with office().database.read() as session:
        [row] = account_rows(session, [own], questions.regions_by_code(session), now())
        return render_template(
            "my_account.html",
            row=row,
            sessions=session_rows(session, own.id, now(), session_token()),
            events=event_rows(session, own.id, 20),
            codes_left=recovery_codes.left(session, own.id),
            zone=office().calendar.zone(own.region_code),
            errors=errors or {},
            is_proved=has_fresh_proof(),
            least=SHORTEST,
            most=LONGEST,
        )


def _proof(error: str = "") -> str:
    own = account()
    with office().database.read() as session:
        has_app = authenticators.of_account(session, own.id) is not None
    return render_template(
        "prove_again.html",
        error=error,
        can=has_app or own.password is not None,
        wanted=request.values.get("lanjut", "")[:32],
    )


def _next() -> str:
    """Where to go on: a page of the accounts, and nowhere else."""
    wanted = request.values.get("lanjut", "")
    if wanted == "akun":
        return url_for("board.accounts")
    if wanted.isalnum() and len(wanted) == 32:
        return url_for("board.account", account_id=wanted)
    return url_for("board.my_app" if wanted == "aplikasi" else "board.my_account")


def _show_app(new: NewApp, error: str = "") -> Response:
    html = render_template(
        "my_app.html",
        new=new,
        picture=square(new.address),
        error=error,
        must=lacks_app(),
        is_proved=True,
    )
    return make_response(html)


def _renewed(said: str, token: str, codes: Sequence[str] = ()) -> Response:
    """What was done, on a page that goes with the session's fresh token."""
    renew_session(token)
    response = make_response(render_template("account_done.html", said=said, codes=codes))
    start_session(response, token)
    return response
