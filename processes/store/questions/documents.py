"""Documents, as far as a viewer may read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from processes.errors import FileHeld, NotFound
from processes.store.asking import Question
from processes.store.questions.seen import SeenQuestion
from processes.store.questions.sight import Eyes, own, sees_document, sight
from processes.store.tables import Document, Scan, Task
from processes.store.viewer import Viewer


def find_document(session: Session, viewer: Viewer, document_id: str) -> Document | None:
    """The document if the viewer may read it; None when there is none, or none for him.

    One that no case uses yet is read by the region that handed it in.
    """
    found: Document | None = session.scalar(_visible(viewer).where(Document.id == document_id))
    return found


def readable_document(session: Session, viewer: Viewer, document_id: str) -> Document:
    """The document if its bytes may go to the viewer (the one place that decides it).

    Raises NotFound when there is none for him, and FileHeld when the virus scanner holds it back.
    """
    found = find_document(session, viewer, document_id)
    if found is None:
        raise NotFound
    if found.scan is Scan.INFECTED:
        raise FileHeld("store.file_is_infected", filename=found.filename)
    if not may_leave(found, viewer):
        raise FileHeld(filename=found.filename)
    return found


def may_leave(document: Document, viewer: Viewer) -> bool:
    """Whether the virus scanner lets a document that the viewer sees go to him."""
    if document.scan is Scan.WAITING:
        return document.region_code in (viewer.regions or ())
    return document.scan is not Scan.INFECTED


def documents_of_case(session: Session, viewer: Viewer, case_id: str) -> list[Document]:
    """The documents of a case that the viewer may read, the oldest first."""
    return OF_CASE.firsts(session, viewer, case=case_id)


def document_names(session: Session, viewer: Viewer, document_ids: Sequence[str]) -> dict[str, str]:
    """The names of those documents that the viewer may know of, by id."""
    query = _visible(viewer).where(Document.id.in_(document_ids))
    return {document.id: document.filename for document in session.scalars(query)}


def document_numbers(session: Session, case_id: str) -> dict[str, int]:
    """By id, the how-manieth file each document is that one house handed in for one question.

    Counted over the whole case, so that everybody calls the same file by the same number.
    """
    counted: Counter[tuple[str | None, ...]] = Counter()
    numbers = {}
    for document_id, region, field, element in FOR_QUESTIONS.rows(session, case=case_id):
        counted[region, field, element] += 1
        numbers[document_id] = counted[region, field, element]
    return numbers


def _visible(viewer: Eyes) -> Select[Any]:
    query = select(Document)
    if viewer.sees_everything:
        return query
    seen = sight(viewer)
    unused = and_(Document.case_id.is_(None), own(viewer, Document.region_code))
    in_case = and_(seen.c.case_id.is_not(None), sees_document(viewer, seen))
    return (
        query.outerjoin(Task, Task.id == Document.task_id)
        .outerjoin(seen, seen.c.case_id == Document.case_id)
        .where(or_(unused, in_case))
    )


#: the documents of a `case` that a viewer may read, the oldest first
OF_CASE = SeenQuestion(
    lambda p, eyes: _visible(eyes).where(Document.case_id == p.one("case")),
    order=(Document.uploaded_at, Document.id),
)
#: what was handed in for the questions of a `case`: id, house, field and task
FOR_QUESTIONS = Question(
    lambda p: (
        select(Document.id, Document.region_code, Document.field, Task.element)
        .join(Task, Task.id == Document.task_id)
        .where(Document.case_id == p.one("case"), Document.field.is_not(None))
    ),
    order=(Document.uploaded_at, Task.position, Document.id),
)
