"""Documents, as far as a viewer may read them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from processes.store.questions.sight import sees_document, sight
from processes.store.tables import Document, Task
from processes.store.viewer import Viewer


def find_document(session: Session, viewer: Viewer, document_id: str) -> Document | None:
    """The document if the viewer may read it; None when there is none, or none for him.

    One that no case uses yet is read by the region that handed it in.
    """
    found: Document | None = session.scalar(_visible(viewer).where(Document.id == document_id))
    return found


def documents_of_case(session: Session, viewer: Viewer, case_id: str) -> list[Document]:
    """The documents of a case that the viewer may read, the oldest first."""
    query = _visible(viewer).where(Document.case_id == case_id)
    return list(session.scalars(query.order_by(Document.uploaded_at, Document.id)))


def _visible(viewer: Viewer) -> Select[Any]:
    query = select(Document)
    if viewer.sees_everything:
        return query
    seen = sight(viewer)
    unused = and_(Document.case_id.is_(None), Document.region_code.in_(viewer.regions or ()))
    in_case = and_(seen.c.case_id.is_not(None), sees_document(viewer, seen))
    return (
        query.outerjoin(Task, Task.id == Document.task_id)
        .outerjoin(seen, seen.c.case_id == Document.case_id)
        .where(or_(unused, in_case))
    )
