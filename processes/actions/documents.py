"""Taking in files, and tying them to the task whose answer they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.engine.forms import Form
from processes.store.allowance import check_allowance
from processes.store.documents import clean_filename
from processes.store.tables import Document, Task, new_id

if TYPE_CHECKING:
    from processes.office import Office

#: bytes one file may have
MOST_BYTES = 20 * 1024 * 1024


def add_document(
    office: Office,
    stream: IO[bytes],
    filename: str,
    *,
    actor: Actor,
    region: str | None,
    now: datetime,
) -> Document:
    """Keep a file; the bytes are safe on disk before the row that names them is written.

    Raises TooLarge or WrongType; then nothing is kept.
    """
    blob = office.blobs.add(stream, MOST_BYTES, filename)
    document = Document(
        id=new_id(),
        region_code=region,
        sha256=blob.sha256,
        size=blob.size,
        media_type=blob.media_type,
        filename=clean_filename(filename),
        uploaded_at=now,
        uploaded_by=actor.name,
    )
    with office.database.write() as session:
        session.add(document)
    return document


def bind_documents(session: Session, form: Form, task: Task, answers: Mapping[str, Any]) -> None:
    """Tie the documents named by an answer to their case, task and field.

    They belong to the region that handed them in: the task's own, or the one that recorded it from
    paper. Raises TooLarge when its allowance of files in this case is used up.
    """
    region = task.recorded_for or task.region_code
    for field in form.fields:
        answer = answers.get(field.id)
        if not (isinstance(answer, dict) and set(answer) == {"document"}):
            continue
        document = session.get_one(Document, answer["document"])
        if document.task_id not in (None, task.id):
            continue  # it answers another task already and stays there; here it is only named
        document.case_id, document.task_id, document.field = task.case_id, task.id, field.id
        document.region_code = region
    session.flush()
    check_allowance(session, task.case_id, region)
