"""The pages of the day: on the screen, as one page to print, as a text for a chat."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.store import questions
from processes.store.tables import Region
from webhooks.board.register import code_of
from webhooks.clock import now
from webhooks.current import office
from webhooks.reports.files import attached
from webhooks.reports.pages import page, pages
from webhooks.reports.today import ENDING, SOON, Today, read_today
from webhooks.reports.today_paper import set_in_type
from webhooks.reports.today_text import chat_text
from webhooks.sessions import account, viewer

PDF = "application/pdf"


@pages.get("/hari-ini")
def today() -> str:
    """The day of one region: the viewer's own, or the one that is asked for."""
    typed = request.args.get("region", "").strip()[:100]
    with office().database.read() as session:
        regions = own_regions(session)
        code, problem = code_of(typed, regions)
        if not code and not typed and len(regions) == 1:
            code = next(iter(regions))
        found = read_today(session, regions[code], now()) if code else None
    return page(
        "today.html",
        today=found,
        choose=len(regions) > 1,
        typed=typed,
        problem=problem,
        regions=list(regions.values()),
        chat=chat_text(found) if found and request.args.get("pesan") else "",
        soon_days=SOON,
        ending_days=ENDING,
    )


@pages.get("/hari-ini.pdf")
def today_pdf() -> Response:
    """The day of one region on one page."""
    found = _asked()
    name = f"laporan-{found.region.code}-{found.day.isoformat()}.pdf"
    return attached(set_in_type(found, account().name), name, PDF)


def own_regions(session: Session) -> Mapping[str, Region]:
    """The regions whose day the viewer may read, by code."""
    wanted, regions = viewer().regions, questions.regions_by_code(session)
    return {c: r for c, r in regions.items() if wanted is None or c in wanted}


def _asked() -> Today:
    with office().database.read() as session:
        region = own_regions(session).get(request.args.get("region", ""))
        if region is None:
            raise NotFound
        return read_today(session, region, now())
