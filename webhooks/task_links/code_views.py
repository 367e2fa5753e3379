"""What lies beside a task that asks for a code: handing one over, and registering an app."""

from __future__ import annotations

from datetime import datetime

from flask import Response, make_response, render_template, request, url_for

from processes import actions
from processes.actions import CodeSent, NewApp
from processes.errors import CodeRefused, NotFound
from processes.sentences import say
from processes.store.tables import LinkPurpose
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, text
from webhooks.nonces import check_nonce, nonce
from webhooks.squares import square
from webhooks.task_links import showing
from webhooks.task_links.code_inputs import ASK, CODE, RECEIVER
from webhooks.task_links.entry import Entry, enter
from webhooks.task_links.proof import is_of_this_version, purpose
from webhooks.task_links.views import pages
from webhooks.tries import count_failure

APP, PROOF = "aplikasi", "bukti"


@pages.post("/t/<token>/serahkan")
def hand_code(token: str) -> Response:
    """A code for the holder, shown once to whoever says it to him in person."""
    moment = now()
    entry = enter(token, moment)
    is_of_this_version(entry)
    made = actions.hand_code(
        office(),
        entry.task.id,
        request.form.get(RECEIVER, ""),
        actor=entry.actor(),
        now=moment,
    )
    back = url_for("task_links.show", token=token)
    return make_response(
        render_template("code_made.html", made=made, back=back, until=_clock(entry, made.until))
    )


@pages.get("/t/<token>/aplikasi")
def authenticator(token: str) -> Response:
    """How the holder of a task that asks for a code registers an authenticator app."""
    return _page(_holder(token, now()), token)


@pages.post("/t/<token>/aplikasi")
def register_authenticator(token: str) -> Response:
    """Have a code sent, show the app's key for a right one, or take the app's first code."""
    moment = now()
    entry = _holder(token, moment)
    is_of_this_version(entry)
    if ASK in request.form:
        return _send(entry, token, moment)
    new = _shown_before(entry)
    try:
        if new is None:
            return _begin(entry, token, moment)
        actions.confirm_app(
            office(),
            entry.task.id,
            new.id,
            request.form.get(CODE, ""),
            actor=entry.actor(),
            now=moment,
        )
    except CodeRefused as error:
        if error.wrong:
            count_failure()
        return _page(entry, token, error=error, new=new)
    return showing.told(entry, text("app_done_title"), text("app_done_why"))


def _send(entry: Entry, token: str, moment: datetime) -> Response:
    try:
        sent = actions.send_code(
            office(), entry.task.id, None, actor=entry.actor(), now=moment, anew=True
        )
    except CodeRefused as error:
        return _page(entry, token, error=error)
    if sent.way is None:
        return _page(entry, token, error=CodeRefused("confirming.app_nowhere"))
    return _page(entry, token, sent=sent)


def _begin(entry: Entry, token: str, moment: datetime) -> Response:
    typed = request.form.get(CODE, "")
    new = actions.begin_app(office(), entry.task.id, typed, actor=entry.actor(), now=moment)
    return _page(entry, token, new=new)


def _shown_before(entry: Entry) -> NewApp | None:
    """The app whose key this very page has shown; None when it has shown none."""
    app_id = request.form.get(APP, "")
    if not app_id:
        return None
    check_nonce(office().secret, request.form.get(PROOF, ""), "app", app_id, entry.link.id)
    return actions.resume_app(office(), app_id)


def _holder(token: str, moment: datetime) -> Entry:
    entry = enter(token, moment)
    if entry.purpose is not LinkPurpose.ANSWER:
        raise NotFound
    return entry


def _clock(entry: Entry, until: datetime | None) -> str:
    zone = office().calendar.zone(entry.task.region_code)
    return until.astimezone(zone).strftime("%H.%M") if until else "-"


def _page(
    entry: Entry,
    token: str,
    *,
    sent: CodeSent | None = None,
    new: NewApp | None = None,
    error: CodeRefused | None = None,
) -> Response:
    sent = sent or CodeSent()
    html = render_template(
        "authenticator.html",
        person=entry.person,
        official=entry.official,
        sent=sent,
        way=say(f"confirming.way_{sent.way.value}", language()) if sent.way else "",
        until=_clock(entry, sent.until),
        new=new,
        new_proof=nonce(office().secret, "app", new.id, entry.link.id) if new else "",
        picture=square(new.address) if new else "",
        error=error.fields[CodeRefused.FIELD].say(language()) if error else "",
        here=url_for("task_links.authenticator", token=token),
        task_href=url_for("task_links.show", token=token),
        names={"code": CODE, "ask": ASK},
        nonce=nonce(office().secret, *purpose(entry)),
    )
    return make_response(html, error.status if error else 200)
