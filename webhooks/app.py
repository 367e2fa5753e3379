"""The web app: one factory that hangs every page and the machine API on one Flask app."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, request

from processes.office import Office
from webhooks import (
    board,
    current,
    drawing,
    errors,
    health,
    mailbox,
    metrics,
    oidc,
    paper_proofs,
    partners,
    playing,
    publishing,
    rendering,
    reports,
    request_log,
    security,
    status_pages,
    task_links,
)
from webhooks.api.dispatch import register as register_api
from webhooks.bundle import serving as bundle_files
from webhooks.language import remember_language
from webhooks.posted_forms import OurRequest
from webhooks.visitors import remember_visitor

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


#: what shows no date and answers even without a database
TIMELESS = (
    None,
    "static",
    "robots",
    "health.can_serve",
    "health.is_whole",
    "metrics.metrics",
    "bundle.file",
)
#: rooms that read the calendar together with what they ask first
LOOKING = ("api", task_links.pages.name)


def create_app(office: Office) -> Flask:
    """A Flask app that serves one office."""
    app = errors.Discreet("webhooks")
    app.request_class = OurRequest
    app.extensions["office"] = office
    app.config["STARTED_AT"] = datetime.now(UTC)
    request_log.register(app)
    metrics.register(app)
    security.secure(app, office.settings)
    errors.register(app)
    rendering.register(app)
    app.before_request(_follow_calendar)
    app.after_request(remember_language)
    app.after_request(remember_visitor)
    for room in (
        task_links,
        partners,
        paper_proofs,
        status_pages,
        board,
        reports,
        publishing,
        playing,
        drawing,
        bundle_files,
        oidc,
        health,
    ):
        app.register_blueprint(room.pages)
    if office.settings.is_development:
        app.register_blueprint(mailbox.pages)
    register_api(app, office)
    app.add_url_rule("/robots.txt", "robots", _robots)
    prefix = urlsplit(office.settings.base_url).path.rstrip("/")
    if prefix:
        app.wsgi_app = _under(prefix, app.wsgi_app)  # type: ignore[assignment,method-assign]
    return app


def _follow_calendar() -> None:
    """Show dates by the calendar as it is now, whichever process changed it.

    The machine API and the pages behind links do so when they look who asks.
    """
    if request.endpoint not in TIMELESS and request.blueprint not in LOOKING:
        with current.office().database.read() as session:
            current.office().kept_calendar.read(session)


def _robots() -> Response:
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


def _under(prefix: str, inner: WSGIApplication) -> WSGIApplication:
    """Serve below a path of the base URL, whether or not the proxy in front cuts that path off."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(prefix + "/"):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        environ["SCRIPT_NAME"] = prefix
        return inner(environ, start_response)

    return serve
