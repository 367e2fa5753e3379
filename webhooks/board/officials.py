"""The page of officials: who holds which role where, which roles nobody holds, and the list as a
table to download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from processes.errors import NotAllowed
from processes.store import people_log, questions
from processes.store.channel_urls import masked
from processes.store.officials_file import COLUMNS
from processes.store.people_log import About
from processes.store.questions import OfficialFilters, Vacancy
from processes.store.questions.officials import IN_OFFICE, STATES
from processes.store.spreadsheet import table
from processes.store.tables import DataAct, Official, OfficialStatus, Person, Region
from webhooks.board.register import code_of
from webhooks.board.views import page_number, pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import keep_text
from webhooks.rights import Right
from webhooks.sessions import actor, may, viewer

#: how an office may be held, as the choices of a form
STATUSES = [(status.value, status.value) for status in OfficialStatus]


@dataclass(frozen=True, kw_only=True)
class OfficialLine:
    """One official as the list shows him: that he has addresses, not which."""

    id: str
    name: str
    position: str
    status: str
    role: str
    region: str
    #: `in_office`, `substitute`, `away` or `left`
    state: str
    #: the ways to him, in words
    ways: Sequence[str]
    #: whether no one-time code reaches him beside his link
    without_second: bool


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The filters above the list, as typed."""

    region: str = ""
    role: str = ""
    words: str = ""
    state: str = IN_OFFICE

    @classmethod
    def from_request(cls) -> Wanted:
        """The filters in the address; what makes no sense does not narrow."""
        state = request.args.get("keadaan", "")
        return cls(
            region=request.args.get("daerah", "").strip()[:100],
            role=request.args.get("peran", "").strip()[:60],
            words=request.args.get("cari", "").strip()[:100],
            state=state if state in STATES else IN_OFFICE,
        )

    def as_arguments(self) -> dict[str, str]:
        """The same as parts of an address."""
        found = {
            "daerah": self.region,
            "peran": self.role,
            "cari": self.words,
            "keadaan": self.state,
        }
        return {name: value for name, value in found.items() if value}


def check_people() -> None:
    """Raise NotAllowed unless the account keeps the officials or works with them every day."""
    if not (may(Right.KEEP) or may(Right.SHEPHERD)):
        raise NotAllowed("web.no_right_shepherd")


def role_titles(session: Session) -> dict[str, str]:
    """What the newest diagrams call the roles."""
    titles: dict[str, str] = {}
    for version in questions.newest_procedures(session):
        titles |= office().procedure(session, version.id).titles
    return titles


def roles_in_use(session: Session) -> set[str]:
    """The roles that the newest diagrams give tasks to."""
    found: set[str] = set()
    for version in questions.newest_procedures(session):
        found |= office().procedure(session, version.id).roles()
    return found


def seen_regions(session: Session) -> dict[str, Region]:
    """The regions that the viewer may choose from."""
    own = viewer().regions
    known = questions.regions_by_code(session)
    return {code: region for code, region in known.items() if own is None or code in own}


@pages.get("/pejabat")
def officials() -> str:
    """The officials of the viewer's regions, and the roles that nobody holds."""
    check_people()
    wanted, number = Wanted.from_request(), page_number()
    with office().database.read() as session:
        regions = seen_regions(session)
        code, problem = code_of(wanted.region, regions)
        titles = role_titles(session)
        found = questions.page_of_wanted_officials(
            session, viewer(), _filters(wanted, code), page=number
        )
        lines = _lines(session, found.items, titles, regions)
        empty = questions.vacancies(session, viewer(), roles_in_use(session))
    return render_template(
        "officials.html",
        lines=lines,
        total=found.total,
        wanted=wanted,
        problem=problem,
        titles=titles,
        regions=regions,
        states=STATES,
        vacancies=_by_region([each for each in empty if not code or each.region == code]),
        page=number,
        has_more=found.total > number * questions.PAGE_SIZE,
    )


@pages.get("/pejabat/daftar.csv")
def officials_table() -> Response:
    """The wanted officials as a table in the columns of the import; that it was taken is noted."""
    check_people()
    wanted = Wanted.from_request()
    with office().database.write() as session:
        code, _ = code_of(wanted.region, seen_regions(session))
        query = questions.officials_wanted(viewer(), _filters(wanted, code))
        rows = [(official, person) for official, person in session.execute(query)]
        people_log.note_access(
            session,
            DataAct.LISTED,
            About(region=code or next(iter(viewer().regions or ()), None)),
            actor=actor().as_entry(),
            now=now(),
            details={"count": len(rows), **wanted.as_arguments()},
        )
    made = table(COLUMNS, (_cells(official, person) for official, person in rows))
    return Response(
        made,
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="pejabat.csv"'},
    )


def _cells(official: Official, person: Person) -> list[str]:
    """One row; a channel is a secret and stays where it is, an empty cell takes nothing away."""
    return [
        official.region_code,
        official.role,
        person.name,
        person.nip or "",
        official.position,
        official.status.value,
        person.email or "",
        person.phone or "",
        "",
    ]


def _filters(wanted: Wanted, code: str) -> OfficialFilters:
    return OfficialFilters(
        region=code or None, role=wanted.role or None, words=wanted.words, state=wanted.state
    )


def _lines(
    session: Session,
    found: Sequence[tuple[Official, Person]],
    titles: Mapping[str, str],
    regions: Mapping[str, Region],
) -> list[OfficialLine]:
    lonely = questions.without_second_way(session, {person.id for _, person in found})
    return [
        OfficialLine(
            id=official.id,
            name=person.name,
            position=official.position,
            status=official.status.value,
            role=titles.get(official.role, official.role),
            region=regions[official.region_code].name,
            state=state_of(official),
            ways=ways_of(person),
            without_second=person.id in lonely,
        )
        for official, person in found
    ]


def state_of(official: Official) -> str:
    """`in_office`, `away`, `substitute` (acts without the office) or `left`."""
    if official.in_office:
        return "in_office" if official.active else "away"
    return "substitute" if official.active else "left"


def ways_of(person: Person) -> list[str]:
    """The ways to a person, in words and without the addresses."""
    found = [masked(person.channel_url)] if person.channel_url else []
    found += [keep_text("way_email")] if person.email else []
    return found + ([keep_text("way_phone")] if person.phone else [])


def _by_region(found: Sequence[Vacancy]) -> list[tuple[Vacancy, list[str]]]:
    """The first vacancy of each region, with all its roles."""
    together: dict[str, tuple[Vacancy, list[str]]] = {}
    for each in found:
        together.setdefault(each.region, (each, []))[1].append(each.role)
    return list(together.values())
