"""From the token in an address to the task it leads to, or to a refusal that tells nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from processes.actions import Actor
from processes.actions.authority import still_acts
from processes.errors import Gone, NotFound
from processes.store import calendar_days, links, questions
from processes.store.asking import Asked, ask_ahead
from processes.store.links import FoundLink
from processes.store.tables import (
    Case,
    CaseStatus,
    Link,
    LinkPurpose,
    Official,
    Person,
    Region,
    Task,
    TaskStatus,
)
from processes.store.viewer import Viewer
from webhooks.current import address, office, user_agent
from webhooks.request_log import about
from webhooks.tries import count_failure

#: how long a link shows what became of its finished task
RECEIPT_LIVES = timedelta(days=7)
#: purposes that do not end with the task; they last as long as its case runs
AFTERWARDS = (LinkPurpose.COMPLETE, LinkPurpose.RESPOND, LinkPurpose.CHOOSE)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A living link with everything it stands for."""

    link: Link
    task: Task
    #: the case as the holder's region may see it
    case: Case
    official: Official
    person: Person
    #: the region whose task it is
    region: Region

    @property
    def viewer(self) -> Viewer:
        """What the official may see: the part of his own region."""
        return Viewer.of_region(self.official.region_code, name=self.person.name)

    @property
    def purpose(self) -> LinkPurpose:
        """What the link lets him do."""
        return self.link.purpose

    @property
    def is_open(self) -> bool:
        """Whether the task still waits for an answer."""
        return self.task.status is TaskStatus.OPEN

    def actor(self) -> Actor:
        """The official as the one who acts, from where this request came."""
        return Actor(
            kind="official",
            name=self.person.name,
            official_id=self.official.id,
            link_id=self.link.id,
            regions=frozenset({self.official.region_code}),
            address=address(),
            user_agent=user_agent(),
        )


def enter(token: str, now: datetime) -> Entry:
    """The living link of a token.

    Raises NotFound when it is unknown and Gone when it was revoked, its official left (unless it is
    a holder's, which change of hands revokes), or its task closed more than seven days ago; both
    say the same. TooManyTries after too many unknown ones.
    """
    found, entry = _look(links.of_token(token), now)
    if entry is None:
        count_failure(weight=0 if found else 1)
        raise Gone("web.link_unknown") if found else NotFound("web.link_unknown")
    about(case=entry.case.id, task=entry.task.id)
    return entry


def enter_again(link_id: str, now: datetime) -> Entry:
    """The living link of an id that a cookie of ours names; Gone when it lives no more."""
    _found, entry = _look(links.of_id(link_id), now)
    if entry is None:
        raise Gone("web.link_unknown")
    about(case=entry.case.id, task=entry.task.id)
    return entry


def _look(which: Asked, now: datetime) -> tuple[FoundLink | None, Entry | None]:
    """A link, and what it stands for when it lives; dates are counted by the calendar as it is
    now."""
    with office().database.read() as session:
        ask_ahead(session, [calendar_days.NUMBER.about(), which])
        office().kept_calendar.read(session)
        found = links.found_by(session, which)
        return found, _living(session, found, now) if found else None


def _is_long_over(link: Link, task: Task, case: Case, now: datetime) -> bool:
    """Whether its task closed too long ago; what may still be said of it keeps a link alive."""
    closed_at = task.closed_at
    if closed_at is None or closed_at >= now - RECEIPT_LIVES:
        return False
    runs = case.status is CaseStatus.RUNNING
    silent = task.was_overtaken and task.answers is None
    records_late = silent and link.purpose is LinkPurpose.RECORD
    return not (runs and (records_late or link.purpose in AFTERWARDS))


def _living(session: Session, found: FoundLink, now: datetime) -> Entry | None:
    """What a link stands for; None when it lives no more, or its region may not see the case."""
    link, task, official = found.link, found.task, found.official
    left = link.purpose is not LinkPurpose.ANSWER and not still_acts(session, task, official)
    if link.revoked_at is not None or left or _is_long_over(link, task, found.case, now):
        return None
    seen = questions.find_case(session, Viewer.of_region(official.region_code), task.case_id)
    if seen is None or _is_long_over(link, task, seen, now):
        return None
    return Entry(
        link=link,
        task=task,
        case=seen,
        official=official,
        person=found.person,
        region=found.region,
    )
