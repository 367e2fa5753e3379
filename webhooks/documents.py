"""Documents on pages: as rows of a list, and as a download that no browser takes for our page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Response, send_file

from processes.actions.recording import PAPER
from processes.actions.replies import REPLY_FIELD
from processes.store import questions
from processes.store.tables import Document, Region, Scan, Task
from processes.store.viewer import Viewer
from webhooks.about import titled
from webhooks.current import office
from webhooks.language import text
from webhooks.signatures import SignatureRow, signature_rows

if TYPE_CHECKING:
    from webhooks.case_facts import CaseFacts


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    """One document of a list."""

    id: str
    href: str
    filename: str
    size: int
    sha256: str
    #: which field of which task it answered, in the owner's words
    label: str
    region: str
    uploaded_at: datetime
    uploaded_by: str
    zone: ZoneInfo
    #: how many files were handed in for the same question before it, itself included
    number: int
    #: whether the other parties may read it too; None when no task says so
    is_shared: bool | None
    signatures: Sequence[SignatureRow]
    #: what the virus scanner says; `menunggu` and `terinfeksi` hold it back
    scan: Scan
    #: whether the reader gets the file
    is_readable: bool
    #: what the same house handed in for the same question before, the newest first
    older: Sequence[DocumentRow] = ()


def rows(facts: CaseFacts, viewer: Viewer, href: Callable[[str], str]) -> list[DocumentRow]:
    """The documents of a case, the newest first, each with what it replaced.

    `href` gives the download address of an id.
    """
    by_id = {task.id: task for task in facts.tasks}
    in_turn = sorted(facts.documents, key=lambda d: (d.uploaded_at, facts.numbers.get(d.id, 1)))
    groups: dict[tuple[str, ...], list[DocumentRow]] = {}
    for document in reversed(in_turn):
        task = by_id.get(document.task_id or "")
        shown = row(facts, viewer, document, href(document.id))
        groups.setdefault(_question(document, task), []).append(shown)
    return [replace(newest, older=tuple(older)) for newest, *older in groups.values()]


def row(facts: CaseFacts, viewer: Viewer, document: Document, href: str) -> DocumentRow:
    """One document of a case as this viewer sees it."""
    task = next((task for task in facts.tasks if task.id == document.task_id), None)
    return DocumentRow(
        id=document.id,
        href=href,
        filename=document.filename,
        size=document.size,
        sha256=document.sha256,
        label=_label(document, task, facts),
        region=_region(document, facts.regions),
        uploaded_at=document.uploaded_at,
        uploaded_by=document.uploaded_by,
        zone=_zone(document, facts.regions),
        number=facts.numbers.get(document.id, 1),
        is_shared=None if task is None else task.shared_at is not None,
        signatures=signature_rows(document),
        scan=document.scan,
        is_readable=questions.may_leave(document, viewer),
    )


def _question(document: Document, task: Task | None) -> tuple[str, ...]:
    if task is None or not document.field:
        return (document.id,)
    return task.element, document.field, document.region_code or ""


def _region(document: Document, regions: Mapping[str, Region]) -> str:
    found = regions.get(document.region_code or "")
    return found.name if found else ""


def _label(document: Document, task: Task | None, facts: CaseFacts) -> str:
    if task is None:
        return text("document_reply") if document.field == REPLY_FIELD else document.field or ""
    asked = (*facts.shape_of(task).form.fields, *PAPER.fields)
    labels = {field.id: field.label for field in asked}
    return f"{titled(task)}: {labels.get(document.field or '', document.field or '')}".rstrip(": ")


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
