"""Which language the reader of a page wants: Indonesian, or English by a switch.

`?lang=en` decides and is remembered in a cookie; without either the page is Indonesian. The owner's
own words (titles, labels, letters) stay as he wrote them.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request

from processes.sentences import LANGUAGES, say
from webhooks.security import cookies_are_secure

COOKIE = "lang"
#: where a request keeps what was found
KNOWN = "ksdd.language"
YEAR = 365 * 24 * 3600


def language() -> str:
    """`id` or `en`, for the reader of this request."""
    # a page has hundreds of sentences, and each asks
    known: str | None = request.environ.get(KNOWN)
    if known is None:
        asked = (request.args.get("lang"), request.cookies.get(COOKIE))
        known = next((wanted for wanted in asked if wanted in LANGUAGES), "id")
        request.environ[KNOWN] = known
    return known


def text(key: str, /, **values: Any) -> str:
    """A sentence of the pages (area `web`) in the reader's language."""
    return say(f"web.{key}", language(), **values)


def board_text(key: str, /, **values: Any) -> str:
    """A sentence of the board (area `board`) in the reader's language."""
    return say(f"board.{key}", language(), **values)


def act_text(key: str, /, **values: Any) -> str:
    """A sentence about what can be done beside answering (area `acts`)."""
    return say(f"acts.{key}", language(), **values)


def keep_text(key: str, /, **values: Any) -> str:
    """A sentence of the pages about people and the data kept (area `keeping`)."""
    return say(f"keeping.{key}", language(), **values)


def account_text(key: str, /, **values: Any) -> str:
    """A sentence about accounts and signing in (area `accounts`)."""
    return say(f"accounts.{key}", language(), **values)


def report_text(key: str, /, **values: Any) -> str:
    """A sentence of the reports (area `reports`)."""
    return say(f"reports.{key}", language(), **values)


def draw_text(key: str, /, **values: Any) -> str:
    """A sentence about changing the procedure (area `drawing`)."""
    return say(f"drawing.{key}", language(), **values)


def repair_text(key: str, /, **values: Any) -> str:
    """A sentence about setting right what went wrong (area `repairing`)."""
    return say(f"repairing.{key}", language(), **values)


def publish_text(key: str, /, **values: Any) -> str:
    """A sentence about publishing the procedure (area `publishing`)."""
    return say(f"publishing.{key}", language(), **values)


def play_text(key: str, /, **values: Any) -> str:
    """A sentence about playing a draft (area `playing`)."""
    return say(f"playing.{key}", language(), **values)


def version_text(key: str, /, **values: Any) -> str:
    """A sentence about cases that get another version (area `migrating`)."""
    return say(f"migrating.{key}", language(), **values)


def remember_language(response: Response) -> Response:
    """Keep a choice made by `?lang=` for the next page; nothing else is stored."""
    wanted = request.args.get("lang")
    if wanted in LANGUAGES and wanted != request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE,
            wanted,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=cookies_are_secure(),
        )
    return response
