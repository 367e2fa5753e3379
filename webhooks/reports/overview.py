"""The first page of the reports: stages, tasks, offices and the trend, drawn and in tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from processes.store import questions
from processes.store.questions.performance import versions_in_use
from processes.store.tables import Region
from processes.store.viewer import Viewer
from webhooks.current import office
from webhooks.language import report_text
from webhooks.reports import charts
from webhooks.reports.charts import Bar, Point
from webhooks.reports.counting import Period, Report
from webhooks.reports.reading import read_report, role_titles
from webhooks.reports.shown import number, share, short_month
from webhooks.reports.wanted import CATEGORIES, MONTHS, Wanted

#: offices on the page; the file has them all
MOST_OFFICES = 15


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the filters offer."""

    regions: list[Region]
    #: key and name
    procedures: dict[str, str]
    #: of the procedure that is chosen, the newest first
    versions: list[int]
    categories: tuple[str, ...] = CATEGORIES
    months: tuple[int, ...] = MONTHS


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One report with what belongs around it."""

    wanted: Wanted
    report: Report
    period: Period
    regions: Mapping[str, Region]
    roles: Mapping[str, str]
    choices: Choices
    #: what is wrong with the filters, by field
    problems: Mapping[str, str]

    @property
    def stage_chart(self) -> str:
        """How long cases take to pass each stage."""
        return stage_chart(self.report)

    @property
    def trend_charts(self) -> tuple[str, str]:
        """The middle number of days, and the share in time, by month."""
        return trend_charts(self.report)

    @property
    def kind_chart(self) -> str:
        """How long each task takes, beside what was allowed."""
        return kind_chart(self.report)

    def office_name(self, role: str, region: str) -> str:
        """For example "Sekretaris Daerah, Kabupaten Bogor"."""
        return f"{self.roles.get(role, role)}, {self.regions[region].name}"


def read_overview(session: Session, viewer: Viewer, wanted: Wanted, now: datetime) -> Overview:
    """The report that the filters ask for."""
    regions = questions.regions_by_code(session)
    filters, region_problem = wanted.filters(regions)
    own = next(iter(sorted(viewer.regions)), None) if viewer.regions else None
    period, period_problem = wanted.period(office().calendar.today(now, filters.region or own))
    return Overview(
        wanted=wanted,
        report=read_report(session, viewer, filters, period, now),
        period=period,
        regions=regions,
        roles=role_titles(session),
        choices=choices_for(session, viewer, wanted, regions),
        problems={"region": region_problem, "period": period_problem},
    )


def choices_for(
    session: Session, viewer: Viewer, wanted: Wanted, regions: Mapping[str, Region]
) -> Choices:
    """What the filters offer this viewer."""
    versions = versions_in_use(session)
    own = viewer.regions
    return Choices(
        regions=[region for code, region in regions.items() if own is None or code in own],
        procedures={key: name for key, name, _ in reversed(versions)},
        versions=[number for key, _, number in versions if key == wanted.procedure],
    )


def stage_chart(report: Report) -> str:
    """Bars of the stages."""
    rows = [
        Bar(
            label=f"{row.number} {row.name}",
            value=row.middle,
            shown=report_text("days_short", count=number(row.middle)),
        )
        for row in report.stages
        if row.middle is not None
    ]
    told = report_text("chart_stages_told", count=sum(row.passed for row in report.stages))
    return charts.bars("tahap", report_text("chart_stages"), told, rows)


def kind_chart(report: Report) -> str:
    """Bars of the tasks with their targets."""
    rows = [
        Bar(
            label=f"{row.name}",
            value=row.figures.middle,
            shown=report_text("days_short", count=number(row.figures.middle)),
            target=row.figures.target,
        )
        for row in report.kinds
        if row.figures.middle is not None
    ]
    told = report_text("chart_kinds_told", count=report.total.count)
    return charts.bars("jenis", report_text("chart_kinds"), told, rows)


def trend_charts(report: Report) -> tuple[str, str]:
    """Two lines over the months."""
    days = [
        Point(
            label=short_month(row.month),
            value=row.figures.middle,
            shown=number(row.figures.middle),
        )
        for row in report.trend
    ]
    shares = [
        Point(
            label=short_month(row.month),
            value=None if row.figures.rate is None else row.figures.rate * 100,
            shown=share(row.figures.rate),
        )
        for row in report.trend
    ]
    told = report_text("chart_trend_told", count=len(days))
    return (
        charts.lines("tren-hari", report_text("chart_trend_days"), told, days),
        charts.lines("tren-tepat", report_text("chart_trend_share"), told, shares, most=100),
    )
