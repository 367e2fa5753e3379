"""Who of several holders of a role acts for a region in one case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.questions.people import holders_of
from processes.store.tables import CaseOfficial, Official, Person


def chosen_in(session: Session, case_id: str) -> dict[tuple[str, str], tuple[Official, Person]]:
    """By region and role, who was chosen for a case and still holds the role."""
    rows = session.execute(
        select(CaseOfficial, Official, Person)
        .join(Official, Official.id == CaseOfficial.official_id)
        .join(Person, Person.id == Official.person_id)
        .where(CaseOfficial.case_id == case_id, Official.active)
        .order_by(CaseOfficial.region_code, CaseOfficial.role)
    )
    return {(kept.region_code, kept.role): (official, person) for kept, official, person in rows}


def acting_in(
    session: Session, case_id: str, region: str, role: str
) -> list[tuple[Official, Person]]:
    """Who acts in a case for a region and role: whoever was chosen, else every holder, by name."""
    chosen = chosen_in(session, case_id).get((region, role))
    return [chosen] if chosen is not None else holders_of(session, region, role)


def choose(session: Session, case_id: str, official: Official, *, by: str, now: datetime) -> None:
    """Let an official act in a case for his region and role, instead of whoever did."""
    place = (case_id, official.region_code, official.role)
    kept = session.get(CaseOfficial, place)
    if kept is None:
        kept = CaseOfficial(case_id=case_id, region_code=official.region_code, role=official.role)
        session.add(kept)
    kept.official_id, kept.chosen_by, kept.chosen_at = official.id, by[:300], now
    session.flush()
