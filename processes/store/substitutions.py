"""Who stands in for whom: the questions, and the rows of officials that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from processes.store.tables import Official, Person, Substitution


def open_of(session: Session, official_id: str) -> Sequence[Substitution]:
    """Those of an absent official that run or are still to begin, the earliest first."""
    return session.scalars(
        _open().where(Substitution.official_id == official_id).order_by(Substitution.starts_on)
    ).all()


def still_open(session: Session) -> list[tuple[Substitution, Official]]:
    """Every substitution that runs or is still to begin, with the absent official."""
    rows = session.execute(
        select(Substitution, Official)
        .join(Official, Official.id == Substitution.official_id)
        .where(Substitution.ended_at.is_(None))
        .order_by(Substitution.starts_on, Substitution.id)
    )
    return [(row, official) for row, official in rows]


def listed(
    session: Session, regions: frozenset[str] | None
) -> list[tuple[Substitution, Official, Person, Person]]:
    """The substitutions of some regions (None: all), newest first: row, absent official, he, who
    stands in."""
    absent, substitute = aliased(Person), aliased(Person)
    query = (
        select(Substitution, Official, absent, substitute)
        .join(Official, Official.id == Substitution.official_id)
        .join(absent, absent.id == Official.person_id)
        .join(substitute, substitute.id == Substitution.person_id)
        .order_by(Substitution.starts_on.desc(), Substitution.id)
        .limit(200)
    )
    if regions is not None:
        query = query.where(Official.region_code.in_(regions))
    rows = session.execute(query)
    return [(row, official, away, acting) for row, official, away, acting in rows]


def overlaps(first: Substitution, starts_on: date, ends_on: date | None) -> bool:
    """Whether a period would fall into that of another substitution."""
    after = first.ends_on is not None and starts_on > first.ends_on
    before = ends_on is not None and ends_on < first.starts_on
    return not (after or before)


def stand_in(session: Session, row: Substitution, absent: Official, position: str) -> Official:
    """Make the substitute an official of the absent one's role, and let the latter rest."""
    own = session.scalar(
        select(Official).where(
            Official.region_code == absent.region_code,
            Official.role == absent.role,
            Official.person_id == row.person_id,
        )
    )
    row.holds_by_it = own is None or not own.active
    if own is None:
        own = Official(
            region_code=absent.region_code,
            role=absent.role,
            person_id=row.person_id,
            position=position,
            status=row.status,
            active=True,
        )
        session.add(own)
    elif not own.active:
        own.position, own.status, own.active = position, row.status, True
    absent.active = False
    session.flush()
    row.substitute_id = own.id
    return own


def step_back(session: Session, row: Substitution, absent: Official, now: datetime) -> None:
    """End a substitution: the absent official holds his role again, the substitute no more."""
    row.ended_at = now
    if row.began_at is None or row.substitute_id is None:
        return
    substitute = session.get_one(Official, row.substitute_id)
    if row.holds_by_it:
        substitute.active = False
    absent.active = True
    session.flush()


def standing_in(session: Session) -> dict[str, str]:
    """Who stands in now: the official ids of the absent, by that of their substitute."""
    query = _open().where(Substitution.began_at.is_not(None))
    return {
        row.official_id: row.substitute_id
        for row in session.scalars(query)
        if row.substitute_id is not None
    }


def _open() -> Select[Substitution]:
    return select(Substitution).where(Substitution.ended_at.is_(None))
