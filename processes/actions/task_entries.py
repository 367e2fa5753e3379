"""What the history says of an act on one task: which task, in which house, and what is new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.store import history
from processes.store.tables import Case, Task


def named(task: Task) -> dict[str, str]:
    """A task as entries name it: `about` says which region it is about, where another does it."""
    told = {"task": task.id, "name": task.name, "region": task.region_code}
    return told if task.about is None else {**told, "about": task.about}


def tell_of_task(
    session: Session,
    case: Case,
    task: Task,
    kind: str,
    actor: Actor,
    now: datetime,
    more: Mapping[str, Any],
) -> None:
    """Put an act on a task of a locked case into its history, with `more` than the task's name."""
    history.append(
        session, case, at=now, kind=kind, actor=actor.as_entry(), details={**named(task), **more}
    )
