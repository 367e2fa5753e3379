"""Giving an open task to other officials: their links are made, the old ones die at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.inviting import send_link
from processes.actions.task_entries import tell_of_task
from processes.store import case_officials, links, questions
from processes.store.handover import hold
from processes.store.questions.people import Holder
from processes.store.tables import Case, Task, TaskHolder

if TYPE_CHECKING:
    from processes.office import Office


def hand_to_role(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    role: str,
    *,
    why: str,
    actor: Actor,
    now: datetime,
) -> list[Holder]:
    """Give an open task to whoever acts in another role for the same house in this case.

    Returns them; empty, and nothing changed, when the role has none there.
    """
    given = case_officials.acting_in(session, case.id, task.region_code, role)
    if given:
        hand_to(session, office, case, task, given, why=why, actor=actor, now=now, by_name=False)
        task.role = role
    return given


def hand_to(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    given: Sequence[Holder],
    *,
    why: str,
    actor: Actor,
    now: datetime,
    by_name: bool = True,
) -> None:
    """Make `given` the holders of an open task of a locked case, instead of whoever held it.

    Every link of those before dies in this transaction; each new holder gets one of his own. With
    `by_name` it is for them alone: no colleague joins them later, and somebody in office who also
    stands in for another one gets it as himself.
    """
    before = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
    links.revoke(session, task.id, now=now)
    session.execute(delete(TaskHolder).where(TaskHolder.task_id == task.id))
    hold(session, task.id, [official.id for official, _ in given], by_name=by_name)
    for official, person in given:
        send_link(session, office, task, official, person, now)
    told = {"before": names_of(before), "after": names_of(given), "reason": why}
    tell_of_task(session, case, task, "task.reassigned", actor, now, told)


def names_of(holders: Sequence[Holder]) -> list[str]:
    """Officials as the history names them."""
    return [f"{person.name}, {official.position}" for official, person in holders]
