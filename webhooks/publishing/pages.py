"""The blueprint of these pages: for those who are signed in, in the frame of the board."""

from __future__ import annotations

from flask import Blueprint

from webhooks.board.observing import note_view
from webhooks.board.views import frame, require_sign_in

pages = Blueprint("publishing", __name__)
pages.before_request(require_sign_in)
pages.context_processor(frame)
pages.after_request(note_view)
