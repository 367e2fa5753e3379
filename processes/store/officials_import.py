"""Taking in a list of officials: who comes, changes and goes by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.acting import Settled, standing_in
from processes.store.channel_urls import masked
from processes.store.handover import Moved
from processes.store.locks import lock_regions
from processes.store.offices import rearrange
from processes.store.officials_file import OfficialRow, OfficialsRefused, RowError, read_officials
from processes.store.people import add_person, find_person, make_official, offices_outside
from processes.store.sealing import sealed_as
from processes.store.tables import Official, PeopleAct, Person, Region

#: by field, what it said before and after
Values = dict[str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class RowDone:
    """What one row of a list, or its absence, did to an official."""

    #: as the list numbers it; 0 for somebody who left because it does not name him
    number: int
    #: None when everything was so before
    act: PeopleAct | None
    official: Official
    name: str
    values: Values


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
    #: row by row, those who left last
    rows: tuple[RowDone, ...]

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the list names."""
        return frozenset(row.official.role for row in self.rows if row.act is not PeopleAct.ENDED)


@dataclass(kw_only=True)
class _Tally:
    """What became of the rows of one import."""

    #: ids of those for whom somebody stands in: they do not act before they are back
    away: frozenset[str]
    #: regions for which whoever brings the list may act; None for every one
    scope: Collection[str] | None
    done: list[RowDone] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def of(self, act: PeopleAct | None) -> list[Official]:
        return [row.official for row in self.done if row.act is act]


def import_officials(
    session: Session,
    csv_text: str,
    replace: bool,
    now: datetime,
    *,
    secret: bytes,
    is_trial: bool = False,
    scope: Collection[str] | None = None,
) -> ImportResult:
    """Bring in a list of officials: all rows, or OfficialsRefused with every wrong one."""
    regions = dict(session.execute(select(Region.code, Region.name)).all())
    rows = read_officials(csv_text, regions, is_trial=is_trial)
    return take_rows(session, rows, replace=replace, now=now, secret=secret, scope=scope)


def take_rows(
    session: Session,
    rows: Sequence[OfficialRow],
    *,
    replace: bool,
    now: datetime,
    secret: bytes,
    scope: Collection[str] | None = None,
) -> ImportResult:
    """Let the officials of some rows come, change and go.

    1. Each row adds or updates one person's role at one region. Within a `scope` of regions nobody
       else's officials are touched, nor what is known of a person who holds an office elsewhere.
    2. With `replace` whoever holds a role at a region of the list and is not on it has left.
    3. Substitutions go on, but for those of an official who left, and by a substitute who lost his
       last office in the region: there the official is back, and `settled` says so.
    4. Open tasks follow: those who left lose them and their links, those who came get them.
    """
    concerned = sorted({row.region for row in rows})
    lock_regions(session, concerned)
    tally = _Tally(away=frozenset(standing_in(session)), scope=scope)
    for row in rows:
        _take(session, row, tally, secret)
    if tally.errors:
        raise OfficialsRefused(tally.errors)
    session.flush()
    on_list = {row.official.id for row in tally.done}
    left = _leave(session, concerned, on_list) if replace else []
    added = tally.of(PeopleAct.ADDED)
    moved, settled = rearrange(session, concerned, left=left, come=added, now=now)
    return ImportResult(
        added=len(added),
        updated=len(tally.of(PeopleAct.CHANGED)),
        unchanged=len(tally.of(None)),
        left=len(left),
        moved=tuple(moved),
        settled=settled,
        rows=(*tally.done, *(_gone(session, official) for official in left)),
    )


def _take(session: Session, row: OfficialRow, tally: _Tally, secret: bytes) -> None:
    """Add or update the official of one row."""
    if tally.scope is not None and row.region not in tally.scope:
        tally.errors.append(RowError(number=row.number, key="foreign_region", values={}))
        return
    person = find_person(session, name=row.name, nip=row.nip, email=row.email, phone=row.phone)
    if person is None:
        person = add_person(session, name=row.name, nip=row.nip, email=row.email, phone=row.phone)
    changed = differences(person, row, secret)
    elsewhere = offices_outside(session, person.id, tally.scope) if changed else []
    if elsewhere:
        values = {"name": person.name, "regions": ", ".join(elsewhere)}
        tally.errors.append(RowError(number=row.number, key="foreign_person", values=values))
        return
    _update_person(person, row, secret)
    official = session.scalar(
        select(Official).where(
            Official.region_code == row.region,
            Official.role == row.role,
            Official.person_id == person.id,
        )
    )
    if official is None:
        official = make_official(session, row.region, row.role, person, row.position, row.status)
        _note(tally, row, PeopleAct.ADDED, official, person, changed)
        return
    came_back = not official.in_office
    held = {
        "position": (official.position, row.position),
        "status": (official.status.value, row.status.value),
    }
    changed |= {name: both for name, both in held.items() if both[0] != both[1]}
    official.position, official.status = row.position, row.status
    official.in_office, official.active = True, official.id not in tally.away
    act = PeopleAct.ADDED if came_back else PeopleAct.CHANGED if changed else None
    _note(tally, row, act, official, person, changed)


def _note(
    tally: _Tally,
    row: OfficialRow,
    act: PeopleAct | None,
    official: Official,
    person: Person,
    values: Values,
) -> None:
    done = RowDone(number=row.number, act=act, official=official, name=person.name, values=values)
    tally.done.append(done)


def _gone(session: Session, official: Official) -> RowDone:
    name = session.get_one(Person, official.person_id).name
    return RowDone(number=0, act=PeopleAct.ENDED, official=official, name=name, values={})


def differences(
    person: Person, row: OfficialRow, secret: bytes, *, empties: bool = False
) -> Values:
    """By field, what is known of a person and what the row says otherwise; what it leaves empty
    counts only with `empties`, a channel by its service only."""
    told = {"name": row.name, "nip": row.nip, "email": row.email, "phone": row.phone}
    found = {
        name: (getattr(person, name) or "", value or "")
        for name, value in told.items()
        if (value or empties) and getattr(person, name) != value
    }
    if row.channel and _channel(person, row, secret) != person.channel_url:
        found["channel"] = (masked(person.channel_url), masked(row.channel))
    return found


def _update_person(person: Person, row: OfficialRow, secret: bytes) -> None:
    """Take over what the row says of the person; an empty cell takes nothing away."""
    person.name = row.name
    person.nip = row.nip or person.nip
    person.email = row.email or person.email
    person.phone = row.phone or person.phone
    person.channel_url = _channel(person, row, secret)


def _channel(person: Person, row: OfficialRow, secret: bytes) -> str | None:
    """A person's channel as it is stored from now on: the same text when the row names the same."""
    if not row.channel:
        return person.channel_url
    return sealed_as(secret, person.channel_url, row.channel)


def _leave(session: Session, regions: Iterable[str], on_list: set[str]) -> list[Official]:
    """End every role at the regions that the list does not name."""
    holding = select(Official).where(Official.region_code.in_(regions), Official.in_office)
    left = [official for official in session.scalars(holding) if official.id not in on_list]
    for official in left:
        official.in_office = official.active = False
    session.flush()
    return left
