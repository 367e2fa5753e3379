"""The month of a region, or of all, as pages to print: numbers, drawings, offices, agreements."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from processes.engine.typesetting import typeset
from processes.store import questions
from processes.store.agreements import status_on
from processes.store.questions.month import Month, month_of
from processes.store.questions.performance import ReportFilters
from processes.store.tables import Case, Region
from processes.store.viewer import Viewer
from webhooks import dates
from webhooks.current import office
from webhooks.language import language, report_text, text
from webhooks.reports.counting import Period, Report
from webhooks.reports.figures import Figures
from webhooks.reports.overview import kind_chart, stage_chart, trend_charts
from webhooks.reports.reading import read_report, role_titles
from webhooks.reports.shown import month as month_name
from webhooks.reports.shown import number, share

TEMPLATE = Path(__file__).with_name("bulanan.typ")
ARCHIVAL = ("a-2b",)
#: agreements that are listed; the others are counted
MOST_OFFICES, MOST_AGREEMENTS = 10, 40


@dataclass(frozen=True, kw_only=True)
class MonthlyReport:
    """One month of one region, or of the whole installation."""

    month: date
    #: None for all
    region: Region | None
    report: Report
    happened: Month
    regions: Mapping[str, Region]
    roles: Mapping[str, str]
    made_at: datetime
    made_by: str


def read_month(
    session: Session,
    viewer: Viewer,
    region: Region | None,
    month: date,
    *,
    made_by: str,
    now: datetime,
) -> MonthlyReport:
    """The month as the region itself sees it, or as the viewer sees all."""
    seen = viewer if region is None else Viewer.of_region(region.code)
    calendar = office().calendar
    last = month.replace(day=monthrange(month.year, month.month)[1])
    zone = calendar.zone(region.code if region else None)
    since = datetime.combine(month, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    return MonthlyReport(
        month=month,
        region=region,
        report=read_report(session, seen, ReportFilters(), Period(first=month, last=last), now),
        happened=month_of(session, seen, first=month, last=last, since=since, until=until),
        regions=questions.regions_by_code(session),
        roles=role_titles(session),
        made_at=now,
        made_by=made_by,
    )


def set_in_type(found: MonthlyReport) -> bytes:
    """The PDF (PDF/A-2b); raises LetterRefused when it cannot be set."""
    whose = found.region.name if found.region else report_text("all_regions")
    zone = office().calendar.zone(found.region.code if found.region else None)
    days, shares = trend_charts(found.report)
    facts = {
        "bahasa": language(),
        "judul": report_text("month_title", month=month_name(found.month)),
        "daerah": whose,
        "kaki": report_text(
            "made_at", at=dates.moment(found.made_at, zone, language()), by=found.made_by
        ),
        "cara": report_text("by_kind_why"),
        "angka": _counts(found),
        "bagian": [
            _chart("by_stage", stage_chart(found.report), _stages(found.report)),
            {"judul": report_text("chart_trend_days"), "gambar": days},
            _chart("chart_trend_share", shares, _trend(found.report)),
            _chart("by_kind", kind_chart(found.report), _kinds(found.report)),
            {"judul": report_text("by_office"), "tabel": _offices(found)},
            _agreements(found, "began", found.happened.began),
            _agreements(found, "over", found.happened.over),
        ],
        "kosong": report_text("nothing"),
    }
    return typeset(TEMPLATE.read_bytes(), facts, written_at=found.made_at, standards=ARCHIVAL)


def _counts(found: MonthlyReport) -> list[list[str]]:
    total, happened = found.report.total, found.happened
    ended = sum(happened.ended.values())
    return [
        [report_text("opened_cases"), str(happened.opened)],
        [report_text("ended_cases"), str(ended)],
        [report_text("finished"), str(total.count)],
        [report_text("on_time"), share(total.rate)],
        [report_text("open"), str(total.open)],
        [report_text("late"), str(total.late)],
    ]


def _chart(heading: str, drawing: str, table: dict[str, Any]) -> dict[str, Any]:
    return {"judul": report_text(heading), "gambar": drawing, "tabel": table}


def _table(
    widths: Sequence[int], heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> dict[str, Any]:
    return {"lajur": list(widths), "kepala": list(heads), "isi": [list(row) for row in rows]}


def _stages(report: Report) -> dict[str, Any]:
    names = ("stage", "passed", "pass_middle", "pass_slowest", "on_time", "came_back")
    rows = [
        (
            f"{row.number} {row.name}",
            str(row.passed),
            number(row.middle),
            number(row.slowest_tenth),
            share(row.figures.rate),
            f"{row.came_back} / {row.cases}",
        )
        for row in report.stages
    ]
    return _table((5, 2, 2, 2, 2, 2), [report_text(name) for name in names], rows)


def _trend(report: Report) -> dict[str, Any]:
    names = ("month", "finished", "middle", "slowest", "on_time")
    rows = [(month_name(row.month), *_cells(row.figures)) for row in report.trend]
    return _table((4, 2, 2, 2, 2), [report_text(name) for name in names], rows)


def _kinds(report: Report) -> dict[str, Any]:
    names = ("task", "finished", "middle", "slowest", "on_time", "target", "late")
    rows = [
        (row.name, *_cells(row.figures), number(row.figures.target), str(row.figures.late))
        for row in report.kinds
    ]
    return _table((6, 2, 2, 2, 2, 2, 2), [report_text(name) for name in names], rows)


def _offices(found: MonthlyReport) -> dict[str, Any]:
    names = ("office", "finished", "middle", "slowest", "on_time")
    rows = [
        (
            f"{found.roles.get(row.role, row.role)}, {found.regions[row.region].name}",
            *_cells(row.figures),
        )
        for row in found.report.offices[:MOST_OFFICES]
    ]
    return _table((7, 2, 2, 2, 2), [report_text(name) for name in names], rows)


def _agreements(found: MonthlyReport, heading: str, cases: Sequence[Case]) -> dict[str, Any]:
    names = ("case_title", "case_number", "starts_on", "ends_on", "status")
    calendar = office().calendar
    rows = [
        (
            case.title,
            case.number,
            _day(case.agreement_starts_on),
            _day(case.agreement_ends_on),
            text(f"agreement_{status_on(case, calendar.today(found.made_at, case.region_code))}"),
        )
        for case in cases[:MOST_AGREEMENTS]
    ]
    left = len(cases) - len(rows)
    return {
        "judul": f"{report_text(heading)} ({len(cases)})",
        "tabel": _table((6, 3, 3, 3, 2), [report_text(name) for name in names], rows),
        "lain": report_text("and_others", count=left) if left else "",
    }


def _cells(figures: Figures) -> tuple[str, str, str, str]:
    return (
        str(figures.count),
        number(figures.middle),
        number(figures.slowest_tenth),
        share(figures.rate),
    )


def _day(value: date | None) -> str:
    return "" if value is None else dates.short(value, language())
