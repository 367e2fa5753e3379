"""To whom a cooperation office may hand a one-time code in person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from processes.actions.roles import SHEPHERD
from processes.actions.second_channel import WITH_CODE
from processes.store import questions
from processes.store.tables import LinkPurpose
from webhooks.task_links.entry import Entry


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """A holder of a task that asks for a code."""

    #: of the official
    id: str
    name: str


def receivers(session: Session, entry: Entry) -> list[Receiver]:
    """The holders to whom whoever has the link may hand a code: those of his own house, never
    himself."""
    own = entry.official.role == SHEPHERD and entry.official.region_code == entry.task.region_code
    if entry.purpose is not LinkPurpose.RECORD or not own or not entry.is_open:
        return []
    if entry.task.assurance != WITH_CODE:
        return []
    holders = questions.holders_of_tasks(session, [entry.task.id]).get(entry.task.id, [])
    return [
        Receiver(id=official.id, name=person.name)
        for official, person in holders
        if person.id != entry.person.id
    ]
