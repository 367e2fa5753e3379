"""What a call of the machine API is: one declaration makes its route, its checks and its entry in
the OpenAPI document, so that none of the three can say something else than the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from flask import Response

from processes.office import Office
from processes.store.tables import AccountRole
from webhooks.api.caller import Caller
from webhooks.api.fields import PROCEDURE_KEY, Fields, Kind, Text, Whole
from webhooks.api.json_schema import Schema, ref

PREFIX = "/api/v1"

EVERYONE = frozenset(AccountRole)
#: who acts on cases and tasks: another system, or an administrator who repairs
ACTING = frozenset({AccountRole.SYSTEM, AccountRole.ADMIN})
#: who publishes procedures
PUBLISHING = frozenset({AccountRole.OWNER, AccountRole.ADMIN})

_ID = Text(maximum=64, pattern=r"^[0-9A-Za-z_-]+$")
#: the names that stand in paths; what does not look like one of these is not found
PATH_KINDS: Mapping[str, Kind] = {
    "case_id": _ID,
    "task_id": _ID,
    "document_id": _ID,
    "official_id": _ID,
    "substitution_id": _ID,
    "reply_id": _ID,
    "enquiry_id": _ID,
    "draft": Text(maximum=61, pattern=r"^[a-z][a-z0-9_]*$", example="surat_kedua"),
    "alarm_id": _ID,
    "job_id": _ID,
    "day_id": _ID,
    "message_id": _ID,
    "webhook_id": _ID,
    "delivery_id": _ID,
    "key": Text(maximum=60, pattern=PROCEDURE_KEY, example="ksdd"),
    "number": Whole(),
}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One authenticated, checked request, as a view gets it."""

    office: Office
    caller: Caller
    #: this moment, aware, UTC
    now: datetime
    #: the caller's language, `id` or `en`
    language: str
    #: the query, checked and typed; what was not given is absent
    query: Mapping[str, Any]
    #: the fields of the JSON body, checked and typed; empty for other bodies
    body: Mapping[str, Any]
    #: of a signed call: the id of its message, and SHA-256 over its body, hex
    message: tuple[str, str] = ("", "")

    def url(self, path: str) -> str:
        """The full address of a path of this API."""
        return f"{self.office.settings.base_url}{PREFIX}{path}"


@dataclass(frozen=True, kw_only=True)
class Content:
    """A body in one media type."""

    schema: Schema
    media_type: str = "application/json"


def shape(name: str) -> Content:
    """JSON in the shape of a component."""
    return Content(schema=ref(name))


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: where it is, who may make it, what it takes and what it answers."""

    #: operationId, endpoint, and the key of its sentence `api.do_<name>`
    name: str
    method: Literal["GET", "POST"]
    #: path below /api/v1, with names of PATH_KINDS in braces
    path: str
    view: Callable[..., Response]
    #: answers of success by status
    answers: Mapping[int, Content]
    roles: frozenset[AccountRole] = EVERYONE
    query: Fields = field(default_factory=lambda: Fields(kinds={}))
    #: the JSON body; None = the call takes none
    json: Fields | None = None
    #: whether the JSON body may be left out
    json_optional: bool = False
    #: other bodies, which the view reads itself
    uploads: tuple[Content, ...] = ()
    #: request headers it knows, by name
    headers: Mapping[str, Kind] = field(default_factory=dict)
    #: whether the state of a case can stand in the way (409)
    conflicts: bool = False
    #: whether it proves who it is by a signature (Standard Webhooks) instead of a token
    signed: bool = False

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return re.sub(r"{(\w+)}", r"<\1>", self.path)

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def bodies(self) -> tuple[Content, ...]:
        """Every body it takes."""
        if self.json is None:
            return self.uploads
        return (Content(schema=self.json.schema()), *self.uploads)

    @property
    def refusals(self) -> tuple[int, ...]:
        """The statuses with which it refuses."""
        reasons = {
            400: bool(self.bodies),
            401: True,
            403: self.roles != EVERYONE or self.signed,
            404: bool(self.names),
            409: self.conflicts,
            413: bool(self.bodies),
            415: bool(self.bodies),
            422: True,
            429: True,
            503: True,
            507: self.method != "GET",
        }
        return tuple(status for status, applies in reasons.items() if applies)
