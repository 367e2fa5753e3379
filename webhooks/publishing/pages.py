"""The blueprint of these pages: for those who are signed in, in the frame of the board."""

from __future__ import annotations

from flask import Blueprint

from webhooks.guarded import guard

pages = Blueprint("publishing", __name__)
guard(pages)
