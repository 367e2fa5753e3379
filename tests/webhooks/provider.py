"""A small identity provider (OpenID Connect) on loopback: code with PKCE, and signed tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.served import served

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CLIENT, SECRET = "ksdd", "rahasia klien"


@dataclass
class Provider:
    """Who is at its keyboard, and what it says of him; `lies` go into the token."""

    now: Callable[[], datetime]
    issuer: str = ""
    sub: str = "p-1"
    email: str = "wati@contoh.go.id"
    verified: bool = True
    lies: dict[str, Any] = field(default_factory=dict)
    #: says another name than its own in the answer
    iss: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048))
    #: signs with this instead
    other_key: RSAKey | None = None
    codes: dict[str, Any] = field(default_factory=dict)
    #: what reached the token endpoint
    asked: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> Flask:
        app = Flask("provider")
        app.add_url_rule("/.well-known/openid-configuration", "metadata", self._metadata)
        app.add_url_rule("/keys", "keys", lambda: jsonify(keys=[self.key.as_dict(private=False)]))
        app.add_url_rule("/authorize", "authorize", self._authorize)
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        return app

    def _metadata(self) -> Response:
        return jsonify(
            issuer=self.issuer,
            authorization_endpoint=f"{self.issuer}/authorize",
            token_endpoint=f"{self.issuer}/token",
            jwks_uri=f"{self.issuer}/keys",
        )

    def _authorize(self) -> Any:
        asked = request.args
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        assert "openid" in asked["scope"]
        code = secrets.token_urlsafe()
        self.codes[code] = dict(asked)
        answer = {"code": code, "state": asked["state"], "iss": self.iss or self.issuer}
        return redirect(f"{asked['redirect_uri']}?{urlencode(answer)}")

    def _token(self) -> Any:
        given = request.form
        self.asked.append(given.to_dict())
        asked = self.codes.pop(given["code"], None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        basic = request.authorization
        known = basic is not None and (basic.username, basic.password) == (CLIENT, SECRET)
        if asked is None or challenge != asked["code_challenge"] or not known:
            return jsonify(error="invalid_grant"), 400
        moment = int(self.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.sub,
            "nonce": asked["nonce"],
            "iat": moment,
            "exp": moment + 300,
            "email": self.email,
            "email_verified": self.verified,
        }
        token = jwt.encode({"alg": "RS256"}, claims | self.lies, self.other_key or self.key)
        return jsonify(access_token="x", token_type="Bearer", id_token=token)


@contextmanager
def running(now: Callable[[], datetime]) -> Iterator[Provider]:
    """A provider on a free port."""
    provider = Provider(now=now)

    def build(address: str) -> WSGIApplication:
        provider.issuer = address
        return provider.app()

    with served(build):
        yield provider
