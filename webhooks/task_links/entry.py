"""From the token in an address to the task it leads to, or to a refusal that tells nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from processes.actions import Actor
from processes.errors import Gone, NotFound
from processes.store import links, questions
from processes.store.tables import Case, Link, Official, Person, Region, Task, TaskStatus
from processes.store.viewer import Viewer
from webhooks.current import address, office, user_agent
from webhooks.tries import count_failure

#: how long a link shows what became of its finished task
RECEIPT_LIVES = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A living link with everything it stands for."""

    link: Link
    task: Task
    #: the case as the holder's region may see it
    case: Case
    official: Official
    person: Person
    region: Region

    @property
    def viewer(self) -> Viewer:
        """What the holder may see: the part of his own region."""
        return Viewer.of_region(self.region.code, name=self.person.name)

    @property
    def is_open(self) -> bool:
        """Whether the task still waits for an answer."""
        return self.task.status is TaskStatus.OPEN

    def actor(self) -> Actor:
        """The holder as the one who acts, from where this request came."""
        return Actor(
            kind="official",
            name=self.person.name,
            official_id=self.official.id,
            link_id=self.link.id,
            regions=frozenset({self.region.code}),
            address=address(),
            user_agent=user_agent(),
        )


def enter(token: str, now: datetime) -> Entry:
    """The living link of a token.

    Raises NotFound when it is unknown and Gone when it was revoked or its task closed more than
    seven days ago; both say the same. TooManyTries after too many unknown ones.
    """
    with office().database.read() as session:
        entry = _find(session, token)
    if entry is None:
        count_failure()
        raise NotFound("web.link_unknown")
    closed_at = entry.task.closed_at
    if entry.link.revoked_at is not None or (closed_at and closed_at < now - RECEIPT_LIVES):
        raise Gone("web.link_unknown")
    return entry


def _find(session: Session, token: str) -> Entry | None:
    link = links.find(session, token)
    if link is None:
        return None
    task = session.get_one(Task, link.task_id)
    official = session.get_one(Official, link.official_id)
    case = questions.find_case(session, Viewer.of_region(task.region_code), task.case_id)
    if case is None:
        return None
    return Entry(
        link=link,
        task=task,
        case=case,
        official=official,
        person=session.get_one(Person, official.person_id),
        region=session.get_one(Region, task.region_code),
    )
