"""Tasks: one, some, those of a case, those that are late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, or_, select
from sqlalchemy.orm import Session

from processes.store.asking import Question
from processes.store.questions.pages import Page, rows_of_page
from processes.store.questions.seen import NEVER, SeenQuestion
from processes.store.questions.sight import Eyes, seen_task, sees_task, sight
from processes.store.tables import (
    Deadline,
    Official,
    Person,
    Task,
    TaskHolder,
    TaskStatus,
)
from processes.store.viewer import Viewer

#: read at once for a file
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class TaskFilters:
    """Which tasks are wanted; None does not narrow."""

    status: TaskStatus | None = None
    #: True: open and past their deadline; False: all others
    overdue: bool | None = None
    region: str | None = None
    role: str | None = None
    case_id: str | None = None
    stage: int | None = None
    #: whether its clock stands still
    paused: bool | None = None
    #: who holds it: a part of his name, or his id
    holder: str | None = None
    person_id: str | None = None


def find_task(session: Session, viewer: Viewer, task_id: str) -> Task | None:
    """The task as the viewer may see it; None when there is none, or none for him."""
    found = FOUND.rows(session, viewer, task=task_id)
    return seen_task(viewer, *found[0]) if found else None


def tasks_of_case(session: Session, viewer: Viewer, case_id: str) -> list[Task]:
    """The tasks of a case that the viewer may see, in the order they were opened."""
    rows = OF_CASE.rows(session, viewer, case=case_id)
    return [seen_task(viewer, task, until) for task, until in rows]


def visible_tasks(session: Session, viewer: Viewer, case_ids: Sequence[str]) -> list[Task]:
    """The tasks of several cases that the viewer may see, each case's in the order they opened."""
    query = _visible(viewer).where(Task.case_id.in_(case_ids))
    return _rows(session, viewer, query.order_by(Task.case_id, Task.position))


def done_tasks_of(
    session: Session, viewer: Viewer, case_ids: Sequence[str], wanted: ColumnElement[bool]
) -> list[Task]:
    """The finished tasks of several cases that are wanted, as the viewer may see them."""
    query = _visible(viewer).where(
        Task.case_id.in_(case_ids), wanted, Task.status == TaskStatus.DONE
    )
    return _rows(session, viewer, query.order_by(Task.case_id, Task.position))


def answers_by_element(session: Session, case_id: str) -> dict[str, Any]:
    """The newest answers to every kind of finished task of a case, whoever gave them."""
    done = select(Task.element, Task.answers).where(
        Task.case_id == case_id, Task.status == TaskStatus.DONE
    )
    rows = session.execute(done.order_by(Task.position))
    return {element: answers or {} for element, answers in rows}


def page_of_tasks(
    session: Session, viewer: Viewer, filters: TaskFilters, *, page: int, now: datetime
) -> Page[Task]:
    """One page of the tasks the viewer may see, the most urgent first."""
    query = _visible(viewer).where(*_conditions(filters, now)).order_by(*_most_urgent_first())
    rows, total = rows_of_page(session, query, page)
    items = [seen_task(viewer, task, until) for task, until in rows]
    return Page(items=items, number=page, total=total)


def each_task(
    session: Session, viewer: Viewer, filters: TaskFilters, *, now: datetime
) -> Iterator[list[Task]]:
    """All the tasks the viewer may see, the most urgent first, some at a time."""
    query = _visible(viewer).where(*_conditions(filters, now)).order_by(*_most_urgent_first())
    result = session.execute(query.execution_options(yield_per=BATCH))
    for rows in result.partitions():
        yield [seen_task(viewer, task, until) for task, until in rows]


def open_tasks(session: Session, viewer: Viewer, limit: int = 100) -> list[Task]:
    """Open tasks the viewer may see, the most urgent first."""
    query = _visible(viewer).where(Task.status == TaskStatus.OPEN)
    return _rows(session, viewer, query.order_by(*_most_urgent_first()).limit(limit))


def overdue(session: Session, viewer: Viewer, now: datetime, limit: int = 100) -> list[Task]:
    """Open tasks past their deadline that the viewer may see, the latest first."""
    query = _visible(viewer).where(_is_late(now))
    return _rows(session, viewer, query.order_by(*_most_urgent_first()).limit(limit))


def own_tasks(
    session: Session, viewer: Viewer, person_id: str | None, role: str, limit: int = 200
) -> list[Task]:
    """Open tasks that somebody holds himself, and those of `role` in his regions, the most urgent
    first."""
    held = (
        select(TaskHolder.task_id)
        .join(Official, Official.id == TaskHolder.official_id)
        .where(Official.person_id == person_id, Official.active)
    )
    of_role = Task.role == role
    if not viewer.sees_everything:
        of_role = and_(of_role, Task.region_code.in_(viewer.regions or ()))
    query = _visible(viewer).where(Task.status == TaskStatus.OPEN, or_(Task.id.in_(held), of_role))
    return _rows(session, viewer, query.order_by(*_most_urgent_first()).limit(limit))


def tasks_to_repair(
    session: Session, viewer: Viewer, filters: TaskFilters, now: datetime, *, limit: int
) -> tuple[list[Task], int]:
    """Open tasks of the viewer's own regions, the most urgent first, and how many there are."""
    query = _repairable(viewer).where(*_conditions(filters, now))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return _rows(session, viewer, query.order_by(*_most_urgent_first()).limit(limit)), total


