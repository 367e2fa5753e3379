"""The cookie that stands for a link once its form was sent, so that no address shows the token.

The first form that is sent through a link hands out a cookie for its one task; from then on the
task is shown at `/tugas/<task>`, an address that opens nothing by itself. Each task has a cookie of
its own, so that two tasks in two tabs do not disturb each other. A browser that takes no cookies
loses nothing: the link in the mail goes on showing what it showed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response, request

from processes.errors import NotAllowed
from webhooks.current import office
from webhooks.nonces import matches, nonce
from webhooks.security import cookies_are_secure
from webhooks.task_links.entry import Entry

#: how long the cookie is taken; it is handed out anew with every form
LIVES = timedelta(minutes=30)


def remember(response: Response, entry: Entry, now: datetime) -> None:
    """Hand the browser the cookie for this link's task."""
    until = int((now + LIVES).timestamp())
    proof = nonce(office().secret, *_purpose(entry.link.id, entry.task.id, until))
    response.set_cookie(
        cookie_name(entry.task.id),
        f"{entry.link.id}.{until}.{proof}",
        max_age=LIVES,
        httponly=True,
        samesite="Lax",
        secure=cookies_are_secure(),
        path="/",
    )


def recall(task_id: str, now: datetime) -> str:
    """The link (id), living or not, that this browser's cookie for a task stands for.

    Raises NotAllowed without a good cookie, whatever the task.
    """
    link_id = _link_of(task_id, now)
    if link_id is None:
        raise NotAllowed("web.cookie_missing")
    return link_id


def is_known(entry: Entry, now: datetime) -> bool:
    """Whether this browser has the cookie for the link's task."""
    return _link_of(entry.task.id, now) == entry.link.id


def goes_from_page_to_page() -> bool:
    """Whether it is a browser that shows pages, by its own word, which every current one gives.
    Everybody else is answered where he asked, and needs no cookie."""
    return request.headers.get("Sec-Fetch-Mode") == "navigate"


def cookie_name(task_id: str) -> str:
    """`__Host-` where browsers accept it, that is over https."""
    return f"{'__Host-' if cookies_are_secure() else ''}tugas-{task_id[:64]}"


def _link_of(task_id: str, now: datetime) -> str | None:
    """The link (id) in the cookie for a task; None when there is none, or it is not from us."""
    link_id, _, rest = request.cookies.get(cookie_name(task_id), "").partition(".")
    until, _, proof = rest.partition(".")
    if not (until.isascii() and until.isdecimal() and len(until) < 12):
        return None
    if not matches(office().secret, proof, *_purpose(link_id, task_id, int(until))):
        return None
    return link_id if now.timestamp() <= int(until) else None


def _purpose(link_id: str, task_id: str, until: int) -> tuple[str, ...]:
    return "visit", link_id, task_id, str(until)
