"""Proof that a form came from a page that this very browser was shown, where nobody is signed in.

The page's form carries a keyed hash over a random word that lies in the browser's cookie. Another
site can read neither, so it can send no such form; over https it cannot set the cookie either.
"""

from __future__ import annotations

import secrets

from flask import Response, g, request

from webhooks.current import office
from webhooks.nonces import FIELD, matches, nonce
from webhooks.security import check_same_site, cookies_are_secure, hides_its_origin

#: bytes of the word
LENGTH = 16
#: characters of the longest word that is taken
LONGEST = 64


def visitor_key() -> str:
    """The proof for the form of the page that is being made; it hands out a cookie if need be."""
    if not _word() and "visitor_word" not in g:
        g.visitor_word = secrets.token_urlsafe(LENGTH)
    return nonce(office().secret, "visitor", g.get("visitor_word") or _word())


def hidden_key() -> str:
    """The same on a page that is the same for everybody and hands out no cookie: only a browser
    that has just sent a form without saying where it comes from gets one; empty for others."""
    return visitor_key() if hides_its_origin() else ""


def must_send_again() -> bool:
    """Whether such a browser sent the form of such a page for the first time, without a key."""
    return hides_its_origin() and not is_own_form()


def remember_visitor(response: Response) -> Response:
    """Give the browser the word that its page's form was made for, if it had none."""
    word = g.pop("visitor_word", "")
    if word:
        response.set_cookie(
            _cookie_name(),
            word,
            httponly=True,
            samesite="Lax",
            secure=cookies_are_secure(),
            path="/",
        )
    return response


def is_own_form() -> bool:
    """Whether this form is from a page that this browser was shown."""
    word = _word()
    return bool(word) and matches(office().secret, request.form.get(FIELD, ""), "visitor", word)


def check_visitor() -> None:
    """Raise NotAllowed when another site sent this form."""
    check_same_site(is_own_form)


def _word() -> str:
    return request.cookies.get(_cookie_name(), "")[:LONGEST]


def _cookie_name() -> str:
    return "__Host-ksdd-tamu" if cookies_are_secure() else "ksdd-tamu"
