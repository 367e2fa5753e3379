"""The blueprint of these pages: for those who are signed in, in the frame of the board."""

from __future__ import annotations

from flask import Blueprint

from webhooks.guarded import guard
from webhooks.rights import Right
from webhooks.sessions import check_right, may

pages = Blueprint("publishing", __name__)
guard(pages)


def check_reader() -> None:
    """Raise NotAllowed for whoever may neither ask for a publication nor decide on one."""
    if not may(Right.PUBLISH):
        check_right(Right.APPROVE)
