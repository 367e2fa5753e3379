"""The sending that is held back after a restore, and the button that lets it go on."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.store import pauses
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, viewer


@pages.get("/pengiriman")
def held() -> str:
    """Whether letters and events go out."""
    with office().database.read() as session:
        return render_template(
            "held.html", held=pauses.held(session), sees_everything=viewer().sees_everything
        )


@pages.post("/pengiriman")
def resume_sending() -> Response:
    """Let them go on."""
    check_act(Right.KEEP)
    everything = request.form.get("everything") == "ya"
    actions.resume_sending(office(), actor=actor(), everything=everything, now=now())
    return make_response(redirect(url_for("board.held"), 303))
