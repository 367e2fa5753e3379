"""The one list of what was put on record by hand: papers, changes of holder and deadline, pauses,
moves, withdrawals, and what was entered later than it happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import render_template, request

from processes.store import questions
from processes.store.questions import PAGE_SIZE, Record, RecordFilters, RecordKind
from processes.store.tables import Region
from webhooks import dates
from webhooks.about import titled
from webhooks.board.happenings import in_words
from webhooks.board.paging import page_number
from webhooks.board.register import code_of
from webhooks.board.views import pages
from webhooks.current import office
from webhooks.language import language, repair_text
from webhooks.rendering import WIB, iso
from webhooks.sessions import viewer


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The filters as the address gives them; empty ones do not narrow."""

    kind: str = ""
    region: str = ""
    who: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def read(cls) -> Wanted:
        """What was asked for, cut to what can be meant."""
        given = request.args
        kind = given.get("kind", "")
        return cls(
            kind=kind if kind in set(RecordKind) else "",
            region=given.get("region", "").strip()[:100],
            who=given.get("who", "").strip()[:100],
            since=given.get("since", "")[:10],
            until=given.get("until", "")[:10],
        )

    def filters(self, code: str) -> RecordFilters:
        """The same as a question."""
        since, until = iso(self.since), iso(self.until)
        return RecordFilters(
            kind=RecordKind(self.kind) if self.kind else None,
            region=code or None,
            who=self.who or None,
            since=datetime.combine(since, time(), WIB) if since else None,
            before=datetime.combine(until + timedelta(days=1), time(), WIB) if until else None,
        )

    def page(self, number: int) -> str:
        """The query of one page of the same list."""
        kept = {name: value for name, value in asdict(self).items() if value}
        return urlencode({**kept, "page": number})


@dataclass(frozen=True, kw_only=True)
class RecordRow:
    """One record."""

    at: datetime
    zone: ZoneInfo
    kind: str
    what: str
    subject: str
    change: str
    reason: str
    who: str
    region: str
    case_id: str
    case_number: str
    case_title: str
    #: anchor on the page of the case; empty without a task
    task_id: str
    #: for how long after its own date it was entered; empty when it was not late
    late: str


@pages.get("/catatan")
def records() -> str:
    """Everything that was put on record by hand, the newest first."""
    wanted, number = Wanted.read(), page_number()
    with office().database.read() as session:
        regions = questions.regions_by_code(session)
        code, problem = code_of(wanted.region, regions)
        found = questions.page_of_records(session, viewer(), wanted.filters(code), page=number)
    return render_template(
        "records.html",
        wanted=wanted,
        problem=problem,
        kinds=[kind.value for kind in RecordKind],
        regions=list(regions.values()),
        rows=[_row(each, regions) for each in found.items],
        total=found.total,
        page=number,
        has_more=found.total > number * PAGE_SIZE,
    )


def _row(found: Record, regions: Mapping[str, Region]) -> RecordRow:
    region = regions[found.task.region_code if found.task else found.case.region_code]
    zone = ZoneInfo(region.zone)
    said = in_words(found.entry, regions) if found.entry else None
    paper, late = found.paper, ""
    subject = said.subject if said else titled(found.task) if found.task else ""
    if paper is not None:
        told = repair_text(
            "from_paper",
            number=paper.number,
            day=dates.short(paper.dated_on, language()),
            signatory=paper.signatory,
        )
        subject = f"{subject} · {told}"
        days = (paper.recorded_at.astimezone(zone).date() - paper.dated_on).days
        late = repair_text("late_entry", count=days) if days > 0 else ""
    return RecordRow(
        at=found.at,
        zone=zone,
        kind=repair_text(f"record_{found.kind.value}"),
        what=said.what if said else repair_text("recorded"),
        subject=subject,
        change=said.change if said else "",
        reason=said.reason if said else "",
        who=said.who if said else paper.recorded_by if paper else "",
        region=region.name,
        case_id=found.case.id,
        case_number=found.case.number,
        case_title=found.case.title,
        task_id=found.task.id if found.task else "",
        late=late,
    )
