"""Where somebody wanted to go before he had to sign in: a shared address of the board, a bookmark,
the page on which his session fell asleep.

Only the browser remembers it, in a cookie for ten minutes, and only an address of our own comes
back out of it. One that might hold a token is not remembered: no address of the board does.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from flask import Response, request

from webhooks.security import cookies_are_secure

#: how long somebody may take to sign in
MAY_TAKE = 600
#: longest address that is remembered
LONGEST = 1500
#: as long a word as a token is, and longer than any id
SECRET = re.compile(r"[\w-]{40}")


def remember_page(response: Response) -> None:
    """Let the browser keep the address that was asked for; a form that was sent is not kept."""
    address = request.full_path.rstrip("?")
    if request.method != "GET" or not _is_own(address):
        return
    response.set_cookie(
        _cookie_name(),
        quote(address, safe="/"),
        max_age=MAY_TAKE,
        httponly=True,
        # he may come back from the identity provider, which is another site
        samesite="Lax",
        secure=cookies_are_secure(),
        path="/",
    )


def wanted_page() -> str:
    """The address that the browser kept; empty without one of our own."""
    address = unquote(request.cookies.get(_cookie_name(), ""))
    return request.script_root + address if _is_own(address) else ""


def forget_page(response: Response) -> None:
    """Take it back from the browser."""
    response.delete_cookie(
        _cookie_name(), httponly=True, samesite="Lax", secure=cookies_are_secure(), path="/"
    )


def _cookie_name() -> str:
    return "__Host-ksdd-ke" if cookies_are_secure() else "ksdd-ke"


def _is_own(address: str) -> bool:
    """Whether it is a path on this very site, as every browser reads it."""
    begins = address.startswith("/") and not address.startswith(("//", "/\\"))
    plain = address.isprintable() and "\\" not in address and len(address) <= LONGEST
    is_secret = SECRET.search(address) is not None
    return begins and plain and not is_secret and not any(urlsplit(address)[:2])
