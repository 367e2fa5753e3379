"""Links: 256 secret bits that let one official into one task.

The token is derived from the installation's secret and the link's id, so that it can be made again
when a message is sent; the database keeps only its SHA-256. A link lives until it is revoked or its
task closes; a second link of the same official leaves the first one working.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from processes.store.among import among
from processes.store.asking import Asked, Question
from processes.store.tables import (
    Case,
    CaseStatus,
    Link,
    LinkPurpose,
    Message,
    Official,
    Person,
    Region,
    Task,
    TaskHolder,
    TaskStatus,
    new_id,
)

#: what mail programs glue to the end of an address; none of it occurs in a token
GLUED = " \t\r\n.,;:!?)>]}'\"\u00a0"


def token_for(secret: bytes, link_id: str) -> str:
    """The token of a link: 43 characters, the same every time, unguessable without the secret."""
    digest = hmac.new(secret, b"link:" + link_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """What the database keeps of a token; fit for tokens of at least 112 random bits only."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def create(
    session: Session,
    secret: bytes,
    task_id: str,
    official_id: str,
    now: datetime,
    *,
    purpose: LinkPurpose = LinkPurpose.ANSWER,
) -> tuple[Link, str]:
    """A fresh link for the official, and its token, which is shown or mailed but never stored.

    `purpose` says what it lets him do with the task: answer it, or less.
    """
    link_id = new_id()
    token = token_for(secret, link_id)
    link = Link(
        id=link_id,
        token_sha256=hash_token(token),
        task_id=task_id,
        official_id=official_id,
        purpose=purpose,
        created_at=now,
    )
    session.add(link)
    return link, token


def let_carry(session: Session, message: Message) -> None:
    """Note that the links a digest lists come by this message."""
    listed = list(message.values.get("tautan") or ())
    session.execute(update(Link).where(Link.id.in_(listed)).values(carried_by=message.id))


@dataclass(frozen=True, kw_only=True)
class FoundLink:
    """A link, living or not, with all that decides whether it lives."""

    link: Link
    task: Task
    official: Official
    case: Case
    person: Person
    #: the region whose task it is
    region: Region


def _found(wanted: ColumnElement[bool]) -> Any:
    return (
        select(Link, Task, Official, Case, Person, Region)
        .join(Task, Task.id == Link.task_id)
        .join(Official, Official.id == Link.official_id)
        .join(Case, Case.id == Task.case_id)
        .join(Person, Person.id == Official.person_id)
        .join(Region, Region.code == Task.region_code)
        .where(wanted)
    )


_OF_TOKEN = Question(lambda p: _found(Link.token_sha256 == p.one("sha256")))
_OF_ID = Question(lambda p: _found(Link.id == p.one("link")))


def of_token(token: str) -> Asked:
    """Which link a token leads to; what mail programs glue to its end is ignored.

    One question, whatever comes of it: an unknown token takes as long as any other.
    """
    return _OF_TOKEN.about(sha256=hash_token(token.strip(GLUED)))


def of_id(link_id: str) -> Asked:
    """Which link has an id."""
    return _OF_ID.about(link=link_id)


def find(session: Session, token: str) -> FoundLink | None:
    """The link of a token."""
    return found_by(session, of_token(token))


def found_by(session: Session, which: Asked) -> FoundLink | None:
    """The link that `of_token` or `of_id` asks for; None when there is none."""
    rows = which.rows(session)
    if not rows:
        return None
    link, task, official, case, person, region = rows[0]
    return FoundLink(
        link=link, task=task, official=official, case=case, person=person, region=region
    )


def living(
    session: Session,
    task_id: str,
    *,
    person_id: str,
    purpose: LinkPurpose = LinkPurpose.ANSWER,
) -> Link | None:
    """The newest living link of a person into a task for a purpose; None when there is none."""
    query = (
        select(Link)
        .join(Official, Official.id == Link.official_id)
        .where(Link.task_id == task_id, Link.revoked_at.is_(None), Link.purpose == purpose)
        .where(Official.person_id == person_id)
    )
    return session.scalar(query.order_by(Link.created_at.desc(), Link.id).limit(1))


