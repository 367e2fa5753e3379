"""Officials and the people behind them: one person is one NIP, or one name and address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from processes.sentences import say
from processes.store import links
from processes.store.acting import Settled, settle, standing_in
from processes.store.handover import Moved, hand_over, lock_concerned, put_right
from processes.store.locks import lock_regions
from processes.store.officials_file import OfficialRow, read_officials
from processes.store.sealing import sealed_as
from processes.store.substitutions import still_open
from processes.store.tables import Official, OfficialStatus, Person, Region, Substitution


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What an import did."""

    #: roles that somebody got, changed, kept as they were, or lost
    added: int
    updated: int
    unchanged: int
    left: int
    #: open tasks that changed hands; whoever joined has no link yet
    moved: tuple[Moved, ...]
    #: who acts for whom now, and the substitutions that could not go on
    settled: Settled


@dataclass(kw_only=True)
class _Tally:
    """The officials of one import, by what happened to them."""

    added: list[Official]
    updated: list[Official]
    unchanged: list[Official]
    #: ids of those for whom somebody stands in: they do not act before they are back
    away: frozenset[str]


def import_officials(
    session: Session,
    csv_text: str,
    replace: bool,
    now: datetime,
    *,
    secret: bytes,
    is_trial: bool = False,
) -> ImportResult:
    """Bring in a list of officials: all rows, or OfficialsRefused with every wrong one.

    1. Each row adds or updates one person's role at one region.
    2. With `replace` whoever holds a role at a region of the list and is not on it has left.
    3. Substitutions go on, but for those of an official who left, and by a substitute who lost his
       last office in the region: there the official is back, and `settled` says so.
    4. Open tasks follow: those who left lose them and their links, those who came get them.
    """
    regions = dict(session.execute(select(Region.code, Region.name)).all())
    rows = read_officials(csv_text, regions, is_trial=is_trial)
    concerned = sorted({row.region for row in rows})
    lock_regions(session, concerned)
    tally = _Tally(added=[], updated=[], unchanged=[], away=frozenset(standing_in(session)))
    for row in rows:
        _take(session, row, tally, secret)
    session.flush()
    on_list = {o.id for o in (*tally.added, *tally.updated, *tally.unchanged)}
    left = _leave(session, concerned, on_list) if replace else []
    settled = Settled()
    for region in concerned:
        ended = _end_of_those_gone(session, region, left, now)
        settled += settle(session, region, now, ended=ended) + Settled(ended=tuple(ended))
    for official in left:
        if not official.active:
            links.revoke_beside_answering(session, official.id, now)
    gone, come = {official.id for official in left}, {official.id for official in tally.added}
    lock_concerned(session, concerned, changes=settled.changes, left=gone, joined=come)
    moved = hand_over(session, left=gone, joined=come, now=now)
    for region in concerned:
        moved += put_right(session, region, now)
    return ImportResult(
        added=len(tally.added),
        updated=len(tally.updated),
        unchanged=len(tally.unchanged),
        left=len(left),
        moved=tuple(moved),
        settled=settled,
    )


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


def _take(session: Session, row: OfficialRow, tally: _Tally, secret: bytes) -> None:
    """Add or update the official of one row."""
    person = find_person(session, name=row.name, nip=row.nip, email=row.email, phone=row.phone)
    if person is None:
        person = add_person(session, name=row.name, nip=row.nip, email=row.email, phone=row.phone)
    changed = _update_person(person, row, secret)
    official = session.scalar(
        select(Official).where(
            Official.region_code == row.region,
            Official.role == row.role,
            Official.person_id == person.id,
        )
    )
    if official is None:
        official = make_official(session, row.region, row.role, person, row.position, row.status)
        tally.added.append(official)
        return
    came_back = not official.in_office
    changed |= (official.position, official.status) != (row.position, row.status)
    official.position, official.status = row.position, row.status
    official.in_office, official.active = True, official.id not in tally.away
    kind = tally.added if came_back else tally.updated if changed else tally.unchanged
    kind.append(official)


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


def _update_person(person: Person, row: OfficialRow, secret: bytes) -> bool:
    """Take over what the row says of the person; an empty cell takes nothing away."""
    channel = person.channel_url
    if row.channel:
        channel = sealed_as(secret, channel, row.channel)
    wanted = {
        "name": row.name,
        "nip": row.nip or person.nip,
        "email": row.email or person.email,
        "phone": row.phone or person.phone,
        "channel_url": channel,
    }
    changed = any(getattr(person, key) != value for key, value in wanted.items())
    for key, value in wanted.items():
        setattr(person, key, value)
    return changed


def _leave(session: Session, regions: Iterable[str], on_list: set[str]) -> list[Official]:
    """End every role at the regions that the list does not name."""
    holding = select(Official).where(Official.region_code.in_(regions), Official.in_office)
    left = [official for official in session.scalars(holding) if official.id not in on_list]
    for official in left:
        official.in_office = official.active = False
    session.flush()
    return left


def _end_of_those_gone(
    session: Session, region: str, left: Iterable[Official], now: datetime
) -> list[Substitution]:
    """End the substitutions by people who lost their last office in the region."""
    gone = {official.person_id for official in left if official.region_code == region}
    staying = select(Official.person_id).where(Official.region_code == region, Official.in_office)
    gone -= set(session.scalars(staying))
    ended = [row for row, _ in still_open(session, region=region) if row.person_id in gone]
    for row in ended:
        row.ended_at, row.end_reason = now, say("people.ended_substitute_left")
    return ended
