"""Drafts on pages: as rows of a list, and as a file to save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response

from processes import actions
from processes.actions.drafts import FORMATS, Draft, DraftFile
from processes.errors import NotFound
from processes.store.viewer import Viewer
from webhooks.current import office


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """One draft of a list."""

    title: str
    #: what it can be had as (`docx`, `pdf`), with the address
    links: Sequence[tuple[str, str]]


def rows(drafts: Sequence[Draft], href: Callable[[str], str]) -> list[DraftRow]:
    """The drafts of a task; `href` gives the address of a file such as `undangan.pdf`."""
    return [
        DraftRow(title=each.title, links=[(f, href(f"{each.name}.{f}")) for f in each.formats])
        for each in drafts
    ]


def download(task_id: str, file: str, *, viewer: Viewer, now: datetime) -> Response:
    """A draft by the name of its file; NotFound when there is none of this name."""
    name, _, wanted = file.rpartition(".")
    found = next((each for each in FORMATS if each == wanted), None)
    if found is None:
        raise NotFound("drafts.unknown_draft", name=file[:60])
    return to_save(actions.write_draft(office(), task_id, name, found, viewer=viewer, now=now))


def to_save(made: DraftFile) -> Response:
    """A file that is saved, never shown by a browser as a page of ours."""
    response = Response(made.content, mimetype=made.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
