"""Open tasks, cases and agreements as lists for a spreadsheet, whole, in the order of the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store import questions
from processes.store.questions import AgreementFilters, CaseFilters, TaskFilters
from processes.store.tables import Case, Task
from processes.store.viewer import Viewer
from webhooks.about import titled
from webhooks.board.register import RegisterRow, rows_of
from webhooks.board.rows import holder_names
from webhooks.current import office
from webhooks.language import report_text, text
from webhooks.reports.reading import role_titles
from webhooks.reports.sheets import Cell, Column, Sheet

AT_ONCE = 200


def task_sheet(session: Session, viewer: Viewer, filters: TaskFilters, now: datetime) -> Sheet:
    """The tasks that the filters leave; holders of the viewer's own houses are named."""
    columns = (
        Column(label=report_text("case_number"), width=20),
        Column(label=report_text("case_title"), width=40),
        Column(label=report_text("stage_number"), kind="whole", width=8),
        Column(label=report_text("task"), width=32),
        Column(label=report_text("role"), width=24),
        Column(label=report_text("region_code"), width=10),
        Column(label=report_text("region"), width=26),
        Column(label=report_text("head_holder"), width=36),
        Column(label=report_text("head_since"), kind="day"),
        Column(label=report_text("head_due"), kind="day"),
        Column(label=report_text("days_late"), kind="whole"),
        Column(label=report_text("head_basis"), width=32),
    )
    regions, roles = questions.regions_by_code(session), role_titles(session)

    def rows() -> Iterator[Sequence[Cell]]:
        for tasks in questions.each_task(session, viewer, filters, now=now):
            cases = _cases(session, tasks)
            own = [task.id for task in tasks if _is_own(viewer, task)]
            holders = questions.holders_of_tasks(session, own)
            for task in tasks:
                case, code = cases[task.case_id], task.region_code
                yield (
                    case.number,
                    case.title,
                    task.stage,
                    titled(task),
                    roles.get(task.role, task.role),
                    code,
                    regions[code].name,
                    holder_names(holders.get(task.id, ())),
                    office().calendar.today(task.opened_at, code),
                    None if task.due_at is None else office().calendar.today(task.due_at, code),
                    _days_late(task, now),
                    task.basis,
                )

    return Sheet(name=report_text("open_tasks"), columns=columns, rows=rows())


def case_sheet(session: Session, viewer: Viewer, filters: CaseFilters, now: datetime) -> Sheet:
    """The cases that the filters leave."""
    columns = (
        Column(label=report_text("case_number"), width=20),
        Column(label=report_text("case_title"), width=40),
        Column(label=report_text("parties"), width=48),
        Column(label=report_text("category")),
        Column(label=report_text("stage_number"), kind="whole", width=8),
        Column(label=report_text("stage"), width=28),
        Column(label=report_text("status"), width=18),
        Column(label=report_text("opened_on"), kind="day"),
        Column(label=report_text("closed_on"), kind="day"),
        Column(label=report_text("agreement"), width=16),
        Column(label=report_text("starts_on"), kind="day"),
        Column(label=report_text("ends_on"), kind="day"),
    )
    regions = questions.regions_by_code(session)

    def rows() -> Iterator[Sequence[Cell]]:
        for cases in questions.each_case(session, viewer, filters, now=now):
            parties = questions.party_codes(session, [case.id for case in cases])
            for case in cases:
                yield (
                    case.number,
                    case.title,
                    "; ".join(regions[code].name for code in parties[case.id]),
                    case.category or "",
                    case.stage,
                    case.stage_name,
                    text(f"status_{case.status.value}"),
                    _day(case.opened_at, case),
                    None if case.closed_at is None else _day(case.closed_at, case),
                    text(f"agreement_{case.agreement_status.value}"),
                    case.agreement_starts_on,
                    case.agreement_ends_on,
                )

    return Sheet(name=report_text("cases"), columns=columns, rows=rows())


def register_sheet(
    session: Session, viewer: Viewer, filters: AgreementFilters, now: datetime
) -> Sheet:
    """The register with the columns that regions keep it in."""
    columns = (
        Column(label=report_text("numbers"), width=32),
        Column(label=report_text("signed_on"), kind="day"),
        Column(label=report_text("case_title"), width=40),
        Column(label=report_text("document_kind"), width=22),
        Column(label=report_text("category")),
        Column(label=report_text("party_first"), width=26),
        Column(label=report_text("party_others"), width=40),
        Column(label=report_text("signatories"), width=40),
        Column(label=report_text("proposed_by"), width=26),
        Column(label=report_text("scope"), width=40),
        Column(label=report_text("starts_on"), kind="day"),
        Column(label=report_text("ends_on"), kind="day"),
        Column(label=report_text("left"), width=14),
        Column(label=report_text("active")),
        Column(label=report_text("source"), width=28),
        Column(label=report_text("originals"), width=32),
        Column(label=report_text("parent"), width=28),
        Column(label=report_text("remarks"), width=24),
        Column(label=report_text("enclosed"), width=28),
        Column(label=report_text("pictures"), width=24),
        Column(label=report_text("case_number"), width=20),
    )
    regions = questions.regions_by_code(session)

    def rows() -> Iterator[Sequence[Cell]]:
        found = questions.each_agreement(session, viewer, filters, now=now)
        while some := list(islice(found, AT_ONCE)):
            for row in rows_of(session, viewer, some, regions, now):
                yield _register_cells(row)

    return Sheet(name=text("register"), columns=columns, rows=rows())


def _register_cells(row: RegisterRow) -> Sequence[Cell]:
    first, *others = row.parties
    named = [f"{party.region}: {party.number}" for party in row.parties if party.number]
    signed = [f"{party.region}: {party.signatory}" for party in row.parties if party.signatory]
    return (
        "; ".join(named),
        row.signed_on,
        row.title,
        row.kind,
        row.category,
        first.region,
        "; ".join(party.region for party in others),
        "; ".join(signed),
        row.proposed_by,
        row.scope,
        row.starts_on,
        row.ends_on,
        row.left,
        text(f"agreement_{row.status}"),
        row.source,
        row.originals,
        row.parent.number if row.parent else row.parent_document,
        row.remarks,
        "; ".join(name for _, name in row.documents),
        "; ".join(name for _, name in row.pictures),
        row.case_number,
    )


def _cases(session: Session, tasks: Sequence[Task]) -> Mapping[str, Case]:
    ids = {task.case_id for task in tasks}
    return {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(ids)))}


def _is_own(viewer: Viewer, task: Task) -> bool:
    return viewer.regions is None or task.region_code in viewer.regions


def _days_late(task: Task, now: datetime) -> int | None:
    """Working days past the deadline; None while it is not past."""
    if task.due_at is None or task.due_at >= now:
        return None
    calendar, code = office().calendar, task.region_code
    due, today = calendar.today(task.due_at, code), calendar.today(now, code)
    return calendar.working_days_between(due, today, code)


def _day(moment: datetime, case: Case) -> date:
    return office().calendar.today(moment, case.region_code)
