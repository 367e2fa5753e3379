"""`/s/<token>`: how a case stands, for a party or for everybody whom the pemrakarsa gave the link.

Nothing can be done here, no person is named and no document shown. A party sees the stages as its
own region may see them, also after it left; everybody sees number, title, parties, stage and dates.
A link that is over, was taken back, or never was looks the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.store import questions, status_links
from processes.store.regions import regions_named
from processes.store.tables import Case, CaseStatus, StatusLink, TaskStatus
from processes.store.viewer import Viewer
from webhooks.clock import now
from webhooks.current import office
from webhooks.stages import StageRow, stage_rows
from webhooks.tries import count_failure

pages = Blueprint("status_pages", __name__)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A task that is open, without whoever holds it."""

    name: str
    #: code of the region that it is about, where another one does it
    about: str | None
    region: str
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the page tells."""

    case: Case
    #: a word for how it stands; a case that an administrator must help is said to run
    status: str
    parties: Sequence[str]
    stages: Sequence[StageRow]
    #: the party that the link is for; empty when it is for everybody
    party: str = ""
    waiting: Sequence[Waiting] = ()


@pages.get("/s/<token>")
def show(token: str) -> str:
    """How the case stands at this moment."""
    moment = now()
    with office().database.read() as session:
        row = status_links.find(session, token)
        case = None if row is None else _living_case(session, row, moment)
        if row is not None and case is not None:
            standing = _for_all(session, case)
            if row.region_code is not None:
                standing = _for_party(session, case, row.region_code)
            zone = office().calendar.zone(case.region_code)
            return render_template("status.html", it=standing, zone=zone, moment=moment)
    # one that was good once takes the same time and counts for nothing
    count_failure(weight=row is None)
    raise NotFound("web.status_over")


def _living_case(session: Session, row: StatusLink, moment: datetime) -> Case | None:
    """The case of a link that still works, as its reader may see it."""
    viewer = Viewer.system() if row.region_code is None else Viewer.of_region(row.region_code)
    case = questions.find_case(session, viewer, row.case_id)
    if case is None or row.revoked_at is not None:
        return None
    return case if office().calendar.today(moment, case.region_code) <= row.ends_on else None


def _for_all(session: Session, case: Case) -> Standing:
    """The stages without their dates: what was done inside a house, and when, is its own affair."""
    codes = [p.region_code for p in questions.parties_of_case(session, case.id) if not p.left_at]
    names = regions_named(session, codes)
    tasks = questions.tasks_of_case(session, Viewer.system(), case.id)
    stages = office().procedure(session, case.version_id).stages
    return Standing(
        case=case,
        status=_status(case),
        parties=[names[code].name for code in codes],
        stages=stage_rows(stages, case, tasks),
    )


def _for_party(session: Session, case: Case, region: str) -> Standing:
    viewer = Viewer.of_region(region)
    codes = [party.region_code for party in questions.parties_of_case(session, case.id)]
    names = regions_named(session, codes)
    tasks = questions.tasks_of_case(session, viewer, case.id)
    stages = office().procedure(session, case.version_id).stages
    still_on = case.closed_at is None
    return Standing(
        case=case,
        status=_status(case),
        parties=[names[code].name for code in codes],
        stages=stage_rows(stages, case, tasks),
        party=names[region].name,
        waiting=[
            Waiting(
                name=task.name,
                about=task.about,
                region=names[task.region_code].name,
                due_at=task.due_at,
            )
            for task in tasks
            if task.status is TaskStatus.OPEN and still_on
        ],
    )


def _status(case: Case) -> str:
    return (CaseStatus.RUNNING if case.status is CaseStatus.INCIDENT else case.status).value
