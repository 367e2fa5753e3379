"""A new link for whoever opened one that is dead: sent to the registered address, nowhere else.

Anybody who holds a token, however old, may wish for it; what comes of the wish he learns only from
the official's own mail. So the mail, and not the page, says how old the link was and why it died.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.addressing import write_to
from processes.actions.task_entries import tell_of_task
from processes.sentences import say
from processes.sentences.dates import moment
from processes.store import links, questions
from processes.store.kinds import RENEWED
from processes.store.locks import lock_case
from processes.store.questions.people import Holder
from processes.store.tables import Link, LinkPurpose, Message, Official, Person, Task, TaskStatus
from processes.store.ways import way_to

if TYPE_CHECKING:
    from processes.office import Office

#: wishes that are heard: for one task in an hour, for one address in a day (reliability.md 3.2)
FOR_A_TASK, IN_AN_HOUR = 3, timedelta(hours=1)
FOR_AN_ADDRESS, IN_A_DAY = 20, timedelta(days=1)


def renew_link(
    office: Office, link_id: str, *, address: str, user_agent: str, now: datetime
) -> None:
    """Send the official of a link a fresh one, or why he gets none; recorded with the caller's
    address and browser.

    Nothing happens for an official who has left, who has no address, or who wished too often; and
    the caller does not learn which of all this it was.
    """
    with office.database.read() as session:
        case_id = session.get_one(Task, session.get_one(Link, link_id).task_id).case_id
    with office.database.write() as session:
        case = lock_case(session, case_id)
        old = session.get_one(Link, link_id)
        task = session.get_one(Task, old.task_id, populate_existing=True)
        official = session.get_one(Official, old.official_id)
        person = session.get_one(Person, official.person_id)
        way = way_to(person)
        if not official.active or way is None or _too_often(session, task, way.address, now):
            return
        fresh = _answer(session, office, (official, person), old, task, now)
        who = Actor(
            kind="official",
            name=person.name,
            official_id=official.id,
            link_id=old.id,
            address=address,
            user_agent=user_agent,
        )
        tell_of_task(session, case, task, "link.renewed", who, now, {"link": fresh})


def _answer(
    session: Session, office: Office, to: Holder, old: Link, task: Task, now: datetime
) -> str | None:
    """Write to the official; the fresh link (id) that the letter carries, if it carries one."""
    why, fresh = _why_dead(session, old, task), None
    if why in ("alive", "replaced"):
        link, _ = links.create(session, office.secret, task.id, to[0].id, now, purpose=old.purpose)
        fresh = link.id
    made = moment(old.created_at, office.calendar.zone(to[0].region_code))
    age = say("renewing.age", made=made, days=(now - old.created_at).days)
    write_to(
        session,
        office,
        to,
        now,
        key=f"renewed:{old.id}:{now.isoformat()}",
        kind=RENEWED,
        case_id=task.case_id,
        task_id=task.id,
        link_id=fresh,
        values={"kabar": f"{age} {say(f'renewing.{why}')}"},
    )
    return fresh


def _why_dead(session: Session, link: Link, task: Task) -> str:
    """What became of a link: `alive`, `replaced` by newer ones, `handed` to another official, or
    its task is `finished` or `closed`."""
    if task.status is TaskStatus.DONE:
        return "finished"
    if task.status is TaskStatus.CANCELLED:
        return "closed"
    holders = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
    holds = link.official_id in {official.id for official, _ in holders}
    if link.purpose is LinkPurpose.ANSWER and not holds:
        return "handed"
    if link.revoked_at is None:
        return "alive"
    return "replaced" if link.purpose is LinkPurpose.ANSWER else "handed"


def _too_often(session: Session, task: Task, address: str, now: datetime) -> bool:
    for_task = _sent(session, Message.task_id == task.id, now - IN_AN_HOUR)
    to_address = _sent(session, Message.address == address, now - IN_A_DAY)
    return for_task >= FOR_A_TASK or to_address >= FOR_AN_ADDRESS


def _sent(session: Session, about: ColumnElement[bool], since: datetime) -> int:
    """How many wishes of the kind `about` were heard since."""
    heard = select(func.count()).where(Message.kind == RENEWED, about, Message.created_at > since)
    return session.scalar(heard) or 0
