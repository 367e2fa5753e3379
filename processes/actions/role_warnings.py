"""Warning whoever publishes a diagram of roles that nobody holds where the diagram needs them, and
whoever brings in officials of roles that no diagram knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.roles import COUNCIL, HEAD, SHEPHERD
from processes.engine.procedure import Procedure
from processes.sentences import say
from processes.store import procedures, questions
from processes.store.questions.people import LIAISON
from processes.store.tables import Official, Region

if TYPE_CHECKING:
    from processes.office import Office

#: most regions named one by one
MOST_REGIONS = 20


def warnings_of(session: Session, office: Office, key: str, language: str = "id") -> list[str]:
    """A sentence for each region with officials that lacks a holder of a role in the newest
    version of a procedure, and one for what nobody holds anywhere."""
    newest = procedures.latest(session, key)
    if newest is None:
        return []
    procedure = office.procedure(session, newest.id)
    held = _held(session)
    anywhere = frozenset().union(*held.values())
    nowhere = procedure.roles() - anywhere
    said = []
    if nowhere:
        titles = _titles(procedure, nowhere)
        said.append(say("people.roles_held_nowhere", language, roles=titles))
    lacking = [(name, (procedure.roles() & anywhere) - roles) for name, roles in held.items()]
    lacking = [(name, roles) for name, roles in lacking if roles]
    for name, roles in lacking[:MOST_REGIONS]:
        titles = _titles(procedure, roles)
        said.append(say("people.roles_not_held", language, region=name, roles=titles))
    if len(lacking) > MOST_REGIONS:
        more = len(lacking) - MOST_REGIONS
        said.append(say("people.roles_not_held_more", language, count=more))
    return said


def unknown_roles(
    session: Session, office: Office, roles: Iterable[str], language: str = "id"
) -> list[str]:
    """A sentence for each of these roles that no procedure uses: neither its newest version, nor
    one on which a case runs."""
    used = {SHEPHERD, HEAD, COUNCIL, LIAISON}
    for version_id in questions.versions_in_use(session):
        used |= office.procedure(session, version_id).known_roles()
    said = []
    for role in sorted(set(roles) - used):
        near = get_close_matches(role, sorted(used), 1)
        key = "people.role_unused_near" if near else "people.role_unused"
        said.append(say(key, language, role=role, near="".join(near)))
    return said


def _held(session: Session) -> dict[str, frozenset[str]]:
    """The roles with an active holder, by the name of each region that has any."""
    rows = session.execute(
        select(Region.name, Official.role)
        .join(Region, Region.code == Official.region_code)
        .where(Official.active)
        .distinct()
        .order_by(Region.name)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for name, role in rows:
        found[name].add(role)
    return {name: frozenset(roles) for name, roles in found.items()}


def _titles(procedure: Procedure, roles: frozenset[str]) -> str:
    return ", ".join(procedure.titles.get(role, role) for role in sorted(roles))
