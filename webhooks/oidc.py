"""Signing in through the identity provider of the house, where the settings name one."""

from __future__ import annotations

import secrets

from flask import Response, make_response, redirect, request

from processes import actions
from processes.errors import NotFound, SignInRefused
from processes.setting_values import OidcClient
from webhooks.clock import now
from webhooks.current import office, origin
from webhooks.identity_provider import Trip
from webhooks.security import cookies_are_secure
from webhooks.sessions import start_session, to_first_page
from webhooks.sign_in import pages
from webhooks.tries import count_failure

#: how long somebody may take at the provider
MAY_TAKE = 600
BACK = "/masuk/oidc/kembali"


@pages.get("/masuk/oidc")
def leave_for_provider() -> Response:
    """Send the visitor to the provider, with a cookie by which we know him again."""
    cookie = secrets.token_urlsafe(32)
    response = make_response(redirect(_trip(_client(), cookie).address(), 303))
    response.set_cookie(
        _cookie_name(),
        cookie,
        max_age=MAY_TAKE,
        httponly=True,
        # he comes back from another site
        samesite="Lax",
        secure=cookies_are_secure(),
        path="/",
    )
    return response


@pages.get(BACK)
def come_back() -> Response:
    """Let him in whom the provider knows and who has an account; the cookie is used up."""
    client, cookie = _client(), request.cookies.get(_cookie_name(), "")
    try:
        if not cookie:
            raise SignInRefused("accounts.provider_refused")
        identity = _trip(client, cookie).identity(request.url, now())
        token = actions.sign_in_as(office(), identity, origin=origin(), now=now())
    except SignInRefused:
        count_failure()
        raise
    response = to_first_page(token)
    start_session(response, token)
    response.delete_cookie(
        _cookie_name(), httponly=True, samesite="Lax", secure=cookies_are_secure(), path="/"
    )
    return response


def _client() -> OidcClient:
    client = office().settings.oidc
    if client is None:
        raise NotFound
    return client


def _trip(client: OidcClient, cookie: str) -> Trip:
    back = office().settings.base_url + BACK
    return Trip(client=client, back=back, secret=office().secret, cookie=cookie)


def _cookie_name() -> str:
    return "__Host-ksdd-oidc" if cookies_are_secure() else "ksdd-oidc"
