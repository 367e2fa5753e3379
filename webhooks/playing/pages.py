"""The blueprint of these pages: for those who are signed in, in the frame of the board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint

from webhooks.guarded import guard

pages = Blueprint("playing", __name__)
guard(pages)

View = TypeVar("View", bound=Callable[..., Any])
#: where a draft and a version are played
DRAFT, VERSION = "/rancangan/<draft_id>/coba", "/prosedur/<key>/versi/<int:number>/coba"


def at(ending: str = "", *, method: str = "GET") -> Callable[[View], View]:
    """Let a view answer for drafts and for versions, below the page on which they are played."""

    def both(view: View) -> View:
        for place in (DRAFT, VERSION):
            pages.add_url_rule(place + ending, view_func=view, methods=[method])
        return view

    return both
