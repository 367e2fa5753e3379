"""A task that is not for its holder goes back to his house, which gives it to somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.authority import living_link
from processes.actions.finished import case_of, check_open
from processes.actions.handing_over import hand_to
from processes.actions.held import candidate, held_task
from processes.actions.inviting import send_all
from processes.actions.roles import SHEPHERD
from processes.actions.timers import caught_up
from processes.actions.wording import readable
from processes.errors import Conflict, Gone
from processes.store import case_officials, links
from processes.store.tables import (
    Link,
    LinkPurpose,
    Official,
    Task,
    TaskHolder,
)

if TYPE_CHECKING:
    from processes.office import Office


def decline_task(office: Office, task_id: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Give a task back: his link dies, and when nobody else holds it the cooperation office of the
    house is asked to give it to somebody.

    Raises NotFound, Gone, TaskClosed, InvalidAnswers (`reason`), or Conflict when that house has
    nobody who could give it on.
    """
    reason = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with held_task(office, task_id, actor=actor, now=now) as held:
        session, task = held.session, held.task
        others = select(TaskHolder.task_id).where(
            TaskHolder.task_id == task.id, TaskHolder.official_id != held.official.id
        )
        asked = []
        if session.scalar(others.limit(1)) is None:
            asked = case_officials.acting_in(session, held.case.id, task.region_code, SHEPHERD)
            if not asked:
                raise Conflict("acts.no_house")
        let_go(session, task, held.official, now)
        send_all(
            session,
            office,
            task,
            asked,
            now,
            kind="dialihkan",
            purpose=LinkPurpose.REASSIGN,
            note=f"{held.name}: {reason}",
        )
        held.tell("task.declined", {"reason": reason, "before": [held.name]})


def let_go(session: Session, task: Task, official: Official, now: datetime) -> None:
    """Take a task from one of its holders; his links to answer it die at once."""
    session.execute(
        delete(TaskHolder).where(
            TaskHolder.task_id == task.id, TaskHolder.official_id == official.id
        )
    )
    links.revoke(session, task.id, now=now, official_id=official.id)


def give_on(office: Office, task_id: str, official_id: str, *, actor: Actor, now: datetime) -> None:
    """Give a task that was given back to an official of its house, by the link that asked for it.

    Raises NotFound, Gone, TaskClosed, InvalidAnswers (`official`), or Conflict when somebody holds
    it by now.
    """
    with caught_up(office, case_of(office, task_id), now) as (session, case):
        task = session.get_one(Task, task_id, populate_existing=True)
        own = session.get(Official, actor.official_id) if actor.official_id else None
        if own is None or not own.active or own.region_code != task.region_code:
            raise Gone
        living_link(session, task, actor, LinkPurpose.REASSIGN)
        check_open(task)
        if session.scalar(select(TaskHolder.task_id).where(TaskHolder.task_id == task.id).limit(1)):
            raise Conflict("acts.held_by_now")
        given = candidate(session, task, official_id)
        hand_to(session, office, case, task, [given], why="", actor=actor, now=now)
        session.execute(
            update(Link)
            .where(Link.task_id == task.id, Link.purpose == LinkPurpose.REASSIGN)
            .where(Link.revoked_at.is_(None), Link.id != actor.link_id)
            .values(revoked_at=now)
        )
