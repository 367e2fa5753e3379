"""What the viewer's houses did, what is expected, and both as files."""

from __future__ import annotations

from flask import Response

from processes.errors import NotFound
from processes.store import questions
from webhooks.board.views import page_number
from webhooks.clock import now
from webhooks.current import office
from webhooks.reports.files import csv_file, xlsx_file
from webhooks.reports.forecast import LEAST
from webhooks.reports.overview import MOST_OFFICES, Overview, read_overview
from webhooks.reports.pages import page, pages
from webhooks.reports.reading import read_expected
from webhooks.reports.report_sheets import report_sheets
from webhooks.reports.wanted import Wanted, known_region
from webhooks.sessions import viewer


@pages.get("")
def overview() -> str:
    """Stages, tasks, offices and trend for the filters in the address."""
    with office().database.read() as session:
        found = read_overview(session, viewer(), Wanted.from_request(), now())
    return page("overview.html", found=found, most_offices=MOST_OFFICES)


@pages.get("/perkiraan")
def expected() -> str:
    """Cases on their way, and when their agreement will probably be in force."""
    wanted, at, number_ = Wanted.from_request(), now(), page_number()
    with office().database.read() as session:
        regions = questions.regions_by_code(session)
        filters, problem = wanted.filters(regions)
        rows, total = read_expected(session, viewer(), filters, number_, at)
    return page(
        "expected.html",
        rows=rows,
        total=total,
        wanted=wanted,
        least=LEAST,
        problem=problem,
        regions=regions,
        page=number_,
        has_more=total > number_ * questions.PAGE_SIZE,
    )


@pages.get("/ringkasan.xlsx")
def report_xlsx() -> Response:
    """The report as a workbook."""
    found = _read()
    return xlsx_file("laporan", list(report_sheets(found).values()))


@pages.get("/ringkasan-<name>.csv")
def report_csv(name: str) -> Response:
    """One list of the report as CSV."""
    found = _read()
    sheet = report_sheets(found).get(name)
    if sheet is None:
        raise NotFound
    return csv_file(f"laporan-{name}", sheet)


def _read() -> Overview:
    wanted = Wanted.from_request()
    with office().database.read() as session:
        known_region(wanted.region, questions.regions_by_code(session))
        return read_overview(session, viewer(), wanted, now())
