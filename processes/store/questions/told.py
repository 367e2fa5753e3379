"""Of tasks that wait: what was told last and to whom, and why one stands still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.store.kinds import ASKING, CODE
from processes.store.tables import (
    History,
    LedgerEntry,
    Message,
    MessageEvent,
    MessageStatus,
    Official,
    Person,
    Task,
)
from processes.store.viewer import Viewer

#: kind of the entry that says why a clock was stopped
PAUSED = "task.paused"


@dataclass(frozen=True, kw_only=True)
class LastTold:
    """The newest message that asks for a task."""

    #: name of the text, for example `pengingat`
    kind: str
    #: `email`, `apprise` or `hand`
    channel: str
    status: MessageStatus
    #: when it was sent; when it was made, for one that was not
    at: datetime
    #: whom it is for
    name: str
    #: when its link was asked for, by a person or a program
    fetched_at: datetime | None


def last_told(session: Session, viewer: Viewer, tasks: Sequence[Task]) -> dict[str, LastTold]:
    """The newest message about each of several tasks of the viewer's own regions, by task."""
    own = [task.id for task in tasks if is_own(viewer, task)]
    query = (
        select(Message, Person.name)
        .outerjoin(Official, Official.id == Message.official_id)
        .outerjoin(Person, Person.id == Official.person_id)
        .where(Message.task_id.in_(own), Message.kind.in_(sorted(ASKING - {CODE})))
        .where(Message.status != MessageStatus.DROPPED)
        .order_by(Message.created_at, Message.id)
    )
    newest = {message.task_id: (message, name) for message, name in session.execute(query)}
    fetched = _fetched(session, [message.id for message, _ in newest.values()])
    return {
        task_id: LastTold(
            kind=message.kind,
            channel=message.channel,
            status=message.status,
            at=message.sent_at or message.created_at,
            name=name or "",
            fetched_at=fetched.get(message.id),
        )
        for task_id, (message, name) in newest.items()
        if task_id is not None
    }


def _fetched(session: Session, message_ids: Sequence[str]) -> dict[str, datetime]:
    query = (
        select(MessageEvent.message_id, func.min(MessageEvent.at))
        .where(MessageEvent.message_id.in_(message_ids), MessageEvent.kind == LedgerEntry.FETCHED)
        .group_by(MessageEvent.message_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def reasons_of_pauses(session: Session, viewer: Viewer, tasks: Sequence[Task]) -> dict[str, str]:
    """Why the clocks of tasks of the viewer's own regions stand still, by task."""
    paused = {t.id: t.case_id for t in tasks if t.paused_at is not None and is_own(viewer, t)}
    query = (
        select(History)
        .where(History.case_id.in_(set(paused.values())), History.kind == PAUSED)
        .order_by(History.case_id, History.seq)
    )
    return {
        entry.details["task"]: str(entry.details.get("reason", ""))
        for entry in session.scalars(query)
        if entry.details.get("task") in paused
    }


def is_own(viewer: Viewer, task: Task) -> bool:
    """Whether the viewer sees into the house that has to do the task."""
    return viewer.regions is None or task.region_code in viewer.regions
