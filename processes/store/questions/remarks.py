"""What people say beside the tasks of a case: comments, questions and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from processes.store.questions.seen import SeenQuestion
from processes.store.questions.sight import Eyes, own, sight
from processes.store.tables import Comment, Enquiry, Official, Task
from processes.store.viewer import Viewer
from processes.store.worded import Names


def _comments(p: Names, eyes: Eyes) -> Any:
    query = select(Comment).where(Comment.case_id == p.one("case"))
    if eyes.sees_everything:
        return query
    seen = sight(eyes)
    return query.join(seen, seen.c.case_id == Comment.case_id).where(
        or_(own(eyes, Comment.region_code), Comment.is_shared),
        or_(seen.c.until.is_(None), Comment.at <= seen.c.until),
    )


def _enquiries(p: Names, eyes: Eyes) -> Any:
    query = select(Enquiry).where(Enquiry.task_id == p.one("task"))
    if eyes.sees_everything:
        return query
    asked = select(Official.region_code).where(Official.id == Enquiry.asked_id)
    house = select(Task.region_code).where(Task.id == Enquiry.task_id)
    return query.where(or_(own(eyes, asked.scalar_subquery()), own(eyes, house.scalar_subquery())))


#: the comments on a `case`
COMMENTS = SeenQuestion(_comments, order=(Comment.at, Comment.id))
#: the questions about a `task`
ENQUIRIES = SeenQuestion(_enquiries, order=(Enquiry.asked_at, Enquiry.id))


def comments_of_case(session: Session, viewer: Viewer, case_id: str) -> list[Comment]:
    """The comments that the viewer may read, oldest first: those of his own house, and those that
    were written for every party; of a case that his region left, none from afterwards."""
    return COMMENTS.firsts(session, viewer, case=case_id)


def enquiries_of_task(session: Session, viewer: Viewer, task_id: str) -> list[Enquiry]:
    """The questions about a task that the viewer may read, oldest first: those that his own house
    asks or answers."""
    return ENQUIRIES.firsts(session, viewer, task=task_id)


def find_enquiry(session: Session, viewer: Viewer, enquiry_id: str) -> Enquiry | None:
    """A question that the viewer may read; None when there is none for him."""
    found = session.get(Enquiry, enquiry_id)
    if found is None:
        return None
    seen: Sequence[Enquiry] = enquiries_of_task(session, viewer, found.task_id)
    return found if found in seen else None
