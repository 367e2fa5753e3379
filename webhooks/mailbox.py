"""The messages of a trial installation, as files in its data folder, readable in the browser.

Only registered in development: whoever reads a message holds the links in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup, escape

from processes.errors import NotFound
from webhooks.current import office

pages = Blueprint("mailbox", __name__)

PER_PAGE = 50
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message as it lies in the folder."""

    #: file name without `.eml`, its address on the page
    name: str
    sender: str
    to: str
    subject: str
    date: str
    body: str


@pages.get("/mailbox")
def listing() -> str:
    """The newest messages first, fifty to a page."""
    files = _files()
    wanted = request.args.get("page", "1")
    number = max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < 6 else 1
    start = (number - 1) * PER_PAGE
    return render_template(
        "mailbox.html",
        letters=[_read(path) for path in files[start : start + PER_PAGE]],
        total=len(files),
        page=number,
        has_more=len(files) > start + PER_PAGE,
    )


@pages.get("/mailbox/<name>")
def letter(name: str) -> str:
    """One message, with its links as links."""
    path = next((path for path in _files() if path.stem == name), None)
    if path is None:
        raise NotFound
    found = _read(path)
    return render_template("mail.html", letter=found, body=with_links(found.body))


def _files() -> list[Path]:
    """Every message, the one written last first; the folder may not exist yet.

    Not by the time a message bears: after `ksdd tick --now` that may lie years ahead of the clock.
    """
    folder = office().settings.mail_folder
    if not folder.is_dir():
        return []
    return sorted(folder.glob("*.eml"), key=_written, reverse=True)


def _written(path: Path) -> tuple[int, str]:
    """When the file was written; of those of one moment, by name, which begins with the time."""
    return path.stat().st_mtime_ns, path.name


def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Letter(
        name=path.stem,
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        date=str(message["Date"] or ""),
        body=_text(message),
    )


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    return str(part.get_content()) if part is not None else ""


def with_links(body: str) -> Markup:
    """The text, escaped, with addresses of this very installation made clickable; others stay."""
    return Markup("").join(_pieces(body, current_app.config["BASE_URL"] + "/"))


def _pieces(body: str, base: str) -> Iterator[Markup]:
    at = 0
    for match in ADDRESS.finditer(body):
        yield escape(body[at : match.start()])
        url = match.group()
        inner = escape(url)
        yield Markup('<a href="{0}">{0}</a>').format(url) if url.startswith(base) else inner
        at = match.end()
    yield escape(body[at:])
