"""Drafts: what one person typed for a task and has not sent. Nobody else is ever asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from processes.store.asking import Question
from processes.store.database import insert_missing
from processes.store.links import GLUED, hash_token
from processes.store.tables import Draft, Link, LinkPurpose, Official, Task

#: how long a draft outlives its task, so that whoever came too late can still copy it
KEPT = timedelta(days=7)


def save(
    session: Session,
    task_id: str,
    person_id: str,
    purpose: LinkPurpose,
    values: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep what somebody typed instead of what he typed before; what is long over is forgotten."""
    key = {"task_id": task_id, "person_id": person_id, "purpose": purpose}
    insert_missing(session, Draft, [{**key, "values": {}, "saved_at": now}])
    draft = session.get_one(
        Draft, (task_id, person_id, purpose), with_for_update=True, populate_existing=True
    )
    draft.values, draft.saved_at = dict(values), now
    over = select(Task.id).where(Task.closed_at < now - KEPT)
    session.execute(delete(Draft).where(Draft.task_id.in_(over)))


#: what a `person` typed for a `task` and `purpose`
FOUND = Question(
    lambda p: select(Draft).where(
        Draft.task_id == p.one("task"),
        Draft.person_id == p.one("person"),
        Draft.purpose == p.one("purpose"),
    )
)


def find(session: Session, task_id: str, person_id: str, purpose: LinkPurpose) -> Draft | None:
    """What this person typed for this task and purpose; None when nothing is kept."""
    found: Draft | None = FOUND.first(session, task=task_id, person=person_id, purpose=purpose)
    return found


def behind_dead_link(session: Session, token: str, now: datetime) -> Draft | None:
    """What the official of a link that died lately had typed; None also for every token that never
    was one."""
    return session.scalars(
        select(Draft)
        .join(Link, Link.task_id == Draft.task_id)
        .join(Official, Official.id == Link.official_id)
        .where(
            Link.token_sha256 == hash_token(token.strip(GLUED)),
            Link.purpose == Draft.purpose,
            Official.person_id == Draft.person_id,
            Draft.saved_at >= now - KEPT,
        )
    ).first()


#: what anybody typed for a `task`
OF_TASK = Question(lambda p: select(Draft).where(Draft.task_id == p.one("task")))


def drop(session: Session, task_id: str, person_id: str) -> None:
    """Forget what a person typed for a task, whatever for."""
    for draft in OF_TASK.firsts(session, task=task_id):
        if draft.person_id == person_id:
            session.delete(draft)
