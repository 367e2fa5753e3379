"""Who finished a task, as it is printed, and what else is his in the same case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from processes.actions.actor import Actor
from processes.actions.opening import Opened
from processes.sentences import say
from processes.store.acting import position_of
from processes.store.asking import Question
from processes.store.questions.people import Represented, holders_of_tasks, represented
from processes.store.tables import Official, Task, TaskHolder, TaskStatus
from processes.store.worded import Names


def signed_by(
    session: Session, task: Task, actor: Actor, official: Official | None, title: str
) -> tuple[str, dict[str, Any]]:
    """Name and office, or the machine and for whom it acted; and what the history tells apart.

    That is `for` and `status` where somebody stood in for another one, and for a machine the
    `holders` of the task as the history names them with their `officials` (ids). Where nobody holds
    the task the machine acted for the `title` of its role.
    """
    standing = represented(session, [task.id])
    if actor.kind != "official":
        found = holders_of_tasks(session, [task.id]).get(task.id, [])
        names = [
            f"{person.name}, {_office(held, standing.get((task.id, held.id)))}"
            for held, person in found
        ]
        told: dict[str, Any] = {"holders": names, "officials": [held.id for held, _ in found]}
        whom = "; ".join(names) or title
        by = f"{actor.name} untuk {whom}" if whom else actor.name
        return by[:300], {**(told if found else {}), **_in_name_of(task, official, standing)}
    if official is None:
        return actor.name[:300], {}
    whose = standing.get((task.id, official.id))
    by = f"{actor.name}, {_office(official, whose)}"
    return by[:300], _in_name_of(task, official, standing)


def _office(official: Official, whose: Represented | None) -> str:
    """The office by which somebody acts, and whose it is when he stands in for another one."""
    if whose is None or not official.in_office:
        return official.position
    other = position_of(whose.status, whose.official.position, whose.person.name)
    return f"{official.position}, {other}"


def _in_name_of(
    task: Task, official: Official | None, standing: Mapping[tuple[str, str], Represented]
) -> dict[str, str]:
    whose = standing.get((task.id, official.id)) if official is not None else None
    if whose is None:
        return {}
    name = f"{whose.person.name}, {whose.official.position}"
    return {"for": name, "status": whose.status.value}


def _of_its_holders(p: Names) -> Any:
    whose, held = aliased(Official), aliased(TaskHolder)
    holders = select(held.official_id).where(held.task_id == p.one("task"))
    persons = select(whose.person_id).where(
        or_(whose.id == p.one("official"), whose.id.in_(holders))
    )
    return (
        select(Task, Official.person_id)
        .join(TaskHolder, TaskHolder.task_id == Task.id)
        .join(Official, Official.id == TaskHolder.official_id)
        .where(Task.case_id == p.one("case"), Task.status == TaskStatus.OPEN)
        .where(Official.person_id.in_(persons))
    )


#: the open tasks in a `case` of everybody who holds a `task` and of one more `official` (or None),
#: with whose each is
OF_ITS_HOLDERS = Question(_of_its_holders)


def open_tasks_beside(
    session: Session, task: Task, actor: Actor, official: Official | None
) -> list[Task]:
    """What waits in the case of a task for its holder, or for who acts; itself may be among it."""
    if official is None:
        return []
    rows = OF_ITS_HOLDERS.rows(session, case=task.case_id, task=task.id, official=actor.official_id)
    return [found for found, person in rows if person == official.person_id]


def next_task_of(
    official: Official | None, were_open: Sequence[Task], opened: Opened
) -> str | None:
    """Id of an open task of the same person in this case, the newest first; None without one.
    `were_open` are those that were his before."""
    if official is None:
        return None
    own = [each for each in opened.tasks if official.person_id in opened.held_by.get(each.id, ())]
    waiting = [task for task in (*were_open, *own) if task.status is TaskStatus.OPEN]
    waiting.sort(key=lambda task: (-task.opened_at.timestamp(), task.position))
    return waiting[0].id if waiting else None


#: the tasks of some `elements` in a `case` and `region` that the person of an `official` finished
FINISHED = Question(
    lambda p: select(Task).where(
        Task.case_id == p.one("case"),
        Task.region_code == p.one("region"),
        p.among(Task.element, "elements"),
        Task.done_by_person_id.in_(
            select(Official.person_id).where(Official.id == p.one("official"))
        ),
    ),
    order=(Task.position,),
)


def of_same_person(
    session: Session, task: Task, elements: Sequence[str], official: Official
) -> list[Task]:
    """The newest task of each of these elements in the same region that the person of an official
    finished, who now finishes `task`."""
    if not elements:
        return []
    own = FINISHED.firsts(
        session,
        case=task.case_id,
        region=task.region_code,
        elements=elements,
        official=official.id,
    )
    return list({found.element: found for found in own}.values())


def same_person_said(checked: Sequence[Task]) -> list[str]:
    """That somebody checked what he did himself, as a receipt says it; empty when he did not."""
    names = ", ".join(task.name for task in checked)
    return [say("errors.same_person", names=names)] if names else []
