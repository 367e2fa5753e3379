"""What a view needs to know about the running app: its office, and who is calling from where."""

from __future__ import annotations

from flask import current_app, request

from processes.office import Office
from processes.store.browser_sessions import Origin


def office() -> Office:
    """The office this app was made for."""
    found: Office = current_app.extensions["office"]
    return found


def address() -> str:
    """The caller's IP address, as the server saw it; at most 64 characters."""
    return (request.remote_addr or "")[:64]


def user_agent() -> str:
    """What the caller calls its browser, cut to a length fit for the record."""
    return request.headers.get("User-Agent", "")[:300]


def origin() -> Origin:
    """Where the caller signs in from."""
    return Origin(address=address(), user_agent=user_agent())
