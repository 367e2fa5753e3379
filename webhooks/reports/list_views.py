"""Files with whole lists: open tasks, cases, the register."""

from __future__ import annotations

from flask import Response, request

from processes.store import questions
from processes.store.questions import CaseFilters, TaskFilters
from processes.store.tables import CaseStatus, TaskStatus
from webhooks.board import register
from webhooks.clock import now
from webhooks.current import office
from webhooks.reports.files import csv_file, xlsx_file
from webhooks.reports.lists import case_sheet, register_sheet, task_sheet
from webhooks.reports.pages import page, pages
from webhooks.reports.reading import role_titles
from webhooks.reports.sheets import Sheet
from webhooks.reports.wanted import known_region
from webhooks.sessions import viewer


@pages.get("/daftar")
def lists() -> str:
    """Which lists there are, and how open tasks are narrowed."""
    with office().database.read() as session:
        regions, roles = questions.regions_by_code(session), role_titles(session)
    seen = viewer().regions
    return page(
        "lists.html",
        regions=[region for code, region in regions.items() if seen is None or code in seen],
        typed={name: request.args.get(name, "")[:100] for name in ("region", "role", "stage")},
        only_late=bool(request.args.get("overdue")),
        roles=roles,
    )


@pages.get("/tugas.<any(xlsx, csv):kind>")
def tasks_file(kind: str) -> Response:
    """Open tasks, narrowed by region, role, stage and lateness."""
    at, asked = now(), request.args
    with office().database.read() as session:
        stage = asked.get("stage", "")
        filters = TaskFilters(
            status=TaskStatus.OPEN,
            region=known_region(asked.get("region", ""), questions.regions_by_code(session)),
            role=asked.get("role", "")[:60] or None,
            stage=int(stage) if stage.isdecimal() and len(stage) < 4 else None,
            overdue=True if asked.get("overdue") else None,
        )
        return _file("tugas", task_sheet(session, viewer(), filters, at), kind)


@pages.get("/perkara.<any(xlsx, csv):kind>")
def cases_file(kind: str) -> Response:
    """Cases, narrowed by status."""
    status = request.args.get("status", "")
    filters = CaseFilters(status=CaseStatus(status) if status in set(CaseStatus) else None)
    with office().database.read() as session:
        return _file("perkara", case_sheet(session, viewer(), filters, now()), kind)


@pages.get("/register.<any(xlsx, csv):kind>")
def register_file(kind: str) -> Response:
    """The register, narrowed as on its page."""
    with office().database.read() as session:
        wanted, regions = register.Wanted.from_request(), questions.regions_by_code(session)
        known_region(wanted.region, regions)
        filters, _ = register.filters_of(wanted, regions)
        return _file("register", register_sheet(session, viewer(), filters, now()), kind)


def _file(name: str, sheet: Sheet, kind: str) -> Response:
    """The file, read to its end while the database is looked at."""
    return xlsx_file(name, [sheet]) if kind == "xlsx" else csv_file(name, sheet)