def count_living(session: Session, task_ids: Collection[str]) -> dict[str, int]:
    """By task (id), how many living links answer it; one without any is not among the keys."""
    query = (
        select(Link.task_id, func.count())
        .where(Link.task_id.in_(task_ids), Link.revoked_at.is_(None))
        .where(Link.purpose == LinkPurpose.ANSWER)
        .group_by(Link.task_id)
    )
    found: dict[str, int] = dict(session.execute(query).all())
    return found


def waiting_for_choice(session: Session, task_ids: Collection[str]) -> set[str]:
    """Those of the tasks (ids) that nobody holds because one of several has to be chosen first."""
    if not task_ids:
        return set()
    asked = select(Link.task_id).where(
        among(Link.task_id, task_ids), Link.purpose == LinkPurpose.CHOOSE
    )
    held = select(TaskHolder.task_id).where(TaskHolder.task_id == Link.task_id)
    return set(session.scalars(asked.where(~held.exists()).distinct()))


def revoke(session: Session, task_id: str, *, now: datetime, official_id: str | None = None) -> int:
    """Kill the living links to answer a task, or only those of one official; how many died.

    Who prepares or records it may go on: that does not change hands with the task.
    """
    living = update(Link).where(
        Link.task_id == task_id, Link.revoked_at.is_(None), Link.purpose == LinkPurpose.ANSWER
    )
    if official_id is not None:
        living = living.where(Link.official_id == official_id)
    died = session.execute(living.values(revoked_at=now).returning(Link.id))
    return len(died.all())


def revoke_preparing(
    session: Session, task_id: str, official_ids: Collection[str], *, now: datetime
) -> int:
    """Kill the living links by which these officials prepare a task; how many died."""
    living = update(Link).where(
        Link.task_id == task_id,
        Link.official_id.in_(official_ids),
        Link.revoked_at.is_(None),
        Link.purpose == LinkPurpose.PREPARE,
    )
    return len(session.execute(living.values(revoked_at=now).returning(Link.id)).all())


def is_living(session: Session, task_id: str, official_id: str, purpose: LinkPurpose) -> bool:
    """Whether an official has a living link into a task for a purpose."""
    found = select(Link.id).where(
        Link.task_id == task_id,
        Link.official_id == official_id,
        Link.purpose == purpose,
        Link.revoked_at.is_(None),
    )
    return session.scalar(found.limit(1)) is not None


def beside_answering(session: Session, official_id: str) -> list[tuple[Task, LinkPurpose]]:
    """What else an official may do by a living link, in cases that go on: what the task still
    allows, once for each purpose."""
    rows = session.execute(
        select(Task, Link.purpose)
        .join(Link, Link.task_id == Task.id)
        .join(Case, Case.id == Task.case_id)
        .where(
            Link.official_id == official_id,
            Link.purpose != LinkPurpose.ANSWER,
            Link.revoked_at.is_(None),
            Case.status.in_((CaseStatus.RUNNING, CaseStatus.INCIDENT)),
        )
        .order_by(Task.case_id, Task.position, Link.purpose)
    )
    found = {(task.id, purpose): task for task, purpose in rows}
    return [(task, kind) for (_, kind), task in found.items() if _still_allows(task, kind)]


def _still_allows(task: Task, purpose: LinkPurpose) -> bool:
    silent = task.was_overtaken and task.answers is None
    return (
        task.status is TaskStatus.OPEN
        or purpose in (LinkPurpose.COMPLETE, LinkPurpose.RESPOND)
        or (silent and purpose is LinkPurpose.RECORD)
    )


def revoke_beside_answering(session: Session, official_id: str, now: datetime) -> int:
    """Kill the living links by which an official does anything else than answer; how many died."""
    living = update(Link).where(
        Link.official_id == official_id,
        Link.revoked_at.is_(None),
        Link.purpose != LinkPurpose.ANSWER,
    )
    return len(session.execute(living.values(revoked_at=now).returning(Link.id)).all())


def revoke_of(session: Session, official_ids: Collection[str], now: datetime) -> int:
    """Kill every living link of these officials, whatever it is for; how many died."""
    living = update(Link).where(Link.official_id.in_(official_ids), Link.revoked_at.is_(None))
    return len(session.execute(living.values(revoked_at=now).returning(Link.id)).all())
