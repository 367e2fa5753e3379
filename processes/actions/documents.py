"""Taking in files, and tying them to the task whose answer they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeGuard

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.scanning import scanned
from processes.engine.forms import Form
from processes.errors import WrongType
from processes.store import history
from processes.store.allowance import check_allowance
from processes.store.asking import Question
from processes.store.file_names import PDF, clean_filename, true_name
from processes.store.signatures import verify
from processes.store.tables import Case, Document, Scan, Task, new_id

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
    only: Collection[str] | None = None,
) -> Document:
    """Keep a file; the bytes are safe on disk before the row that names them is written.

    1. Kind, structure and size are examined, then the virus scanner is asked, if there is one.
       With `only`, kinds (media types) other than those are not taken.
    2. The signatures in a PDF are checked; whatever they are, the file is taken.
    3. It is named with the ending of its kind.

    Raises TooLarge, WrongType or StorageFull; then nothing is kept.
    """
    scan = Scan.NONE

    def inspect(path: Path, media_type: str | None) -> None:
        nonlocal scan
        if only is not None and media_type not in only:
            raise WrongType("partners.scan_type", filename=clean_filename(filename))
        scan = scanned(office.settings, path, clean_filename(filename))

    blob = office.blobs.add(stream, MOST_BYTES, filename, inspect=inspect)
    assert blob.media_type is not None  # it was given a name
    signatures = None
    if blob.media_type == PDF:
        signatures = verify(office.blobs.path(blob.sha256), office.settings.trust_folder, now)
    document = Document(
        id=new_id(),
        region_code=region,
        sha256=blob.sha256,
        size=blob.size,
        media_type=blob.media_type,
        filename=true_name(filename, blob.media_type),
        uploaded_at=now,
        uploaded_by=actor.name,
        scan=scan,
        signatures=signatures,
    )
    with office.database.write() as session:
        session.add(document)
    return document


def bind_documents(
    session: Session,
    form: Form,
    task: Task,
    answers: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Tie the documents named by an answer to their case, task and field.

    They belong to the region that handed them in: the task's own, or the one that recorded it from
    paper. Raises TooLarge when its allowance of files in this case is used up.
    """
    region = task.recorded_for or task.region_code
    named = {
        field.id: session.get_one(Document, answer["document"])
        for field in form.fields
        if _is_file(answer := answers.get(field.id))
    }
    # one that answers another task already stays there; here it is only named
    bound = {name: each for name, each in named.items() if each.task_id in (None, task.id)}
    here = (task.case_id, region)
    joining = {each for each in bound.values() if (each.case_id, each.region_code) != here}
    if joining:
        check_allowance(session, task.case_id, region, joining, now=now)
    for name, document in bound.items():
        is_new = document.task_id is None
        document.case_id, document.task_id, document.field = task.case_id, task.id, name
        document.region_code = region
        if is_new:
            note_signatures(session, task, document, actor, now)


def _is_file(answer: Any) -> TypeGuard[dict[str, str]]:
    return isinstance(answer, dict) and set(answer) == {"document"}


#: what the id of a document looks like
IDENTITY = re.compile(r"[0-9a-f]{32}")
#: several `documents` (ids)
NAMED = Question(lambda p: select(Document).where(p.among(Document.id, "documents")))


def documents_named(answers: Mapping[str, Any]) -> list[str]:
    """Ids of the documents that answers name in their fields, whatever else came with them."""
    named = [answer["document"] for answer in answers.values() if _is_file(answer)]
    return [each for each in named if isinstance(each, str) and IDENTITY.fullmatch(each)]


def note_signatures(
    session: Session, task: Task, document: Document, actor: Actor, now: datetime
) -> None:
    """Record in the history what was found in a signed file that now belongs to a task."""
    if not document.signatures:
        return
    history.append(
        session,
        session.get_one(Case, task.case_id),
        at=now,
        kind="document.signatures",
        actor=actor.as_entry(),
        details={
            "task": task.id,
            "name": document.filename,
            "document": document.id,
            "sha256": document.sha256,
            "signatures": document.signatures,
        },
    )
