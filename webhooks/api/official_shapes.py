"""Officials and who stands in for them, as the machine API shows them."""

from __future__ import annotations

from typing import Any

from processes.store.questions import Represented
from processes.store.tables import Official, Person, Substitution


def holder(official: Official, person: Person) -> dict[str, Any]:
    """An official as other systems see one: no address, no NIP."""
    return {
        "id": official.id,
        "name": person.name,
        "position": official.position,
        "status": official.status.value,
    }


def holder_of(row: Official, person: Person, whose: Represented | None) -> dict[str, Any]:
    """Who may finish a task, and for whom he stands in; None there when he holds it as himself."""
    for_whom = None
    if whose is not None:
        for_whom = {**holder(whose.official, whose.person), "status": whose.status.value}
    return {**holder(row, person), "for": for_whom}


def official(row: Official, person: Person) -> dict[str, Any]:
    """An official with his role and region."""
    return {**holder(row, person), "role": row.role, "region": row.region_code}


def state_of(row: Substitution) -> str:
    """How a substitution stands: planned, running or ended."""
    return "ended" if row.ended_at else "running" if row.began_at else "planned"


def substitution(
    row: Substitution, absent: Official, person: Person, substitute: Person
) -> dict[str, Any]:
    """Who stands in for whom, until when, and by which letter."""
    return {
        "id": row.id,
        "official": {
            "id": absent.id,
            "name": person.name,
            "position": absent.position,
            "role": absent.role,
            "region": absent.region_code,
        },
        "substitute": {"id": row.substitute_id, "name": substitute.name},
        "status": row.status.value,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "letter_number": row.letter_number,
        "reason": row.note,
        "state": state_of(row),
        "ended_by": row.ended_by,
        "end_reason": row.end_reason,
        "problem": row.last_error,
    }
