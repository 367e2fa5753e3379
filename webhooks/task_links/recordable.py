"""What else waits in an official's house in the same case, with his way to record it from paper."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store import links
from processes.store.asking import Asked, Question
from processes.store.tables import Link, LinkPurpose, Official, Region, Task, TaskStatus
from webhooks.current import office
from webhooks.task_links.entry import Entry


@dataclass(frozen=True, kw_only=True)
class Recordable:
    """A task that may be recorded from a signed paper."""

    name: str
    #: code of the region that it is about, where another one does it
    about: str | None
    region: str
    href: str


#: what a `person` may record of a `case` by links of his, but for one `task`
_RECORDED = Question(
    lambda p: (
        select(Task, Region.name, Link.id)
        .join(Link, Link.task_id == Task.id)
        .join(Official, Official.id == Link.official_id)
        .join(Region, Region.code == Task.region_code)
        .where(
            Task.case_id == p.one("case"),
            Task.id != p.one("task"),
            Link.purpose == LinkPurpose.RECORD,
            Link.revoked_at.is_(None),
            Official.person_id == p.one("person"),
            Official.active,
        )
    ),
    order=(Task.position, Link.created_at),
)


def asked_of(entry: Entry) -> Asked:
    """What `recordable` will ask."""
    return _RECORDED.about(case=entry.case.id, task=entry.task.id, person=entry.person.id)


def recordable(session: Session, entry: Entry) -> list[Recordable]:
    """Open tasks of the case that this person may record, but for the one he looks at.

    Those that silence has decided are among them until their real answer is known.
    """
    rows = asked_of(entry).rows(session)
    found = {}
    for task, region, link_id in rows:
        shape = office().shape_of(session, entry.case, task)
        if _waits(task, late=bool(shape.late_message)):
            token = links.token_for(office().secret, link_id)
            href = url_for("task_links.show", token=token)
            found[task.id] = Recordable(name=task.name, about=task.about, region=region, href=href)
    return list(found.values())


def _waits(task: Task, *, late: bool) -> bool:
    if task.status is TaskStatus.OPEN:
        return True
    return late and "overtaken" in (task.receipt or {}) and task.answers is None
