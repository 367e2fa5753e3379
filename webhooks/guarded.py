"""What all pages for those who are signed in have in common, board and reports alike.

Whoever is not signed in has to, an administrator sets up an app first, and what an observer is
shown is written down.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for

from processes.store import access_log
from processes.store.tables import AccountRole
from webhooks.clock import now
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.rights import Right
from webhooks.sessions import account, find_account, form_nonce, lacks_app, may, relies_on_links
from webhooks.wanted_page import remember_page

#: pages of somebody who has to set up an app before anything else
OPEN_WITHOUT_APP = ("board.my_app", "board.begin_my_app", "board.prove_again", "board.proof")


def guard(pages: Blueprint) -> None:
    """Let the pages of a blueprint be for those who are signed in."""
    pages.before_request(_require_sign_in)
    pages.before_request(_require_app)
    pages.after_request(_note_view)
    pages.context_processor(_frame)


def _require_sign_in() -> Response | None:
    """Whoever is not signed in has to, and then comes to the page that he asked for; a script gets
    a refusal that it can read."""
    if find_account() is not None:
        return None
    if wants_json():
        account()
    response = make_response(redirect(url_for("sign_in.how"), 303))
    remember_page(response)
    return response


def _require_app() -> Response | None:
    """An administrator who came with a password alone sets up an authenticator app first."""
    if request.endpoint in OPEN_WITHOUT_APP or not lacks_app():
        return None
    return make_response(redirect(url_for("board.my_app"), 303))


def _note_view(response: Response) -> Response:
    """Add a line for each page or file that an observer was given, with the case it shows."""
    seen_by = find_account()
    if seen_by is None or seen_by.role is not AccountRole.OBSERVER or response.status_code != 200:
        return response
    case_id = (request.view_args or {}).get("case_id")
    with office().database.write() as session:
        access_log.note(
            session, seen_by.id, route=request.endpoint or "", case_id=case_id, now=now()
        )
    return response


def _frame() -> dict[str, Any]:
    """What the frame around every page needs."""
    return {
        "nonce": form_nonce(),
        "may_open": may(Right.OPEN),
        "may_act": may(Right.SHEPHERD),
        "may_repair": may(Right.REPAIR),
        "may_keep": may(Right.KEEP),
        "may_publish": may(Right.PUBLISH),
        "may_approve": may(Right.APPROVE),
        "has_mailbox": office().settings.is_development,
        "lacks_proofs": request.endpoint == "board.dashboard" and relies_on_links(),
    }
