"""Whom of a house an escalation reaches: the role that the owner drew, else the next one above it.

The ladder is the owner's (`atasan` in `peran.toml`). A task of the council is never told of further
up, which would be the executive; a head of region is told by his digest, also when he stands in for
somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from processes.actions.roles import COUNCIL, HEAD
from processes.store import case_officials, questions
from processes.store.questions.people import Holder
from processes.store.tables import Case, OfficialStatus, Task
from processes.store.ways import way_to


def told_in_house(
    session: Session, case: Case, task: Task, role: str, superiors: Mapping[str, str]
) -> list[Holder]:
    """Who is told that a task is late when `role` is to be: others than who holds it, each with
    some address; nobody when there is none up to the top."""
    holders = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
    own = {person.id for _, person in holders}
    rung: str | None = role
    passed: set[str] = set()
    while rung is not None and rung not in passed:
        told = [
            each
            for each in reproved(session, case, task.region_code, rung)
            if each[1].id not in own and way_to(each[1]) is not None
        ]
        if told or task.role == COUNCIL:
            return told
        passed.add(rung)
        rung = superiors.get(rung)
    return []


def reproved(session: Session, case: Case, region: str, role: str) -> list[Holder]:
    """Who acts in a role for a region in a case, without a head of region who stands in for it."""
    heads = {person.id for _, person in questions.holders_of(session, region, HEAD)}
    return [
        (official, person)
        for official, person in case_officials.acting_in(session, case.id, region, role)
        if official.status is OfficialStatus.DEFINITIF or person.id not in heads
    ]
