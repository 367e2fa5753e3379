"""Handing the browser's scripts out: the same for everybody, and kept by browsers for a year."""

from __future__ import annotations

from flask import Blueprint, Response, send_from_directory, url_for

from processes.errors import NotFound
from webhooks.bundle.shelf import NAME, Shelf
from webhooks.current import office

pages = Blueprint("bundle", __name__)
YEAR = 365 * 24 * 3600


def shelf() -> Shelf:
    """The shelf of this installation."""
    return Shelf(office().settings.data)


def script(name: str) -> str | None:
    """The address of a file of the bundle; None while the bundle is not ready."""
    found = shelf()
    return url_for("bundle.file", key=found.key, name=name) if found.is_ready() else None


@pages.get("/penyunting/<key>/<name>")
def file(key: str, name: str) -> Response:
    """One file of the present bundle."""
    found = shelf()
    if key != found.key or not NAME.fullmatch(name) or not (found.folder / name).is_file():
        raise NotFound
    response = send_from_directory(found.folder, name, max_age=YEAR)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
