"""What people say beside the tasks of a case: comments, questions and their answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from processes.store.questions.sight import sight
from processes.store.tables import Comment, Enquiry, Official, Task
from processes.store.viewer import Viewer


def comments_of_case(session: Session, viewer: Viewer, case_id: str) -> list[Comment]:
    """The comments that the viewer may read, oldest first: those of his own house, and those that
    were written for every party; of a case that his region left, none from afterwards."""
    query = select(Comment).where(Comment.case_id == case_id)
    if not viewer.sees_everything:
        seen = sight(viewer)
        query = query.join(seen, seen.c.case_id == Comment.case_id).where(
            or_(Comment.region_code.in_(viewer.regions or ()), Comment.is_shared),
            or_(seen.c.until.is_(None), Comment.at <= seen.c.until),
        )
    return list(session.scalars(query.order_by(Comment.at, Comment.id)))


def enquiries_of_task(session: Session, viewer: Viewer, task_id: str) -> list[Enquiry]:
    """The questions about a task that the viewer may read, oldest first: those that his own house
    asks or answers."""
    query = select(Enquiry).where(Enquiry.task_id == task_id)
    if not viewer.sees_everything:
        asked = select(Official.region_code).where(Official.id == Enquiry.asked_id)
        own = select(Task.region_code).where(Task.id == Enquiry.task_id)
        regions = viewer.regions or ()
        query = query.where(
            or_(asked.scalar_subquery().in_(regions), own.scalar_subquery().in_(regions))
        )
    return list(session.scalars(query.order_by(Enquiry.asked_at, Enquiry.id)))


def find_enquiry(session: Session, viewer: Viewer, enquiry_id: str) -> Enquiry | None:
    """A question that the viewer may read; None when there is none for him."""
    found = session.get(Enquiry, enquiry_id)
    if found is None:
        return None
    seen: Sequence[Enquiry] = enquiries_of_task(session, viewer, found.task_id)
    return found if found in seen else None
