"""Of tasks that wait: what was told last and to whom, and why one stands still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.store.among import among
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
        select(
            Message.task_id,
            Message.id,
            Message.kind,
            Message.channel,
            Message.status,
            func.coalesce(Message.sent_at, Message.created_at).label("at"),
            Person.name,
        )
        .outerjoin(Official, Official.id == Message.official_id)
        .outerjoin(Person, Person.id == Official.person_id)
        .where(among(Message.task_id, own), among(Message.kind, ASKING - {CODE}))
        .where(Message.status != MessageStatus.DROPPED)
        .order_by(Message.created_at, Message.id)
    )
    newest = {row.task_id: row for row in session.execute(query)}
    fetched = _fetched(session, [row.id for row in newest.values()])
    return {
        task_id: LastTold(
            kind=row.kind,
            channel=row.channel,
            status=row.status,
            at=row.at,
            name=row.name or "",
            fetched_at=fetched.get(row.id),
        )
        for task_id, row in newest.items()
    }


def _fetched(session: Session, message_ids: Sequence[str]) -> dict[str, datetime]:
    query = select(MessageEvent.message_id, func.min(MessageEvent.at)).where(
        among(MessageEvent.message_id, message_ids), MessageEvent.kind == LedgerEntry.FETCHED
    )
    query = query.group_by(MessageEvent.message_id)
    return {row[0]: row[1] for row in session.execute(query)}


def reasons_of_pauses(session: Session, viewer: Viewer, tasks: Sequence[Task]) -> dict[str, str]:
    """Why the clocks of tasks of the viewer's own regions stand still, by task."""
    paused = {t.id: t.case_id for t in tasks if t.paused_at is not None and is_own(viewer, t)}
    if not paused:
        return {}
    query = (
        select(History)
        .where(among(History.case_id, set(paused.values())), History.kind == PAUSED)
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
