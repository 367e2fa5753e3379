"""What else of the same case an official may record from paper, with his way there: what waits in
his house, and what silence has decided while its real answer may still follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.late_answers import takes_late_answer
from processes.store import links
from processes.store.asking import Asked, Question
from processes.store.tables import Link, LinkPurpose, Official, Region, Task, TaskStatus
from webhooks.current import office
from webhooks.dates import moment
from webhooks.language import text
from webhooks.task_links.entry import Entry


@dataclass(frozen=True, kw_only=True)
class Recordable:
    """A task that may be recorded from a signed paper."""

    name: str
    #: code of the region that it is about, where another one does it
    about: str | None
    region: str
    href: str
    #: what silence has decided and since when; empty while the task waits
    silence: str


#: what a `person` may record of a `case` by links of his, but for one `task`
_RECORDED = Question(
    lambda p: (
        select(Task, Region, Link.id)
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

    Those that silence has decided are among them as long as their real answer may be recorded.
    """
    found = {}
    for task, region, link_id in asked_of(entry).rows(session):
        is_open = task.status is TaskStatus.OPEN
        if is_open or takes_late_answer(session, office(), entry.case, task):
            token = links.token_for(office().secret, link_id)
            found[task.id] = Recordable(
                name=task.name,
                about=task.about,
                region=region.name,
                href=url_for("task_links.show", token=token),
                silence=silence_of(task, region),
            )
    return list(found.values())


def silence_of(task: Task, region: Region) -> str:
    """What silence has decided about a task and since when; empty when it has decided nothing."""
    if not task.was_overtaken:
        return ""
    told = task.receipt or {}
    since = datetime.fromisoformat(told["since"])
    return text(
        "overtaken_since", name=told["overtaken"], since=moment(since, ZoneInfo(region.zone))
    )
