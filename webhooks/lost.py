"""What somebody typed on a page that can no longer take it: shown once more, to be copied."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from sqlalchemy.exc import SQLAlchemyError

from processes.store import typed
from webhooks.clock import now
from webhooks.current import office
from webhooks.posted_forms import FORMS, broken_off, readable_form

#: endpoints behind a link; the first two have its token in their path
BEHIND_LINKS = tuple(f"task_links.{n}" for n in ("show", "answer", "show_again", "answer_again"))
#: the only field of our own beside an owner's form in which people write
NOTE = "_catatan"
#: length of an id that stands for an uploaded file; nobody typed it
ID_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class WasTyped:
    """Names and texts; whether they are kept, so that it need not be said that they are lost."""

    lines: list[tuple[str, str]]
    is_kept: bool


def what_was_typed() -> WasTyped:
    """What this very request brought, else the draft of the official to whom the link belongs or
    belonged. Empty anywhere but behind a link."""
    if request.endpoint not in BEHIND_LINKS:
        return WasTyped(lines=[], is_kept=False)
    sent = _sent()
    return WasTyped(lines=sent or _drafted(), is_kept=not sent)


def _sent() -> list[tuple[str, str]]:
    if request.method != "POST" or request.mimetype not in FORMS:
        return []
    return _shown({**dict(readable_form().items()), **broken_off()})


def _drafted() -> list[tuple[str, str]]:
    token = str((request.view_args or {}).get("token", ""))
    try:
        with office().database.read() as session:
            found = typed.behind_dead_link(session, token, now())
    except SQLAlchemyError:
        return []  # the page that tells of the trouble must not fail over it
    return _shown(found.values) if found else []


def _shown(values: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (name.replace("_", " ").strip(), text)
        for name, text in values.items()
        if text.strip() and (name == NOTE or not name.startswith("_")) and not _is_file(text)
    ]


def _is_file(text: str) -> bool:
    return len(text) == ID_LENGTH and set(text) <= set("0123456789abcdef")
