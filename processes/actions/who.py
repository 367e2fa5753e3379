"""Who finished a task, as it is printed, and what else is his in the same case."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.sentences import say
from processes.store.acting import position_of
from processes.store.questions.people import represented
from processes.store.tables import Case, Official, Task, TaskHolder, TaskStatus


def signed_by(
    session: Session, task: Task, actor: Actor, official: Official | None
) -> tuple[str, dict[str, str]]:
    """Name and office, or the machine that acted for the office; where he stood in for another one,
    also that one's name, and the same as the history tells it apart (`for`, `status`)."""
    if official is None:
        return actor.name[:300], {}
    office, whose = official.position, represented(session, [task.id]).get((task.id, official.id))
    if whose is not None and official.in_office:
        office += ", " + position_of(whose.status, whose.official.position, whose.person.name)
    by = f"{actor.name}, {office}" if actor.kind == "official" else f"{actor.name} untuk {office}"
    if whose is None:
        return by[:300], {}
    name = f"{whose.person.name}, {whose.official.position}"
    return by[:300], {"for": name, "status": whose.status.value}


def next_task_of(session: Session, case: Case, official: Official | None) -> str | None:
    """Id of an open task of the same person in this case, the newest first; None without one."""
    if official is None:
        return None
    return session.scalar(
        select(Task.id)
        .join(TaskHolder, TaskHolder.task_id == Task.id)
        .join(Official, Official.id == TaskHolder.official_id)
        .where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
        .where(Official.person_id == official.person_id)
        .order_by(Task.opened_at.desc(), Task.position)
        .limit(1)
    )


def of_same_person(session: Session, task: Task, elements: Sequence[str]) -> list[Task]:
    """The newest task of each of these elements in the same region, where the person who finished
    `task` finished it too."""
    if not elements or task.done_by_person_id is None:
        return []
    own = select(Task).where(
        Task.case_id == task.case_id,
        Task.region_code == task.region_code,
        Task.element.in_(elements),
        Task.done_by_person_id == task.done_by_person_id,
    )
    newest = {found.element: found for found in session.scalars(own.order_by(Task.position))}
    return list(newest.values())


def same_person_said(checked: Sequence[Task]) -> list[str]:
    """That somebody checked what he did himself, as a receipt says it; empty when he did not."""
    names = ", ".join(task.name for task in checked)
    return [say("errors.same_person", names=names)] if names else []
