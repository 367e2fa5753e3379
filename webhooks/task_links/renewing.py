"""The page of a link that opens nothing, and the wish for a new one that it takes.

It is the same page whether the token was never known, was revoked, or is long over, and the wish
is answered in the same words. What comes of it goes to the registered address and nowhere else.
"""

from __future__ import annotations

from datetime import datetime

from flask import Response, jsonify, make_response, render_template, request

from processes import actions
from processes.errors import KsddError
from processes.store import links
from webhooks import errors, lost
from webhooks.current import address, office, user_agent
from webhooks.errors import wants_json
from webhooks.language import language, text
from webhooks.posted_forms import URLENCODED, readable_form
from webhooks.tries import count_failure
from webhooks.visitors import check_visitor, must_send_again

#: the field that stands in the form of that page and in no other
WISH = "_tautan_baru"
UNKNOWN = "web.link_unknown"


def refuse(error: KsddError) -> Response:
    """A refusal; for a dead link, with the button that asks for a new one."""
    if error.key != UNKNOWN or wants_json():
        return errors.answer(error)
    return _page(error.status, error.say(language()))


def _ask_again() -> Response:
    """The same button once more, now with a key: the page of a dead link has none at first, because
    it is the same page for everybody, and this browser does not say whose form it sends."""
    return _page(403, text("renew_again"))


def _page(status: int, detail: str) -> Response:
    html = render_template(
        "link_over.html",
        heading=text(f"heading_{status}"),
        detail=detail,
        wish=WISH,
        typed=lost.what_was_typed(),
    )
    return make_response(html, status)


def is_asked() -> bool:
    """Whether this request is such a wish."""
    return request.mimetype == URLENCODED and WISH in readable_form()


def by_token(token: str, now: datetime) -> Response:
    """Take the wish of whoever holds this token, known or not.

    Raises TooManyTries after too many unknown tokens.
    """
    if must_send_again():
        return _ask_again()
    check_visitor()
    with office().database.read() as session:
        found = links.find(session, token)
    if found is None:
        count_failure()
        return _heard()
    return by_link(found.link.id, now)


def by_link(link_id: str, now: datetime) -> Response:
    """Take the wish of whoever holds this link (id)."""
    if must_send_again():
        return _ask_again()
    check_visitor()
    actions.renew_link(office(), link_id, address=address(), user_agent=user_agent(), now=now)
    return _heard()


def _heard() -> Response:
    if wants_json():
        return jsonify({"detail": text("renewed_why")})
    return make_response(render_template("link_asked.html"))
