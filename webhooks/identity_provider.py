"""The identity provider of the house (OpenID Connect): where to send somebody, and who he turns out
to be.

Authorization code with PKCE (S256), state and nonce. All three follow from one random value in the
visitor's cookie and the installation's secret, so nothing is kept here between the two requests and
an answer that belongs to another browser fits nowhere. What the provider says of itself and its
keys is read anew each time: people sign in seldom, and keys change.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from processes.actions.signing_in import Identity
from processes.errors import SignInRefused
from processes.setting_values import OidcClient

log = logging.getLogger(__name__)

DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid email"
#: nothing that anybody could make with what everybody knows
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
#: seconds the provider may take for one answer, and its clock may be wrong
PATIENCE, LEEWAY = 10, 60


@dataclass(frozen=True, kw_only=True)
class Trip:
    """One journey of a visitor to the provider and back."""

    client: OidcClient
    #: our address that he comes back to
    back: str
    secret: bytes
    #: the random value in his cookie
    cookie: str

    def address(self) -> str:
        """Where to send him. Raises SignInRefused when the provider cannot be asked."""
        with _failures():
            metadata = _metadata(self.client.issuer)
            url, _state = self._session().create_authorization_url(
                metadata["authorization_endpoint"],
                state=self._of("state"),
                nonce=self._of("nonce"),
                code_verifier=self._of("verifier"),
            )
            return str(url)

    def identity(self, answer: str, now: datetime) -> Identity:
        """Who he is, by the address with which he came back. Raises SignInRefused."""
        with _failures():
            metadata = _metadata(self.client.issuer)
            said = parse_qs(urlsplit(answer).query)
            if "code" not in said:
                raise ValueError(f"no code: {said.get('error')}")
            # RFC 9207: an answer that names its issuer must name ours
            if said.get("iss", [self.client.issuer]) != [self.client.issuer]:
                raise ValueError("the answer is another issuer's")
            token = self._session().fetch_token(
                metadata["token_endpoint"],
                authorization_response=answer,
                state=self._of("state"),
                code_verifier=self._of("verifier"),
                timeout=PATIENCE,
            )
            keys = KeySet.import_key_set({"keys": _json(metadata["jwks_uri"])["keys"]})
            return self._read(token["id_token"], keys, now)

    def _read(self, token: str, keys: KeySet, now: datetime) -> Identity:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.client.issuer},
            aud={"essential": True, "value": self.client.id},
            nonce={"essential": True, "value": self._of("nonce")},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        ).validate(claims)
        if claims.get("azp", self.client.id) != self.client.id:
            raise ValueError("the token is for another client")
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(
            subject=f"{self.client.issuer} {claims['sub']}"[:600],
            email=email if isinstance(email, str) else None,
        )

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self.client.id,
            self.client.secret,
            token_endpoint_auth_method="client_secret_basic" if self.client.secret else "none",
            scope=SCOPE,
            redirect_uri=self.back,
            code_challenge_method="S256",
        )

    def _of(self, purpose: str) -> str:
        """The state, the nonce or the verifier of this trip, 43 characters."""
        message = f"oidc\0{purpose}\0{self.cookie}".encode()
        digest = hmac.new(self.secret, message, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@contextmanager
def _failures() -> Iterator[None]:
    """Whatever goes wrong on the way, nobody is let in; why stands in the log."""
    try:
        yield
    except requests.RequestException as error:
        log.warning("penyedia identitas tidak menjawab: %s", error)
        raise SignInRefused("accounts.provider_silent") from error
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
        log.warning("jawaban penyedia identitas ditolak: %s", error)
        raise SignInRefused("accounts.provider_refused") from error


def _metadata(issuer: str) -> Mapping[str, Any]:
    found = _json(issuer.rstrip("/") + DISCOVERY)
    if found.get("issuer") != issuer:
        raise ValueError("the provider calls itself otherwise")
    return found


def _json(url: str) -> dict[str, Any]:
    answer = requests.get(url, timeout=PATIENCE, allow_redirects=False)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found
