"""Which status links of a case work, and for whom another one could be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from processes.actions.status_pages import LONGEST, USUAL
from processes.store import questions, status_links
from processes.store.regions import regions_named
from processes.store.tables import Case, Region
from processes.store.viewer import Viewer
from webhooks.current import office

#: name of the form on the case page, and the choice that means everybody
FORM, EVERYBODY = "status", "umum"


@dataclass(frozen=True, kw_only=True)
class StatusRow:
    """A link that works."""

    id: str
    #: the party it is for; None for everybody
    party: str | None
    ends_on: date
    by: str


@dataclass(frozen=True, kw_only=True)
class StatusPart:
    """What the case page shows of status pages; nothing to a region that did not open the case."""

    is_own: bool
    rows: Sequence[StatusRow] = ()
    #: the parties a link may be for
    partners: Sequence[Region] = ()
    usual: date | None = None
    longest: date | None = None


def read_status(session: Session, viewer: Viewer, case: Case, now: datetime) -> StatusPart:
    """The links into a case, for a viewer of the region that opened it."""
    if viewer.regions is not None and case.region_code not in viewer.regions:
        return StatusPart(is_own=False)
    today = office().calendar.today(now, case.region_code)
    parties = [p for p in questions.parties_of_case(session, case.id) if p.left_at is None]
    rows = status_links.living_of(session, viewer, case.id, today)
    codes = {p.region_code for p in parties} | {row.region_code for row in rows if row.region_code}
    regions = regions_named(session, sorted(codes))
    return StatusPart(
        is_own=True,
        rows=[
            StatusRow(
                id=row.id,
                party=regions[row.region_code].name if row.region_code else None,
                ends_on=row.ends_on,
                by=row.created_by,
            )
            for row in rows
        ],
        partners=[regions[p.region_code] for p in parties if p.region_code != case.region_code],
        usual=today + USUAL,
        longest=today + LONGEST,
    )
