"""Claiming a case or the officials of a region: two acts on one happen one after the other.

On PostgreSQL the row is locked; on SQLite the writing transaction is alone anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.store.asking import Question, forget
from processes.store.tables import Case, Region, Task

_CASE = Question(
    lambda p: select(Case).where(Case.id == p.one("case")).with_for_update(), anew=True
)
_OF_TASK = Question(
    lambda p: (
        select(Case, Task.element, Task.region_code)
        .join(Task, Task.case_id == Case.id)
        .where(Task.id == p.one("task"))
        .with_for_update(of=Case)
    ),
    anew=True,
)


def lock_case(session: Session, case_id: str) -> Case:
    """The case as it stands now, locked until the transaction ends; NotFound when unknown."""
    case: Case = _lock(session, _CASE, case=case_id)[0]
    return case


def lock_case_of(session: Session, task_id: str) -> tuple[Case, str, str]:
    """The case of a task, locked in the same way, with the task's element and region, which may
    have changed before the lock was given; NotFound when there is no such task."""
    case, element, region = _lock(session, _OF_TASK, task=task_id)
    return case, element, region


def _lock(session: Session, question: Question, **whose: str) -> tuple[Any, ...]:
    # what was answered before belongs to the time before the lock; what waits to be written would
    # be taken over
    session.flush()
    forget(session, None)
    found = question.rows(session, **whose)
    if not found:
        raise NotFound
    locked: tuple[Any, ...] = found[0]
    return locked


def lock_regions(session: Session, codes: Sequence[str]) -> None:
    """Let nobody else change who acts for these regions until the transaction ends.

    Rows that point at a region may be written meanwhile. Regions are locked before cases.
    """
    rows = select(Region.code).where(Region.code.in_(codes)).order_by(Region.code)
    session.execute(rows.with_for_update(key_share=True)).all()
