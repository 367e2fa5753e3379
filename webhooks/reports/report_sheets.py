"""A report as lists for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webhooks.language import report_text
from webhooks.reports.figures import Figures
from webhooks.reports.overview import Overview
from webhooks.reports.sheets import Cell, Column, Sheet

#: names of the lists in addresses
NAMES = ("tahap", "tugas", "kantor", "tren")


def report_sheets(found: Overview) -> dict[str, Sheet]:
    """The lists of a report by name."""
    return dict(
        zip(NAMES, (_stages(found), _kinds(found), _offices(found), _trend(found)), strict=True)
    )


def _stages(found: Overview) -> Sheet:
    columns = (
        Column(label=report_text("stage_number"), kind="whole", width=8),
        Column(label=report_text("stage"), width=32),
        Column(label=report_text("passed"), kind="whole"),
        Column(label=report_text("pass_middle"), kind="number"),
        Column(label=report_text("pass_slowest"), kind="whole"),
        Column(label=report_text("cases_met"), kind="whole"),
        Column(label=report_text("came_back"), kind="whole"),
        *_figure_columns(),
    )
    rows = [
        (
            row.number,
            row.name,
            row.passed,
            row.middle,
            row.slowest_tenth,
            row.cases,
            row.came_back,
            *_figures(row.figures),
        )
        for row in found.report.stages
    ]
    return Sheet(name=report_text("by_stage"), columns=columns, rows=rows)


def _kinds(found: Overview) -> Sheet:
    columns = (
        Column(label=report_text("stage_number"), kind="whole", width=8),
        Column(label=report_text("task"), width=36),
        Column(label=report_text("element"), width=26),
        *_figure_columns(),
    )
    rows = [
        (row.stage, row.name, row.element, *_figures(row.figures)) for row in found.report.kinds
    ]
    return Sheet(name=report_text("by_kind"), columns=columns, rows=rows)


def _offices(found: Overview) -> Sheet:
    columns = (
        Column(label=report_text("role"), width=28),
        Column(label=report_text("region_code"), width=10),
        Column(label=report_text("region"), width=28),
        *_figure_columns(),
    )
    rows = [
        (
            found.roles.get(row.role, row.role),
            row.region,
            found.regions[row.region].name,
            *_figures(row.figures),
        )
        for row in found.report.offices
    ]
    return Sheet(name=report_text("by_office"), columns=columns, rows=rows)


def _trend(found: Overview) -> Sheet:
    columns = (Column(label=report_text("month"), kind="day"), *_figure_columns()[:6])
    rows: Iterator[Sequence[Cell]] = (
        (row.month, *_figures(row.figures)[:6]) for row in found.report.trend
    )
    return Sheet(name=report_text("by_month"), columns=columns, rows=rows)


def _figure_columns() -> tuple[Column, ...]:
    return (
        Column(label=report_text("finished"), kind="whole"),
        Column(label=report_text("middle"), kind="number"),
        Column(label=report_text("slowest"), kind="whole"),
        Column(label=report_text("target"), kind="number"),
        Column(label=report_text("on_time"), kind="share"),
        Column(label=report_text("calendar_days"), kind="number"),
        Column(label=report_text("open"), kind="whole"),
        Column(label=report_text("late"), kind="whole"),
        Column(label=report_text("returns"), kind="whole"),
        Column(label=report_text("cancelled"), kind="whole"),
    )


def _figures(figures: Figures) -> tuple[Cell, ...]:
    return (
        figures.count,
        figures.middle,
        figures.slowest_tenth,
        figures.target,
        figures.rate,
        figures.calendar_days,
        figures.open,
        figures.late,
        figures.returns,
        figures.cancelled,
    )
