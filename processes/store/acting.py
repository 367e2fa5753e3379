"""Who acts for whom: which rows of officials are active follows from what runs in their region.

A substitute who is away himself, from one of his own offices or from what he stands in for, is
followed to whoever stands in for him.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from processes.sentences import say
from processes.store.asking import Question
from processes.store.tables import Official, OfficialStatus, Person, Substitution


@dataclass(frozen=True, kw_only=True)
class Change:
    """Somebody else acts for an official than before; he himself when he is back (ids)."""

    official_id: str
    before: str
    #: None when the official has left meanwhile
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What became of a region's officials."""

    changes: tuple[Change, ...] = ()
    #: substitutions that had lost their point and were ended
    ended: tuple[Substitution, ...] = ()

    def __add__(self, other: Settled) -> Settled:
        return Settled(changes=self.changes + other.changes, ended=self.ended + other.ended)


def settle(
    session: Session, region: str, now: datetime, *, ended: Sequence[Substitution] = ()
) -> Settled:
    """Bring the officials of a region in line with the substitutions that run there.

    `ended` are those that were ended just now. Ends also those that lost their point: of somebody
    who left the office, or of a substitute who stands in for nobody any more.
    """
    session.flush()
    house = _House.of(session, region)
    changes, pointless = [], []
    while found := house.pointless():
        for row in found:
            row.ended_at, row.end_reason = now, say("people.ended_without_point")
        pointless += found
        house.open = [row for row in house.open if row.ended_at is None]
    for row in house.running:
        changes += house.take_over(row)
    for row in (*ended, *pointless):
        changes += house.give_back(row)
    house.activate([*ended, *pointless])
    session.flush()
    return Settled(changes=tuple(changes), ended=tuple(pointless))


@dataclass(kw_only=True)
class _House:
    """The officials of one region and what is open there."""

    session: Session
    officials: dict[str, Official]
    #: substitutions that run or are to begin, in the order in which they began
    open: list[Substitution]
    by_place: dict[tuple[str, str], Official] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, region: str) -> _House:
        found = session.scalars(select(Official).where(Official.region_code == region)).all()
        rows = session.scalars(
            select(Substitution)
            .join(Official, Official.id == Substitution.official_id)
            .where(Official.region_code == region, Substitution.ended_at.is_(None))
            .order_by(Substitution.began_at, Substitution.created_at, Substitution.id)
        )
        return cls(
            session=session,
            officials={official.id: official for official in found},
            open=list(rows),
            by_place={(official.role, official.person_id): official for official in found},
        )

    @property
    def running(self) -> list[Substitution]:
        return [row for row in self.open if row.began_at is not None]

    @property
    def away(self) -> dict[str, Substitution]:
        """What runs, by the official who is away."""
        return {row.official_id: row for row in self.running}

    def pointless(self) -> list[Substitution]:
        """Those open ones whose official neither is in office nor stands in for anybody."""
        standing = {
            official.id
            for row in self.running
            if self.officials[row.official_id].in_office
            for official in self.path(row)
        }
        return [
            row
            for row in self.open
            if not self.officials[row.official_id].in_office and row.official_id not in standing
        ]

    def path(self, row: Substitution) -> list[Official]:
        """The substitute, then who stands in for him, and so on to the one who is there."""
        absent, away = self.officials[row.official_id], self.away
        from_own = {
            self.officials[each.official_id].person_id: each
            for each in reversed(self.running)
            if self.officials[each.official_id].in_office
        }
        people, found = {absent.person_id}, []
        following: Substitution | None = row
        while following is not None and following.person_id not in people:
            people.add(following.person_id)
            found.append(self.place(absent, following.person_id, row.status))
            following = away.get(found[-1].id) or from_own.get(following.person_id)
        return found

    def place(self, absent: Official, person_id: str, status: OfficialStatus) -> Official:
        """The row of somebody in the role of the absent official; made when there is none."""
        own = self.by_place.get((absent.role, person_id))
        if own is None:
            name = self.session.get_one(Person, absent.person_id).name
            own = Official(
                region_code=absent.region_code,
                role=absent.role,
                person_id=person_id,
                position=position_of(status, absent.position, name),
                status=status,
                in_office=False,
                active=False,
            )
            self.session.add(own)
            self.session.flush()
            self.officials[own.id] = self.by_place[absent.role, person_id] = own
        return own

    def take_over(self, row: Substitution) -> list[Change]:
        path = self.path(row)
        row.substitute_id, before = path[0].id, row.acting_id or row.official_id
        row.acting_id = path[-1].id
        if row.acting_id == before:
            return []
        return [Change(official_id=row.official_id, before=before, after=row.acting_id)]

    def give_back(self, row: Substitution) -> list[Change]:
        if row.acting_id is None:
            return []
        next_one = self.away.get(row.official_id)
        after = row.official_id if self.officials[row.official_id].in_office else None
        if next_one is not None:
            after = next_one.acting_id
        return [Change(official_id=row.official_id, before=row.acting_id, after=after)]

    def activate(self, over: Iterable[Substitution]) -> None:
        """Set who acts; what a mere substitute is called follows from those he stands in for."""
        duties: dict[str, list[Substitution]] = {}
        for row in self.running:
            if self.officials[row.official_id].in_office:
                duties.setdefault(row.acting_id or "", []).append(row)
        back = {row.official_id for row in over}
        for official in self.officials.values():
            if official.id in duties:
                official.active = True
            elif official.id in self.away or not official.in_office:
                official.active = False
            elif official.id in back:
                official.active = True
            if official.id in duties and not official.in_office:
                self._name(official, duties[official.id])

    def _name(self, official: Official, rows: Sequence[Substitution]) -> None:
        absents = [self.officials[row.official_id] for row in rows]
        names = [self.session.get_one(Person, absent.person_id).name for absent in absents]
        official.status = rows[0].status
        official.position = position_of(rows[0].status, absents[0].position, ", ".join(names))


