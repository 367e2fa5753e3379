"""Who sends a signed message: a region's own system, known by its key (Standard Webhooks).

The signature is judged over the bytes as they came, in constant time, before anything in them is
read. An unknown endpoint, a wrong key and a changed byte are told apart by nobody.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from flask import request

from processes.actions import Actor
from processes.errors import KsddError, WrongType
from processes.office import Office
from processes.store import webhook_keys
from processes.store.tables import AccountRole, Webhook, WebhookDirection
from processes.store.viewer import Viewer
from webhooks import current
from webhooks.api.caller import Caller
from webhooks.bodies import read_body, says_json
from webhooks.tries import count_failure

HEADERS = (webhook_keys.ID, webhook_keys.TIMESTAMP, webhook_keys.SIGNATURE)


class BadSignature(KsddError):
    """The message is not one of an endpoint that we know."""

    status = 401
    default_key = "webhooks.bad_signature"


class BadTime(KsddError):
    """The message is well signed, but too long ago or too far ahead."""

    status = 401
    default_key = "webhooks.bad_time"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message whose sender is proven."""

    id: str
    body: bytes
    caller: Caller

    @property
    def sha256(self) -> str:
        """SHA-256 over the body, hex."""
        return hashlib.sha256(self.body).hexdigest()


def open_message(office: Office, webhook_id: str, now: datetime) -> Message:
    """The message of this request; raises BadSignature, BadTime, or TooManyTries."""
    body = read_body(request)
    headers = {name: request.headers.get(name, "") for name in HEADERS}
    with office.database.read() as session:
        office.kept_calendar.read(session)
        endpoint = session.get(Webhook, webhook_id)
    if not _is_living(endpoint):
        endpoint = None
    keys = (
        webhook_keys.keys_of(office.secret, endpoint, now)
        if endpoint
        else [webhook_keys.key_of(office.secret, "unknown")]
    )
    good = webhook_keys.is_signed(keys, headers, body)
    if endpoint is None or not good:
        # only wrong signatures count: a right one is never slowed down by its neighbours
        count_failure()
        raise BadSignature
    if not webhook_keys.is_recent(headers, now):
        raise BadTime
    if not says_json(request):
        raise WrongType("api.json_type")
    return Message(id=headers[webhook_keys.ID], body=body, caller=_caller(endpoint))


def _is_living(endpoint: Webhook | None) -> bool:
    return (
        endpoint is not None
        and endpoint.direction is WebhookDirection.IN
        and endpoint.active
        and endpoint.removed_at is None
    )


def _caller(endpoint: Webhook) -> Caller:
    """The endpoint as the one who acts: like a `system` token of its region, under its own name."""
    viewer = Viewer.of_region(endpoint.region_code, name=endpoint.name, role="system")
    return Caller(
        token_id=endpoint.id,
        role=AccountRole.SYSTEM,
        viewer=viewer,
        actor=Actor(
            kind="token",
            name=endpoint.name,
            regions=viewer.regions,
            address=current.address(),
            user_agent=current.user_agent(),
        ),
    )
