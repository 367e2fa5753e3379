"""Who of several holders of a role acts for a region in one case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.acting import own_duty, standing_in
from processes.store.asking import Question
from processes.store.questions.people import holders_of
from processes.store.tables import CaseOfficial, Official, Person

#: who was chosen for a `case`
CHOSEN = Question(
    lambda p: select(CaseOfficial).where(CaseOfficial.case_id == p.one("case")),
    order=(CaseOfficial.region_code, CaseOfficial.role),
)


def chosen_in(session: Session, case_id: str) -> dict[tuple[str, str], tuple[Official, Person]]:
    """By region and role, who was chosen for a case and still holds the role; whoever stands in for
    him while he is away."""
    rows = CHOSEN.firsts(session, case=case_id)
    acting = standing_in(session) if rows else {}
    found = {}
    for kept in rows:
        official = session.get_one(Official, acting.get(kept.official_id, kept.official_id))
        if official.active:
            person = session.get_one(Person, official.person_id)
            found[kept.region_code, kept.role] = (official, person)
    return found


def acting_in(
    session: Session, case_id: str, region: str, role: str
) -> list[tuple[Official, Person]]:
    """Who acts in a case for a region and role: whoever was chosen, else every holder, by name."""
    chosen = chosen_in(session, case_id).get((region, role))
    return [chosen] if chosen is not None else holders_of(session, region, role)


def choose(session: Session, case_id: str, official: Official, *, by: str, now: datetime) -> None:
    """Let an official act in a case for his region and role, instead of whoever did; of a mere
    substitute the one for whom he stands in."""
    whose = own_duty(session, official).id
    place = (case_id, official.region_code, official.role)
    kept = session.get(CaseOfficial, place)
    if kept is None:
        kept = CaseOfficial(case_id=case_id, region_code=official.region_code, role=official.role)
        session.add(kept)
    kept.official_id, kept.chosen_by, kept.chosen_at = whose, by[:300], now
    session.flush()
