"""How many requests to publish the procedure wait for whoever is signed in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from processes.actions.publishing import requests_for
from webhooks.clock import now
from webhooks.rights import Right
from webhooks.sessions import account, may


def waiting_for_me(session: Session) -> int:
    """Requests that the signed-in account may decide; none without the right."""
    return len(requests_for(session, account(), now())) if may(Right.APPROVE) else 0
