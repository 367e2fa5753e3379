"""The blueprint of the drawing pages: for those who are signed in, in the frame of the board."""

from __future__ import annotations

from flask import Blueprint

from webhooks.guarded import guard

pages = Blueprint("drawing", __name__)
guard(pages)