def position_of(status: OfficialStatus, position: str, name: str) -> str:
    """How a substitute's office is printed, with the name of whom he stands in for."""
    words = say("people.stands_in", status=status.value, position=position, name=name)
    return words[:200]


def _standing_in() -> Select[*tuple[Any, ...]]:
    """Who stands in now, and for whom (ids)."""
    return (
        select(Substitution.acting_id, Official.id)
        .join(Official, Official.id == Substitution.official_id)
        .where(
            Substitution.ended_at.is_(None),
            Substitution.began_at.is_not(None),
            Official.in_office,
        )
    )


_IN_TURN = (Substitution.began_at, Substitution.id)
#: for whom each of several `officials` stands in now
STOOD_IN = Question(
    lambda p: _standing_in().where(p.among(Substitution.acting_id, "officials")), order=_IN_TURN
)
_acting = aliased(Official)
#: for whom each active official of several `regions` stands in now
STOOD_IN_AT = Question(
    lambda p: (
        _standing_in()
        .join(_acting, _acting.id == Substitution.acting_id)
        .where(p.among(_acting.region_code, "regions"))
    ),
    order=_IN_TURN,
)


def duties_of(session: Session, official_ids: Collection[str]) -> dict[str, list[str]]:
    """In whose name each of several active officials (ids) acts now: his own first, as far as he is
    in office, then those for whom he stands in."""
    own = select(Official).where(Official.id.in_(official_ids))
    return duties_among(
        session.scalars(own), _by_acting(STOOD_IN.rows(session, officials=official_ids))
    )


def stood_in_at(session: Session, regions: Collection[str]) -> dict[str, list[str]]:
    """For whom each official (id) of several regions stands in now; who stands in for nobody is not
    among the keys."""
    return _by_acting(STOOD_IN_AT.rows(session, regions=regions))


def _by_acting(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for acting, absent in rows:
        found.setdefault(acting, []).append(absent)
    return found


def duties_among(
    officials: Iterable[Official], stood_in: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """The same as `duties_of` for officials of whom it is known for whom they stand in."""
    found = {}
    for official in officials:
        own = [official.id] if official.in_office else []
        found[official.id] = [*own, *stood_in.get(official.id, ())] or [official.id]
    return found


def own_duty(session: Session, official: Official) -> Official:
    """Whose office it is that somebody who acts was given something for: his own, else that of the
    first one for whom he stands in."""
    if official.in_office:
        return official
    return session.get_one(Official, duties_of(session, [official.id])[official.id][0])


def standing_in(session: Session, *, region: str | None = None) -> Mapping[str, str]:
    """Who acts now for each official who is away (ids)."""
    query = (
        select(Substitution.official_id, Substitution.acting_id)
        .join(Official, Official.id == Substitution.official_id)
        .where(Substitution.ended_at.is_(None), Substitution.acting_id.is_not(None))
    )
    if region is not None:
        query = query.where(Official.region_code == region)
    return {absent: acting for absent, acting in session.execute(query) if acting is not None}
