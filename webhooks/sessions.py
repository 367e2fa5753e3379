"""Who is signed in: a random token in a cookie that only our server reads, its hash in a row."""

from __future__ import annotations

from flask import Response, g, request

from processes.actions import Actor
from processes.errors import NotAllowed
from processes.store import accounts
from processes.store.tables import Account
from processes.store.viewer import Viewer
from webhooks.clock import now
from webhooks.current import address, office, user_agent
from webhooks.nonces import FIELD, check_nonce, nonce
from webhooks.rights import Right, has_right
from webhooks.security import check_same_site, cookies_are_secure


def cookie_name() -> str:
    """`__Host-` where browsers accept it, that is over https."""
    return "__Host-ksdd" if cookies_are_secure() else "ksdd"


def session_token() -> str:
    """The token in the caller's cookie; empty without one."""
    return request.cookies.get(cookie_name(), "")


def start_session(response: Response, token: str) -> None:
    """Hand the session's token to the browser; it is forgotten when the browser closes."""
    response.set_cookie(
        cookie_name(), token, httponly=True, samesite="Lax", secure=cookies_are_secure(), path="/"
    )


def forget_session(response: Response) -> None:
    """Take the token back from the browser."""
    response.delete_cookie(
        cookie_name(), httponly=True, samesite="Lax", secure=cookies_are_secure(), path="/"
    )


def find_account() -> Account | None:
    """The signed-in account, read once per request; using a session keeps it awake."""
    if "account" not in g:
        g.account = _read_account()
    found: Account | None = g.account
    return found


def _read_account() -> Account | None:
    token = session_token()
    if not token:
        return None
    with office().database.read() as session:
        account = accounts.account_of_session(session, token, now())
    if account is not None:
        with office().database.write() as session:
            accounts.touch_session(session, token, now())
    return account


def account() -> Account:
    """The signed-in account; NotAllowed without one."""
    found = find_account()
    if found is None:
        raise NotAllowed("web.signed_out")
    return found


def viewer() -> Viewer:
    """What the signed-in account sees."""
    return accounts.viewer_of(account())


def actor() -> Actor:
    """The signed-in account as the one who acts."""
    seen = viewer()
    return Actor(
        kind="account",
        name=seen.name,
        regions=seen.regions,
        address=address(),
        user_agent=user_agent(),
    )


def form_nonce() -> str:
    """The proof that goes into every form of a signed-in page."""
    return nonce(office().secret, "session", session_token())


def check_form() -> None:
    """Raise NotAllowed unless this form was sent from our own page."""
    check_same_site()
    check_nonce(office().secret, request.form.get(FIELD, ""), "session", session_token())


def may(right: Right) -> bool:
    """Whether somebody is signed in who has the right."""
    found = find_account()
    return found is not None and has_right(found.role, right)


def check_right(right: Right) -> None:
    """Raise NotAllowed unless the account has the right."""
    if not has_right(account().role, right):
        raise NotAllowed(f"web.no_right_{right.value}")


def check_act(right: Right) -> None:
    """Raise NotAllowed unless somebody who has the right sent this form from our own page."""
    check_form()
    check_right(right)
