"""What the digests ask of the database: which were written, and who has how much to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from processes.store.database import insert_missing
from processes.store.questions.people import Holder
from processes.store.tables import (
    DigestRun,
    Message,
    MessageStatus,
    Official,
    Person,
    Task,
    TaskHolder,
    TaskStatus,
)


def take(session: Session, kind: str, region: str, day: date, now: datetime) -> bool:
    """Note that the digests of a region and day are written now; False when they were before."""
    row = {"kind": kind, "region_code": region, "day": day, "at": now}
    return insert_missing(session, DigestRun, [row]) == 1


def take_all(session: Session, what: Iterable[tuple[str, str, date]], now: datetime) -> None:
    """Note of many kinds, regions and days at once that there is nothing to write."""
    rows = [{"kind": k, "region_code": r, "day": day, "at": now} for k, r, day in what]
    insert_missing(session, DigestRun, rows)


def last_taken(session: Session, first: date, last: date) -> dict[tuple[str, str], date]:
    """By kind and region the latest day, from the first to the last, whose digests were written.

    A day after the last one was noted by a clock that has been set back since.
    """
    query = (
        select(DigestRun.kind, DigestRun.region_code, func.max(DigestRun.day))
        .where(DigestRun.day.between(first, last))
        .group_by(DigestRun.kind, DigestRun.region_code)
    )
    return {(kind, region): day for kind, region, day in session.execute(query)}


def manned_regions(session: Session) -> list[str]:
    """Codes of the regions that have an active official."""
    query = select(Official.region_code).where(Official.active).distinct()
    return list(session.scalars(query.order_by(Official.region_code)))


def busy_regions(session: Session) -> set[str]:
    """Codes of the regions a digest may have something to say to: where a task is open, where an
    official holds one, or where a message waits for somebody's telephone."""
    is_open = Task.status == TaskStatus.OPEN
    holders = (
        select(Official.region_code)
        .join(TaskHolder, TaskHolder.official_id == Official.id)
        .join(Task, Task.id == TaskHolder.task_id)
        .where(is_open)
    )
    by_hand = (
        select(Official.region_code)
        .join(Message, Message.official_id == Official.id)
        .where(Message.status == MessageStatus.BY_HAND)
    )
    found = union(select(Task.region_code).where(is_open), holders, by_hand)
    return set(session.scalars(found))


def busy_people(session: Session, region: str, *, more_than: int) -> list[Holder]:
    """The active officials of a region who hold more open tasks than that, in all their offices
    together; each person once."""
    open_tasks = (
        select(Official.person_id, func.count(func.distinct(Task.id)).label("tasks"))
        .join(TaskHolder, TaskHolder.official_id == Official.id)
        .join(Task, Task.id == TaskHolder.task_id)
        .where(Official.active, Task.status == TaskStatus.OPEN)
        .group_by(Official.person_id)
        .having(func.count(func.distinct(Task.id)) > more_than)
        .subquery()
    )
    query = (
        select(Official, Person)
        .join(Person, Person.id == Official.person_id)
        .join(open_tasks, open_tasks.c.person_id == Person.id)
        .where(Official.region_code == region, Official.active)
        .order_by(Person.name, Official.id)
    )
    found = {person.id: (official, person) for official, person in session.execute(query)}
    return list(found.values())


def open_tasks_of(session: Session, person_id: str) -> list[tuple[Task, str]]:
    """The open tasks that a person holds, the most urgent first, each with the office (id of the
    official) in which he holds it."""
    query = (
        select(Task, Official.id)
        .join(TaskHolder, TaskHolder.task_id == Task.id)
        .join(Official, Official.id == TaskHolder.official_id)
        .where(Official.person_id == person_id, Official.active, Task.status == TaskStatus.OPEN)
        .order_by(Task.due_at.asc().nulls_last(), Task.opened_at, Task.id, Official.id)
    )
    found: dict[str, tuple[Task, str]] = {}
    for task, official_id in session.execute(query):
        found.setdefault(task.id, (task, official_id))
    return list(found.values())
