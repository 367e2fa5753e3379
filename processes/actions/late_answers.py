"""A task that silence has decided: whether its real answer may still be recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.cases import binds
from processes.store.tables import Case, CaseStatus, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office


def is_silent(session: Session, office: Office, case: Case, task: Task) -> bool:
    """Whether silence closed a task whose real answer may follow (`pesan_menyusul`) and is not
    known yet."""
    if task.status is not TaskStatus.CANCELLED or task.answers is not None:
        return False
    if not task.was_overtaken:
        return False
    return bool(office.shape_of(session, case, task).late_message)


def takes_late_answer(session: Session, office: Office, case: Case, task: Task) -> bool:
    """Whether the real answer of such a task may be recorded: while its case runs and no signature
    stands."""
    return (
        is_silent(session, office, case, task)
        and case.status is CaseStatus.RUNNING
        and not binds(session, office, case)
    )
