"""The page that offers the report of a month, and the report."""

from __future__ import annotations

from datetime import date

from flask import Response, request

from processes.errors import NotFound
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import report_text
from webhooks.rendering import iso
from webhooks.reports.files import attached
from webhooks.reports.monthly import read_month, set_in_type
from webhooks.reports.pages import page, pages
from webhooks.reports.today_views import PDF, own_regions
from webhooks.reports.wanted import known_region
from webhooks.sessions import account, viewer

#: months that are offered, the one before this first
OFFERED = 24


@pages.get("/bulanan")
def monthly() -> str:
    """Which months there are."""
    today = office().calendar.today(now())
    number = today.year * 12 + today.month - 1
    with office().database.read() as session:
        regions = own_regions(session)
    return page(
        "monthly.html",
        months=[date(n // 12, n % 12 + 1, 1) for n in range(number, number - OFFERED, -1)],
        before=date((number - 1) // 12, (number - 1) % 12 + 1, 1),
        regions=list(regions.values()),
    )


@pages.get("/bulanan.pdf")
def monthly_pdf() -> Response:
    """The report of a month (`2026-06`), of one region or of all that the viewer sees."""
    typed = request.args.get("region", "").strip()
    month = iso(f"{request.args.get('month', '')[:7]}-01")
    with office().database.read() as session:
        regions = own_regions(session)
        code = known_region(typed, regions)
        if month is None:
            raise NotFound("reports.month_unknown")
        region = regions[code] if code else None
        if region is None and len(regions) == 1:
            region = next(iter(regions.values()))
        found = read_month(session, viewer(), region, month, made_by=account().name, now=now())
    name = f"{report_text('month_file')}-{code or 'semua'}-{month:%Y-%m}.pdf"
    return attached(set_in_type(found), name, PDF)