def tasks_by_id(session: Session, viewer: Viewer, task_ids: Sequence[str]) -> list[Task]:
    """Those of some tasks that belong to the viewer's own regions, the most urgent first."""
    own = _repairable(viewer, Task.id.in_(task_ids))
    return _rows(session, viewer, own.order_by(*_most_urgent_first()))


def _repairable(viewer: Viewer, wanted: ColumnElement[bool] | None = None) -> Select[Task, Any]:
    query = _visible(viewer).where(Task.status == TaskStatus.OPEN if wanted is None else wanted)
    if viewer.sees_everything:
        return query
    return query.where(Task.region_code.in_(viewer.regions or ()))


def people_gone(session: Session, viewer: Viewer, limit: int = 50) -> list[tuple[Person, int]]:
    """Who holds open tasks of the viewer's own regions although he acts no more, and how many."""
    query = (
        select(Person, func.count(distinct(Task.id)))
        .join(Official, Official.person_id == Person.id)
        .join(TaskHolder, TaskHolder.official_id == Official.id)
        .join(Task, Task.id == TaskHolder.task_id)
        .where(Official.active.is_(False), Task.status == TaskStatus.OPEN)
        .group_by(Person.id)
        .order_by(Person.name, Person.id)
    )
    if not viewer.sees_everything:
        query = query.where(Task.region_code.in_(viewer.regions or ()))
    return [(person, count) for person, count in session.execute(query.limit(limit))]


def deadlines_of_task(session: Session, task_id: str) -> list[Deadline]:
    """Every deadline a task ever had, the one that counts first."""
    query = select(Deadline).where(Deadline.task_id == task_id)
    return list(session.scalars(query.order_by(Deadline.set_at.desc(), Deadline.id)))


def deadlines_of_tasks(session: Session, task_ids: Sequence[str]) -> dict[str, list[Deadline]]:
    """Every deadline that each of several tasks ever had, the one that counts first."""
    query = select(Deadline).where(Deadline.task_id.in_(task_ids))
    found: dict[str, list[Deadline]] = {}
    for row in session.scalars(query.order_by(Deadline.set_at.desc(), Deadline.id)):
        found.setdefault(row.task_id, []).append(row)
    return found


def open_deadlines(session: Session, case_id: str) -> list[tuple[Task, list[Deadline]]]:
    """The open tasks of a case that ever had a deadline, each with all it had.

    For the clock, which sees everything.
    """
    tasks = {
        task.id: task
        for task in session.scalars(
            select(Task)
            .where(Task.case_id == case_id, Task.status == TaskStatus.OPEN)
            .order_by(Task.position)
        )
    }
    found: dict[str, list[Deadline]] = {}
    for row in session.scalars(select(Deadline).where(Deadline.task_id.in_(tasks))):
        found.setdefault(row.task_id, []).append(row)
    return [(task, found[task.id]) for task in tasks.values() if task.id in found]


def _visible(viewer: Eyes) -> Select[Task, Any]:
    """The tasks a viewer sees, each with the moment his region left the case (or None)."""
    query: Select[Task, Any] = select(Task, NEVER)
    if viewer.sees_everything:
        return query
    seen = sight(viewer)
    query = select(Task, seen.c.until).join(seen, seen.c.case_id == Task.case_id)
    return query.where(sees_task(viewer, seen))


#: a `task` as far as a viewer sees it, with the moment his region left its case
FOUND = SeenQuestion(lambda p, eyes: _visible(eyes).where(Task.id == p.one("task")))
#: the tasks of a `case` in the same way, as they were opened
OF_CASE = SeenQuestion(
    lambda p, eyes: _visible(eyes).where(Task.case_id == p.one("case")), order=(Task.position,)
)


#: the versions by which tasks of a `case` were finished before it got another: an
#: id for each task
DRAWN_BEFORE = Question(
    lambda p: select(Task.version_id).where(
        Task.case_id == p.one("case"), Task.version_id.is_not(None)
    )
)


def _rows(session: Session, viewer: Viewer, query: Select[Task, Any]) -> list[Task]:
    return [seen_task(viewer, task, until) for task, until in session.execute(query)]


def _most_urgent_first() -> tuple[ColumnElement[Any], ...]:
    return Task.due_at.asc().nulls_last(), Task.opened_at.asc(), Task.id.asc()


def _is_late(now: datetime) -> ColumnElement[bool]:
    return (Task.status == TaskStatus.OPEN) & (Task.due_at < now)


def _held_by(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    held = (
        select(TaskHolder.task_id)
        .join(Official, Official.id == TaskHolder.official_id)
        .join(Person, Person.id == Official.person_id)
        .where(TaskHolder.task_id == Task.id, condition)
    )
    return held.exists()


def _conditions(filters: TaskFilters, now: datetime) -> list[ColumnElement[bool]]:
    exact = {
        Task.status: filters.status,
        Task.region_code: filters.region,
        Task.role: filters.role,
        Task.case_id: filters.case_id,
        Task.stage: filters.stage,
    }
    wanted = [column == value for column, value in exact.items() if value is not None]
    if filters.paused is not None:
        stands = Task.paused_at.is_not(None)
        wanted.append(stands if filters.paused else ~stands)
    if filters.holder is not None:
        wanted.append(_held_by(Person.name.icontains(filters.holder, autoescape=True)))
    if filters.person_id is not None:
        wanted.append(_held_by(Person.id == filters.person_id))
    if filters.overdue is True:
        wanted.append(_is_late(now))
    if filters.overdue is False:
        in_time = or_(Task.due_at.is_(None), Task.due_at >= now)
        wanted.append(or_(Task.status != TaskStatus.OPEN, in_time))
    return wanted
