"""The blueprint of the drawing pages: for those who are signed in, in the frame of the board."""

from __future__ import annotations

from flask import Blueprint, Response

from webhooks.board.views import frame, require_sign_in
from webhooks.errors import wants_json
from webhooks.sessions import account

pages = Blueprint("drawing", __name__)
pages.context_processor(frame)


@pages.before_request
def require_account() -> Response | None:
    """Whoever is not signed in is told how to; a script gets a refusal it can read."""
    if wants_json():
        account()
        return None
    return require_sign_in()
