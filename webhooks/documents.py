"""Documents on pages: as rows of a list, and as a download that no browser takes for our page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, send_file

from processes.actions.recording import PAPER
from processes.engine.procedure import Procedure
from processes.store.tables import Document, Region, Task
from webhooks.current import office


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    """One document of a list."""

    href: str
    filename: str
    size: int
    sha256: str
    #: which field of which task it answered, in the owner's words
    label: str
    region: str
    uploaded_at: datetime
    zone: ZoneInfo


def rows(
    documents: Sequence[Document],
    tasks: Sequence[Task],
    *,
    procedure: Procedure,
    regions: Mapping[str, Region],
    href: Callable[[str], str],
) -> list[DocumentRow]:
    """The documents of a case, the newest first; `href` gives the download address of an id."""
    by_id = {task.id: task for task in tasks}
    newest_first = sorted(documents, key=lambda document: document.uploaded_at, reverse=True)
    return [
        DocumentRow(
            href=href(document.id),
            filename=document.filename,
            size=document.size,
            sha256=document.sha256,
            label=_label(document, by_id.get(document.task_id or ""), procedure),
            region=_region(document, regions),
            uploaded_at=document.uploaded_at,
            zone=_zone(document, regions),
        )
        for document in newest_first
    ]


def _region(document: Document, regions: Mapping[str, Region]) -> str:
    found = regions.get(document.region_code or "")
    return found.name if found else ""


def _label(document: Document, task: Task | None, procedure: Procedure) -> str:
    if task is None:
        return document.field or ""
    shape = procedure.shapes.get(task.element)
    asked = (*shape.form.fields, *PAPER.fields) if shape else ()
    labels = {field.id: field.label for field in asked}
    return f"{task.name}: {labels.get(document.field or '', document.field or '')}".rstrip(": ")


def _zone(document: Document, regions: Mapping[str, Region]) -> ZoneInfo:
    region = regions.get(document.region_code or "")
    return ZoneInfo(region.zone if region else "Asia/Jakarta")


def download(document: Document) -> Response:
    """The document's bytes, always as a file to save, never rendered inside our site."""
    response = send_file(
        office().blobs.path(document.sha256),
        mimetype=document.media_type,
        as_attachment=True,
        download_name=document.filename,
        etag=document.sha256,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
