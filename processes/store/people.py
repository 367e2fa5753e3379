"""Officials and the people behind them: one person is one NIP, or one name and address."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from processes.store.tables import Official, OfficialStatus, Person, Region


def find_person(
    session: Session, *, name: str, nip: str | None, email: str | None, phone: str | None
) -> Person | None:
    """The person this is: by NIP; else by name and address, unless that one has another NIP."""
    if nip is not None:
        known = session.scalar(select(Person).where(Person.nip == nip))
        if known is not None:
            return known
    addresses = []
    if email is not None:
        addresses.append(Person.email == email)
    if phone is not None:
        addresses.append(Person.phone == phone)
    if not addresses:
        return None
    same = select(Person).where(func.lower(Person.name) == name.lower(), or_(*addresses))
    if nip is not None:
        same = same.where(Person.nip.is_(None))
    return session.scalars(same.order_by(Person.nip.is_(None), Person.id)).first()


def people_known_as(session: Session, known_as: str) -> list[Person]:
    """The people with this NIP, e-mail address or telephone number (`+62…`)."""
    same = or_(Person.nip == known_as, Person.email == known_as.lower(), Person.phone == known_as)
    return list(session.scalars(select(Person).where(same).order_by(Person.name, Person.id)))


def channels(session: Session) -> dict[str, str | None]:
    """The channel of every person (id), None for who has none."""
    return dict(session.execute(select(Person.id, Person.channel_url)).all())


def add_person(
    session: Session, *, name: str, email: str | None, phone: str | None, nip: str | None = None
) -> Person:
    """A person whom `find_person` does not know yet."""
    person = Person(name=name, nip=nip, email=email, phone=phone)
    session.add(person)
    session.flush()
    return person


def make_official(
    session: Session,
    region: str,
    role: str,
    person: Person,
    position: str,
    status: OfficialStatus = OfficialStatus.DEFINITIF,
) -> Official:
    """Give a person a role at a region."""
    official = Official(
        region_code=region,
        role=role,
        person_id=person.id,
        position=position,
        status=status,
        active=True,
    )
    session.add(official)
    session.flush()
    return official


def offices_outside(session: Session, person_id: str, scope: Collection[str] | None) -> list[str]:
    """The names of the regions beyond `scope` at which a person is in office."""
    if scope is None:
        return []
    held = (
        select(Region.name)
        .join(Official, Official.region_code == Region.code)
        .where(Official.person_id == person_id, Official.in_office, Region.code.not_in(scope))
    )
    return list(session.scalars(held.distinct().order_by(Region.name)))
