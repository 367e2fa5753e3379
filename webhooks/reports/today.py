"""What is late today in one region, what will be, who holds it, since when, and who was told.

Three houses are kept apart, because the reader can press only in one of them: his own, the
partners', and the councils. Inside each, targets that the house set itself stand apart from the
clocks of the procedure with what they rest on. Persons are named for the own house only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from processes.actions.roles import COUNCIL
from processes.engine.calendar import END_OF_DAY
from processes.store import questions
from processes.store.questions import Agreement, AgreementFilters, Counts
from processes.store.questions.today import last_told, urgent_tasks
from processes.store.tables import AgreementStatus, Case, Region, Task
from processes.store.viewer import Viewer
from webhooks.about import titled
from webhooks.board.rows import holder_names
from webhooks.current import office
from webhooks.reports.reading import role_titles

House = Literal["own", "partner", "council"]
HOUSES: tuple[House, ...] = ("own", "partner", "council")
#: working days ahead that count as soon, and days before its end from which an agreement is named
SOON, ENDING = 5, 90
#: how the basis of a deadline begins that the house set itself; every other one is a clock of the
#: procedure
INTERNAL = "target internal"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One open task."""

    case_id: str
    case_number: str
    case_title: str
    task: str
    #: role and region, for example "Sekretaris Daerah, Kabupaten Bogor"
    office: str
    #: who holds it; empty when nobody does, or in another house
    holder: str
    since: date
    due: date
    #: working days of its region past the deadline, negative before it
    late: int
    is_late: bool
    #: the day a message about it went out last; None when none did, or in another house
    told: date | None
    #: what the deadline rests on, of a clock of the procedure; empty for an internal target
    basis: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """One house."""

    house: House
    lines: Sequence[Line]

    @property
    def internal(self) -> Sequence[Line]:
        """Late against a target that the house set itself."""
        return [line for line in self.lines if line.is_late and not line.basis]

    @property
    def procedural(self) -> Sequence[Line]:
        """Late against a clock of the procedure."""
        return [line for line in self.lines if line.is_late and line.basis]

    @property
    def soon(self) -> Sequence[Line]:
        """Not late yet."""
        return [line for line in self.lines if not line.is_late]


@dataclass(frozen=True, kw_only=True)
class Today:
    """One region on one day."""

    region: Region
    day: date
    made_at: datetime
    counts: Counts
    groups: Sequence[Group]
    paused: int
    #: those that end soon, the next one first, with the days that are left
    ending: Sequence[tuple[Agreement, int]]
    #: how many of them there are
    ending_total: int
    #: late or due soon, and beyond what is listed
    unlisted: int
    #: how many are late, and how many due soon, listed or not
    late: int
    soon: int


def read_today(session: Session, region: Region, now: datetime) -> Today:
    """The day as the region itself sees it, whoever asks."""
    viewer, calendar = Viewer.of_region(region.code), office().calendar
    day = calendar.today(now, region.code)
    last = calendar.add_working_days(day, SOON, region.code)
    until = datetime.combine(last, END_OF_DAY, calendar.zone(region.code)) + timedelta(hours=8)
    urgent = urgent_tasks(session, viewer, until=until, now=now)
    lines = _lines(session, region, urgent.rows, now)
    ending = AgreementFilters(
        status=AgreementStatus.BERLAKU, ending_before=day + timedelta(days=ENDING + 1)
    )
    agreements = questions.page_of_agreements(session, viewer, ending, page=1, now=now)
    return Today(
        region=region,
        day=day,
        made_at=now,
        counts=questions.counts(session, viewer, now),
        groups=[Group(house=house, lines=lines[house]) for house in HOUSES],
        paused=urgent.paused,
        ending=[
            (found, (found.case.agreement_ends_on - day).days)
            for found in agreements.items
            if found.case.agreement_ends_on is not None
        ],
        ending_total=agreements.total,
        unlisted=urgent.total - len(urgent.rows),
        late=urgent.late,
        soon=urgent.total - urgent.late,
    )


def is_internal(basis: str) -> bool:
    """Whether a deadline with this basis is a target that the house set itself."""
    return not basis.strip() or basis.strip().casefold().startswith(INTERNAL)


def _lines(
    session: Session, region: Region, rows: Sequence[tuple[Task, Case]], now: datetime
) -> dict[House, list[Line]]:
    own = [task.id for task, _ in rows if task.region_code == region.code]
    holders = questions.holders_of_tasks(session, own)
    told, roles = last_told(session, own), role_titles(session)
    regions = questions.regions_by_code(session)
    found: dict[House, list[Line]] = {house: [] for house in HOUSES}
    for task, case in rows:
        if task.due_at is None:
            continue
        office_name = f"{roles.get(task.role, task.role)}, {regions[task.region_code].name}"
        line = _line(
            task,
            case,
            task.due_at,
            now,
            office_name=office_name,
            holder=holder_names(holders.get(task.id, ())),
            told=told.get(task.id),
        )
        found[_house(task, region)].append(line)
    return found


def _line(
    task: Task,
    case: Case,
    due_at: datetime,
    now: datetime,
    *,
    office_name: str,
    holder: str,
    told: datetime | None,
) -> Line:
    calendar, code = office().calendar, task.region_code
    due = calendar.today(due_at, code)
    return Line(
        case_id=case.id,
        case_number=case.number,
        case_title=case.title,
        task=titled(task),
        office=office_name,
        holder=holder,
        since=calendar.today(task.opened_at, code),
        due=due,
        late=calendar.working_days_between(due, calendar.today(now, code), code),
        is_late=due_at < now,
        told=None if told is None else calendar.today(told, code),
        basis="" if is_internal(task.basis) else task.basis,
    )


def _house(task: Task, region: Region) -> House:
    if task.role == COUNCIL:
        return "council"
    return "own" if task.region_code == region.code else "partner"
