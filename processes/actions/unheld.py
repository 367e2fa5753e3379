"""Why nobody can be written to about a task, in a sentence that says what to do first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.inviting import recording_region
from processes.actions.roles import SHEPHERD
from processes.errors import Conflict
from processes.store import questions
from processes.store.regions import find_region
from processes.store.tables import Case, Task

if TYPE_CHECKING:
    from processes.office import Office


def held_by_nobody(session: Session, office: Office, case: Case, task: Task) -> Conflict:
    """That nobody holds a task: one of its role has to be chosen for the case, or registered."""
    role, region = task.role or "", task.region_code
    registered = questions.holders_of(session, region, role)
    chosen_roles = office.procedure(session, case.version_id).chosen_roles
    if role in chosen_roles and len(registered) > 1:
        return Conflict(
            "errors.holder_not_chosen",
            role=_called(session, office, case, role),
            region=find_region(session, region).name,
            count=len(registered),
            names="; ".join(f"{person.name}, {own.position}" for own, person in registered),
            case=case.id,
        )
    called = _called(session, office, case, role)
    return Conflict("errors.no_holder", role=called, region=find_region(session, region).name)


def recorded_by_nobody(session: Session, office: Office, case: Case, task: Task) -> Conflict:
    """That the cooperation office which may record a task from paper has no official."""
    called = _called(session, office, case, SHEPHERD)
    region = find_region(session, recording_region(session, case, task))
    return Conflict("errors.no_recorder", role=called, region=region.name)


def _called(session: Session, office: Office, case: Case, role: str) -> str:
    """A role as pages call it and as a list of officials writes it: `Asisten (asisten)`."""
    title = office.procedure(session, case.version_id).titles.get(role)
    return f"{title} ({role})" if title else role
