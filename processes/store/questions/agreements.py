"""The register: agreements that came into force, and the cases that continue others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy import case as one_of
from sqlalchemy.orm import Session

from processes.store.agreements import TELLING, Naskah, ends_in, naskah_of
from processes.store.papers import papers_of
from processes.store.questions.cases import party_codes, visible_cases
from processes.store.questions.pages import Page, rows_of_page
from processes.store.questions.tasks import done_tasks_of
from processes.store.regions import WIB, WIT, WITA
from processes.store.tables import AgreementStatus, Case, Party, Region, Task
from processes.store.viewer import Viewer
from processes.store.whereabouts import places_now

#: an agreement that ends within so many days goes before all others
DAYS_AHEAD = 365
#: read at once for a file
BATCH = 200


@dataclass(frozen=True, kw_only=True)
class AgreementFilters:
    """Which agreements are wanted; None does not narrow."""

    #: code of a region that takes part
    region: str | None = None
    #: `berlaku` or `berakhir`
    status: AgreementStatus | None = None
    #: only those that end before this day
    ending_before: date | None = None


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One line of the register."""

    case: Case
    naskah: Naskah
    #: codes, pemrakarsa first
    parties: Sequence[str]
    #: the case that it continues, as far as the viewer may see it
    parent: Case | None
    #: where the originals lie: what was noted last, else what was said when it was registered
    originals: str


def page_of_agreements(
    session: Session,
    viewer: Viewer,
    filters: AgreementFilters,
    *,
    page: int,
    now: datetime,
) -> Page[Agreement]:
    """One page of the agreements the viewer may see: those that end within a year, the next one
    first, then the one that came into force last."""
    rows, total = rows_of_page(session, _ordered(viewer, filters, now), page)
    items = agreements_of(session, viewer, [case for case, _ in rows])
    return Page(items=items, number=page, total=total)


def each_agreement(
    session: Session, viewer: Viewer, filters: AgreementFilters, *, now: datetime
) -> Iterator[Agreement]:
    """All of them in the same order."""
    result = session.execute(_ordered(viewer, filters, now).execution_options(yield_per=BATCH))
    for rows in result.partitions():
        yield from agreements_of(session, viewer, [row[0] for row in rows])


def _ordered(viewer: Viewer, filters: AgreementFilters, now: datetime) -> Select[*tuple[Any, ...]]:
    query, seen = visible_cases(viewer)
    wanted: list[ColumnElement[bool]] = [Case.agreement_status != AgreementStatus.BELUM]
    if seen is not None:
        wanted.append(seen.c.until.is_(None))
    wanted += _conditions(filters, now)
    year = now.date() + timedelta(days=DAYS_AHEAD)
    ends_soon = and_(
        Case.agreement_status == AgreementStatus.BERLAKU,
        Case.agreement_ends_on <= year,
        ~_is_past(now),
    )
    return query.where(*wanted).order_by(
        one_of((ends_soon, Case.agreement_ends_on)).asc().nulls_last(),
        Case.agreement_starts_on.desc(),
        Case.number.desc(),
    )


def agreements_of(session: Session, viewer: Viewer, cases: Sequence[Case]) -> list[Agreement]:
    """Cases with what their documents say, as far as the viewer may read the answers."""
    ids = [case.id for case in cases]
    parties = party_codes(session, ids, staying=True)
    tasks = done_tasks_of(session, viewer, ids, ends_in(*TELLING))
    papers = papers_of(session, [task.id for task in tasks if task.answers is not None])
    zones = {region.code: region.zone for region in session.scalars(_regions(parties))}
    by_case: dict[str, list[Task]] = {case_id: [] for case_id in ids}
    for task in tasks:
        by_case[task.case_id].append(task)
    places = places_now(session, viewer, ids)
    parents = _visible(session, viewer, [case.parent_id for case in cases if case.parent_id])
    found = []
    for case in cases:
        naskah = naskah_of(by_case[case.id], papers, zones)
        found.append(
            Agreement(
                case=case,
                naskah=naskah,
                parties=parties[case.id],
                parent=parents.get(case.parent_id or ""),
                originals=places[case.id].place if case.id in places else naskah.originals or "",
            )
        )
    return found


def parent_of(session: Session, viewer: Viewer, case: Case) -> Case | None:
    """The case that this one continues; None without one, or when it is not for the viewer."""
    return _visible(session, viewer, [case.parent_id] if case.parent_id else []).get(
        case.parent_id or ""
    )


def follow_ups_of(session: Session, viewer: Viewer, case_id: str) -> list[Case]:
    """The cases that continue this one and that the viewer may see, the oldest first."""
    query, _ = visible_cases(viewer)
    rows = session.execute(query.where(Case.parent_id == case_id).order_by(Case.number))
    return [case for case, _ in rows]


def _visible(session: Session, viewer: Viewer, ids: Sequence[str]) -> dict[str, Case]:
    if not ids:
        return {}
    query, _ = visible_cases(viewer)
    return {case.id: case for case, _ in session.execute(query.where(Case.id.in_(ids)))}


def _regions(parties: Mapping[str, Sequence[str]]) -> Select[Region]:
    codes = {code for found in parties.values() for code in found}
    return select(Region).where(Region.code.in_(codes))


def _conditions(filters: AgreementFilters, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.region is not None:
        found.append(_is_party(filters.region))
    if filters.status is not None:
        in_force = and_(Case.agreement_status == AgreementStatus.BERLAKU, ~_is_past(now))
        found.append(in_force if filters.status is AgreementStatus.BERLAKU else ~in_force)
    if filters.ending_before is not None:
        found.append(Case.agreement_ends_on < filters.ending_before)
    return found


def _is_party(region: str) -> ColumnElement[bool]:
    return exists().where(
        Party.case_id == Case.id, Party.region_code == region, Party.left_at.is_(None)
    )


def _is_past(now: datetime) -> ColumnElement[bool]:
    """Whether the end date has come in the zone of the pemrakarsa."""
    ends = Case.agreement_ends_on
    codes = {zone: select(Region.code).where(Region.zone == zone) for zone in (WIB, WITA, WIT)}
    return or_(
        *(
            and_(
                ends.is_not(None),
                ends <= now.astimezone(ZoneInfo(zone)).date(),
                Case.region_code.in_(found),
            )
            for zone, found in codes.items()
        )
    )
