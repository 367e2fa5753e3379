"""Documents: hand one in, read what is known of it, read its bytes."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from processes import actions
from processes.actions.documents import MOST_BYTES
from processes.errors import FieldError, InvalidAnswers, NotFound, WrongType
from processes.store import questions
from processes.store.tables import Document
from webhooks.api import shapes
from webhooks.api.answers import answer
from webhooks.api.calls import ACTING, Ask, Call, Content, shape
from webhooks.api.fields import REGION, Fields
from webhooks.documents import download

MULTIPART = "multipart/form-data"
#: bytes of a multipart body around the file itself
ENVELOPE = 64 * 1024


def add_document(ask: Ask) -> Response:
    """Keep one file; an answer may name it from now on."""
    if request.mimetype != MULTIPART:
        raise WrongType("api.upload_type", types=MULTIPART)
    request.max_content_length = MOST_BYTES + ENVELOPE
    file = only_file()
    region = _PARTS.take(request.form.to_dict()).get("region", ask.caller.home)
    if region is not None:
        ask.caller.check_region(region)
    row = actions.add_document(
        ask.office,
        file.stream,
        file.filename or "",
        actor=ask.caller.actor,
        region=region,
        now=ask.now,
    )
    return answer(shapes.document(row), 201, location=ask.url(f"/documents/{row.id}"))


def only_file() -> FileStorage:
    """The one file of a multipart request, in its part `file`."""
    files = [file for name, file in request.files.items(multi=True) if name == "file"]
    if len(files) != 1 or len(list(request.files.values())) != 1:
        raise InvalidAnswers({"file": FieldError("api.field_file")})
    return files[0]


def show_document(ask: Ask, document_id: str) -> Response:
    """What is known of a document."""
    with ask.office.database.read() as session:
        return answer(shapes.document(_visible(session, ask, document_id)))


def read_document(ask: Ask, document_id: str) -> Response:
    """The bytes of a document, never shown by a browser as a page of ours."""
    with ask.office.database.read() as session:
        row = questions.readable_document(session, ask.caller.viewer, document_id)
    return download(row)


def _visible(session: Session, ask: Ask, document_id: str) -> Document:
    row = questions.find_document(session, ask.caller.viewer, document_id)
    if row is None:
        raise NotFound
    return row


_PARTS = Fields(kinds={"region": REGION})
_UPLOAD = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "region": REGION.schema(),
    },
    "required": ["file"],
}

CALLS = (
    Call(
        name="add_document",
        method="POST",
        path="/documents",
        view=add_document,
        roles=ACTING,
        uploads=(Content(schema=_UPLOAD, media_type=MULTIPART),),
        answers={201: shape("Document")},
    ),
    Call(
        name="show_document",
        method="GET",
        path="/documents/{document_id}",
        view=show_document,
        answers={200: shape("Document")},
    ),
    Call(
        name="read_document",
        method="GET",
        path="/documents/{document_id}/content",
        view=read_document,
        answers={200: Content(schema={}, media_type="*/*")},
        conflicts=True,
    ),
)
