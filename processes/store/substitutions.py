"""Who stands in for whom, since when and until when: the questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, aliased

from processes.store.tables import Official, Person, Substitution

#: failed tries after which one waits for an administrator instead of the clock
MOST_ATTEMPTS = 3
#: between two tries
PAUSE = timedelta(minutes=2)
#: most substitutes one after another, each away himself
LONGEST_CHAIN = 4

#: first and last day; None: open
Period = tuple[date, date | None]


def open_of(session: Session, official_id: str) -> Sequence[Substitution]:
    """Those of an absent official that run or are still to begin, the earliest first."""
    query = select(Substitution).where(
        Substitution.ended_at.is_(None), Substitution.official_id == official_id
    )
    return session.scalars(query.order_by(Substitution.starts_on)).all()


def still_open(
    session: Session, *, region: str | None = None
) -> list[tuple[Substitution, Official]]:
    """Every substitution that runs or is still to begin, with the absent official."""
    query = (
        select(Substitution, Official)
        .join(Official, Official.id == Substitution.official_id)
        .where(Substitution.ended_at.is_(None))
        .order_by(Substitution.starts_on, Substitution.id)
    )
    if region is not None:
        query = query.where(Official.region_code == region)
    return [(row, official) for row, official in session.execute(query)]


def to_try(session: Session, now: datetime) -> list[tuple[Substitution, Official]]:
    """Those open ones that the clock may still try now: not after three failed tries."""
    return [
        (row, official)
        for row, official in still_open(session)
        if row.attempts < MOST_ATTEMPTS and (row.retry_at is None or row.retry_at <= now)
    ]


def note_failure(session: Session, row_id: str, error: str, now: datetime) -> None:
    """Count a failed try; the next one comes after a pause."""
    session.execute(
        update(Substitution)
        .where(Substitution.id == row_id)
        .values(attempts=Substitution.attempts + 1, last_error=error[:2000], retry_at=now + PAUSE)
    )


def stuck(session: Session, regions: Collection[str] | None) -> int:
    """How many of some regions (None: all) failed too often and wait for an administrator."""
    query = (
        select(func.count())
        .select_from(Substitution)
        .join(Official, Official.id == Substitution.official_id)
        .where(Substitution.ended_at.is_(None), Substitution.attempts >= MOST_ATTEMPTS)
    )
    if regions is not None:
        query = query.where(Official.region_code.in_(regions))
    return session.scalar(query) or 0


def regions_lately(session: Session, since: datetime) -> list[str]:
    """Codes of the regions where one runs, or was ended after a moment."""
    query = (
        select(Official.region_code)
        .join(Substitution, Substitution.official_id == Official.id)
        .where(Substitution.acting_id.is_not(None))
        .where(or_(Substitution.ended_at.is_(None), Substitution.ended_at >= since))
    )
    return list(session.scalars(query.distinct().order_by(Official.region_code)))


def listed(
    session: Session, regions: Collection[str] | None
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


def with_names(
    session: Session, rows: Collection[Substitution]
) -> list[tuple[Substitution, Person, Person]]:
    """Each of several with who is away and who stands in."""
    return [
        (
            row,
            session.get_one(Person, session.get_one(Official, row.official_id).person_id),
            session.get_one(Person, row.person_id),
        )
        for row in rows
    ]


def common(first: Period, second: Period) -> Period | None:
    """The days that two periods share; None when there are none."""
    ends = [last for last in (first[1], second[1]) if last is not None]
    starts_on, ends_on = max(first[0], second[0]), min(ends, default=None)
    return None if ends_on is not None and ends_on < starts_on else (starts_on, ends_on)


def chain(
    session: Session, region: str, person_id: str, period: Period, *, backwards: bool = False
) -> list[tuple[list[str], Period]]:
    """Every way from somebody through those who stand in for him on the same days: people (ids) in
    order, he first, and the days they share. `backwards`: through those for whom he does."""
    rows = still_open(session, region=region)
    edges = [
        (absent.person_id, row.person_id, (row.starts_on, row.ends_on)) for row, absent in rows
    ]
    if backwards:
        edges = [(substitute, absent, days) for absent, substitute, days in edges]
    found, waiting = [], [([person_id], period)]
    while waiting:
        people, days = waiting.pop()
        found.append((people, days))
        for start, end, own in edges:
            shared = common(days, own)
            if start == people[-1] and end not in people and shared is not None:
                waiting.append(([*people, end], shared))
    return found


def who_may_be_away(session: Session, region: str) -> list[tuple[Official, Person]]:
    """The officials of a region who hold an office or act in one, by name."""
    rows = session.execute(
        select(Official, Person)
        .join(Person, Person.id == Official.person_id)
        .where(Official.region_code == region, or_(Official.in_office, Official.active))
        .order_by(Person.name, Official.role, Official.id)
    )
    return [(official, person) for official, person in rows]
