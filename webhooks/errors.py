"""Every refusal as a page for people, or as an RFC 9457 problem for machines.

Neither says more than a sentence about what happened and what to do next: no traceback, no path, no
token. A link that is unknown and one that is over look exactly alike.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from processes.errors import KsddError, StorageFull
from processes.store.documents import FULL
from processes.store.trouble import told
from webhooks import lost
from webhooks.api import problems
from webhooks.language import language, text

if TYPE_CHECKING:
    from types import TracebackType

log = logging.getLogger(__name__)

#: statuses with words of their own; every other one is explained as a 400
KNOWN = {400, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503, 507}


class Discreet(Flask):
    """An app that logs what fails beyond every handler by its endpoint: a path may hold a token."""

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Write the traceback `exc_info` under the endpoint that was asked."""
        log.error("failed at %s %s", request.method, request.endpoint, exc_info=exc_info)


def register(app: Flask) -> None:
    """Answer every exception of this app."""
    app.register_error_handler(KsddError, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def wants_json() -> bool:
    """Whether the caller is a machine: by path, by `Accept`, or, when that is open, by its body."""
    if request.path.startswith("/api/"):
        return True
    accepted = request.accept_mimetypes
    as_json = max(accepted["application/json"], accepted["application/problem+json"])
    as_page = accepted["text/html"]
    return request.is_json if as_json == as_page else as_json > as_page


def answer(error: KsddError) -> Response:
    """The refusal `error` as this caller reads it."""
    if error.status >= 500:
        log.error("refused at %s: %s", request.endpoint, error)
    if wants_json():
        return problems.answer_error(error)
    answered = page(error.status, error.say(language()))
    answered.headers.update(problems.headers_of(error))
    return answered


def page(status: int, detail: str) -> Response:
    """A page that says what happened and what to do next."""
    heading = text(f"heading_{status if status in KNOWN else 400}")
    html = render_template(
        "error.html", heading=heading, detail=detail, typed=lost.what_was_typed()
    )
    return make_response(html, status)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if wants_json():
        response = problems.answer_http(error)
    else:
        response = page(status, text(f"detail_{status if status in KNOWN else 400}"))
    # 405 must name the methods there are
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _unforeseen(error: Exception) -> Response:
    """A defect of ours: one sentence outside, the traceback in the log, the path in neither.

    A path may hold a token, so the log names the endpoint instead.
    """
    if isinstance(error, OSError) and error.errno in FULL:
        return answer(StorageFull())
    trouble = told(error)
    if trouble is not None:
        log.error("database at %s %s: %s", request.method, request.endpoint, _said(error))
        return answer(trouble)
    log.error("unforeseen error at %s %s", request.method, request.endpoint, exc_info=error)
    return _http(InternalServerError())


def _said(error: Exception) -> object:
    """What the database said, without the statement and what stood in it."""
    return getattr(error, "orig", None) or type(error).__name__
