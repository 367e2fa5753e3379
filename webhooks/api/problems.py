"""What is refused, as RFC 9457 problem details in the caller's language.

`type` names the class of the error (`urn:ksdd:problem:not_found`) and never changes with the
sentence; `title` is fixed per status; `detail` says what happened and what to do next; `errors` has
one sentence per field of a 422; `findings` those of a diagram that would not run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask import Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from processes.errors import (
    Busy,
    CodeLocked,
    DiagramRefused,
    InvalidAnswers,
    KsddError,
    Malformed,
    NotFound,
    TooLarge,
    TooManyTries,
    Unavailable,
    WrongType,
)
from processes.sentences import LANGUAGES, say
from webhooks.api.caller import NoToken
from webhooks.api.signed import BadSignature, BadTime

MEDIA_TYPE = "application/problem+json"
#: seconds after which another try makes sense: failed tries are counted per minute, and a database
#: that is away is asked again by then
RETRY_AFTER = 60
#: the same when others are only being received at this very moment
SOON = 10


class WrongMethod(KsddError):
    """The address exists, but not with this method; `allowed` lists those it has."""

    status = 405
    default_key = "api.wrong_method"

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = ", ".join(sorted(allowed))
        super().__init__(allowed=self.allowed)


class Broken(KsddError):
    """A defect of ours; the log has the rest."""

    status = 500
    default_key = "api.broken"


#: what Werkzeug refuses by itself, in our own words
_BY_STATUS: dict[int, type[KsddError]] = {400: Malformed, 404: NotFound, 415: WrongType}


class Refused(KsddError):
    """Werkzeug refused the request for a reason that has no words of its own here."""

    default_key = "errors.refused"


def language() -> str:
    """The language the caller asks for; Indonesian unless English is preferred."""
    for wanted, quality in request.accept_languages:
        # `best_match` would take a plain `id;q=0.1` before an `en-GB`
        if quality > 0 and wanted.partition("-")[0].lower() in LANGUAGES:
            return wanted.partition("-")[0].lower()
    return "id"


def answer_error(error: KsddError) -> Response:
    """The problem document of one of our errors."""
    return _answer(error, error.status)


def answer_http(error: HTTPException) -> Response:
    """The problem document of what Flask or Werkzeug refused before we could look."""
    status = error.code or 500
    if status >= 500:
        return _answer(Broken(), status)
    if isinstance(error, MethodNotAllowed):
        return _answer(WrongMethod(error.valid_methods or ()), status)
    if status == 413:
        return _answer(TooLarge("api.request_large"), status)
    return _answer(_BY_STATUS.get(status, Refused)(), status)


def _answer(error: KsddError, status: int) -> Response:
    found: dict[str, Any] = {
        "type": f"urn:ksdd:problem:{type(error).default_key.partition('.')[2]}",
        "title": title(status, language()),
        "status": status,
        "detail": error.say(language()),
    }
    # the path of a task link holds its token, which no answer repeats
    is_api = request.path.startswith("/api/")
    shown = request.path if is_api else f"/{request.path.split('/')[1]}"
    found["instance"] = request.script_root + shown
    if isinstance(error, InvalidAnswers):
        found["errors"] = error.sentences(language())
    if isinstance(error, DiagramRefused):
        found["findings"] = [finding.as_dict() for finding in error.findings]
    # escaped to ASCII, so that half a surrogate pair in a path or field name can be echoed
    answer = Response(json.dumps(found), status=status, content_type=MEDIA_TYPE)
    answer.vary.add("Accept-Language")
    answer.content_language.add(language())
    answer.headers.update(headers_of(error))
    return answer


def title(status: int, wanted: str) -> str:
    """The short name of a status, the same in every occurrence."""
    return say(f"api.title_{status if status in TITLED else 'other'}", wanted)


TITLED = (400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503, 507)


def headers_of(error: KsddError) -> dict[str, str]:
    """What HTTP asks to be said beside a status."""
    if isinstance(error, BadSignature | BadTime):
        # Standard Webhooks has no scheme of its own in RFC 9110's sense
        return {"WWW-Authenticate": 'Webhook realm="ksdd"'}
    if isinstance(error, NoToken):
        return {"WWW-Authenticate": f'Bearer realm="ksdd"{_token_error()}'}
    if isinstance(error, WrongMethod):
        return {"Allow": error.allowed}
    if isinstance(error, CodeLocked):
        return {"Retry-After": str(error.seconds)}
    if isinstance(error, Busy):
        return {"Retry-After": str(SOON)}
    if isinstance(error, TooManyTries | Unavailable):
        return {"Retry-After": str(error.values.get("seconds", RETRY_AFTER))}
    return {}


def _token_error() -> str:
    """RFC 6750 3.1: `invalid_token` only when a token was sent."""
    return ', error="invalid_token"' if "Authorization" in request.headers else ""
