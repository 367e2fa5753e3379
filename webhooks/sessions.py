"""Who is signed in: a random token in a cookie that only our server reads, its hash in a row."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, g, make_response, redirect, request, url_for

from processes.actions import Actor
from processes.actions.securing import is_proved, must_set_up_app
from processes.errors import NotAllowed
from processes.store import accounts
from processes.store.tables import Account, AccountRole, SignIn
from processes.store.viewer import Viewer
from webhooks.clock import now
from webhooks.current import address, office, user_agent
from webhooks.nonces import FIELD, matches, nonce
from webhooks.rights import Right, has_right
from webhooks.security import check_same_site, cookies_are_secure
from webhooks.wanted_page import forget_page, wanted_page

#: how exactly it is kept when a session was used last
NOTED_EVERY = timedelta(minutes=1)


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


def renew_session(token: str) -> None:
    """Let the forms of the page that is being made belong to the session's fresh token."""
    g.fresh_token = token


def forget_session(response: Response) -> None:
    """Take the token back from the browser."""
    response.delete_cookie(
        cookie_name(), httponly=True, samesite="Lax", secure=cookies_are_secure(), path="/"
    )


def find_account() -> Account | None:
    """The signed-in account; using a session keeps it awake."""
    found = _session()
    return None if found is None else found[0]


def _session() -> tuple[Account, SignIn] | None:
    """The caller's living session with its account, read once per request."""
    if "session" not in g:
        g.session = _read_session()
    found: tuple[Account, SignIn] | None = g.session
    return found


def _read_session() -> tuple[Account, SignIn] | None:
    token = session_token()
    if not token:
        return None
    with office().database.read() as session:
        found = accounts.session_of(session, token, now())
    if found is not None and now() - found[1].seen_at >= NOTED_EVERY:
        with office().database.write() as session:
            accounts.touch_session(session, token, now())
    return found


def account() -> Account:
    """The signed-in account; NotAllowed without one."""
    found = find_account()
    if found is None:
        raise NotAllowed("web.signed_out")
    return found


def sign_in_row() -> SignIn:
    """The session of the signed-in account; NotAllowed without one."""
    found = _session()
    if found is None:
        raise NotAllowed("web.signed_out")
    return found[1]


def has_fresh_proof() -> bool:
    """Whether the signed-in person proved a short while ago who he is."""
    return is_proved(sign_in_row(), now())


def lacks_app() -> bool:
    """Whether nothing is his to do yet but setting up an authenticator app."""
    with office().database.read() as session:
        return must_set_up_app(session, account(), sign_in_row())


def relies_on_links() -> bool:
    """Whether it is an administrator who has no way in but links from the command line."""
    found = account()
    return found.role is AccountRole.ADMIN and found.password is None and found.subject is None


def first_page(found: Account | None) -> str:
    """Where somebody begins: a petugas with his own tasks, everybody else on the board."""
    is_clerk = found is not None and found.role is AccountRole.CLERK
    return url_for("board.my_tasks" if is_clerk else "board.dashboard")


def to_first_page(token: str) -> Response:
    """Send the owner of a session that has just begun to where he wanted to go, else to where he
    begins."""
    with office().database.read() as session:
        found = accounts.account_of_session(session, token, now())
    response = make_response(redirect(wanted_page() or first_page(found), 303))
    forget_page(response)
    return response


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
    return nonce(office().secret, "session", g.get("fresh_token") or session_token())


def check_form() -> None:
    """Raise NotAllowed unless this form was sent from our own page."""
    check_key(request.form.get(FIELD, ""))


def check_key(given: str) -> None:
    """Raise NotAllowed unless a script or form of our own page sent this, with the page's key."""
    check_same_site(lambda: bool(session_token()) and _is_key(given))
    if not _is_key(given):
        raise NotAllowed("web.foreign_form")


def _is_key(given: str) -> bool:
    return matches(office().secret, given, "session", session_token())


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


def check_proof() -> None:
    """Raise NotAllowed unless this form was sent from our own page by somebody who proved a short
    while ago who he is."""
    check_form()
    if not has_fresh_proof():
        raise NotAllowed("accounts.prove_first")
