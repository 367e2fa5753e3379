"""One line for each request: its route, status and time, and which case and task it was about."""

from __future__ import annotations

import logging
import secrets
import time

from flask import Flask, Response, g, request, request_started
from structlog.contextvars import bind_contextvars, clear_contextvars

log = logging.getLogger(__name__)

#: routes that somebody asks all the time and nobody wants to read of
QUIET = frozenset({None, "static", "health.can_serve", "health.is_whole", "metrics.metrics"})
#: names in paths that a line may tell
TOLD = ("case_id", "task_id")


def register(app: Flask) -> None:
    """Write the line of every request of this app."""
    request_started.connect(_begin, app)
    app.after_request(_tell)
    app.teardown_request(_forget)


def about(*, case: str, task: str) -> None:
    """Note which case and task this request is about, where its path does not say so."""
    bind_contextvars(case=case, task=task)


def elapsed() -> float:
    """Seconds since this request came."""
    began: float = g.began
    return time.perf_counter() - began


def _begin(_app: Flask, **_: object) -> None:
    g.began = time.perf_counter()
    clear_contextvars()
    bind_contextvars(request=secrets.token_hex(4))
    for name, value in (request.view_args or {}).items():
        if name in TOLD:
            bind_contextvars(**{name.removesuffix("_id"): value})


def _tell(response: Response) -> Response:
    if request.endpoint not in QUIET:
        log.info(
            "request",
            extra={
                "method": request.method,
                "route": str(request.url_rule),
                "status": response.status_code,
                "ms": round(elapsed() * 1000, 1),
            },
        )
    return response


def _forget(_error: BaseException | None) -> None:
    clear_contextvars()
