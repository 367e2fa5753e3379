"""What an observer looks at is written down: each page of the board, with the case it shows."""

from __future__ import annotations

from flask import Response, request

from processes.store import access_log
from processes.store.tables import AccountRole
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.sessions import find_account


@pages.after_request
def note_view(response: Response) -> Response:
    """Add a line for each page or file that an observer was given."""
    account = find_account()
    if account is None or account.role is not AccountRole.OBSERVER or response.status_code != 200:
        return response
    case_id = (request.view_args or {}).get("case_id")
    with office().database.write() as session:
        access_log.note(
            session, account.id, route=request.endpoint or "", case_id=case_id, now=now()
        )
    return response
