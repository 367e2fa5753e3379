"""Repairs on the board: of one task from its own page, and of many at once from a list.

Each begins with a form, goes on with a preview of what would come of it, and ends with the act: at
once for one task, by a job that the sweeps carry out for many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Foreseen, Order, Wish
from processes.actions.mending import MOST_PARTS, ON_CASES
from processes.errors import FieldError, InvalidAnswers, KsddError, NotFound
from processes.store import case_migrations, procedures, questions
from processes.store.questions import Holder
from processes.store.repairs import Target
from processes.store.tables import ItemStatus, RepairAct, Task, TaskStatus
from webhooks.board.deadline_rows import deadline_rows
from webhooks.board.ending import preview_ends
from webhooks.board.repair_forms import (
    CASE_ACTS,
    DO,
    TASK_ACTS,
    Tried,
    acts_of,
    read_order,
    typed,
)
from webhooks.board.repair_list import Wanted, read_list
from webhooks.board.rows import task_rows
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, text
from webhooks.migration_rows import done_dates
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, check_right, may, viewer


@dataclass(frozen=True, kw_only=True)
class PreviewRow:
    """What becomes of one task, in the reader's language."""

    id: str
    name: str
    #: code of the region that it is about, where another one does it
    about: str | None
    case_id: str
    case_number: str
    region: str
    zone: ZoneInfo
    due_before: datetime | None
    due_after: datetime | None
    kept_days: int | None
    before: str
    after: str
    dying: int
    told: str
    #: why it cannot be done; empty when it can
    refusal: str


@pages.get("/perkara/<case_id>/tugas/<task_id>/perbaiki")
def repair_task(case_id: str, task_id: str) -> str:
    """What may be done to one open task, with its deadlines until now."""
    check_right(Right.SHEPHERD)
    return _form_of(case_id, task_id, Tried.nothing())


@pages.post("/perkara/<case_id>/tugas/<task_id>/perbaiki")
def repair_one(case_id: str, task_id: str) -> Response:
    """Show what would come of it, or do it."""
    check_act(Right.SHEPHERD)
    _own_task(case_id, task_id)
    try:
        wish, order = read_order(TASK_ACTS)
        if DO in request.form:
            actions.carry_out(office(), task_id, wish, order=order, now=now())
            return make_response(
                redirect(url_for("board.case", case_id=case_id, _anchor=f"tugas-{task_id}"), 303)
            )
    except KsddError as error:
        page = _form_of(case_id, task_id, Tried.refused(error))
        return make_response(page, error.status)
    back = url_for("board.repair_task", case_id=case_id, task_id=task_id)
    return make_response(_preview([task_id], wish, order, back=back, action=back))


@pages.get("/perbaikan")
def repairs() -> str:
    """The open tasks of one's own regions, to choose those that are to be set right."""
    check_right(Right.SHEPHERD)
    return _list(Tried.nothing())


@pages.post("/perbaikan")
def repair_many() -> Response:
    """Show what would come of it for every chosen task, or order it."""
    check_act(Right.SHEPHERD)
    try:
        wish, order = read_order((*TASK_ACTS, *CASE_ACTS))
        chosen = _chosen()
        if DO in request.form:
            targets = _targets(chosen, whole_cases=wish.act in ON_CASES)
            job = actions.start_repair(office(), wish, targets, order=order, now=now())
            return make_response(redirect(url_for("board.repair_job", job_id=job), 303))
    except KsddError as error:
        return make_response(_list(Tried.refused(error)), error.status)
    back = f"{url_for('board.repairs')}?{urlencode(Wanted.of(request.form).as_query())}"
    action = url_for("board.repairs")
    ids = [task.id for task in chosen]
    if wish.act in ON_CASES:
        cases = [target.id for target in _targets(chosen, whole_cases=True)]
        page = preview_ends(cases, wish, order, tasks=ids, back=back, action=action)
        return make_response(page)
    return make_response(_preview(ids, wish, order, back=back, action=action))


@pages.get("/perbaikan/pekerjaan/<job_id>")
def repair_job(job_id: str) -> str:
    """How far a repair of many tasks is, and what came of each."""
    with office().database.read() as session:
        found = questions.find_repair(session, viewer(), job_id)
        if found is None:
            raise NotFound
        parts = questions.parts_of(session, found.job)
        moved = case_migrations.of_job(session, job_id)
    refused = [each for each in parts if each.item.status is ItemStatus.REFUSED]
    return render_template(
        "repair_job.html",
        found=found,
        by=str(found.job.actor.get("name", "")),
        dates={case_id: done_dates(record) for case_id, record in moved.items()},
        parts=[*refused, *(each for each in parts if each not in refused)],
        counts={status.value: found.counts.get(status, 0) for status in ItemStatus},
    )


def _own_task(case_id: str, task_id: str) -> None:
    """Raise NotFound unless the task is one of the viewer's own regions and of that case."""
    with office().database.read() as session:
        found = questions.tasks_by_id(session, viewer(), [task_id])
    if not found or found[0].case_id != case_id:
        raise NotFound


def _form_of(case_id: str, task_id: str, tried: Tried) -> str:
    with office().database.read() as session:
        found = questions.tasks_by_id(session, viewer(), [task_id])
        case = questions.find_case(session, viewer(), case_id)
        if not found or case is None or found[0].case_id != case_id:
            raise NotFound
        [task] = found
        history = questions.deadlines_of_tasks(session, [task_id]).get(task_id, [])
        is_open = task.status is TaskStatus.OPEN
        return render_template(
            "repair_task.html",
            case=case,
            task=task,
            row=task_rows(session, [task], now=now())[0],
            deadlines=deadline_rows(history, task, office().calendar),
            zone=office().calendar.zone(task.region_code),
            acts=acts_of(paused=task.paused_at is not None) if is_open else [],
            officials=_officials(session, task.region_code),
            tried=tried,
        )


def _officials(session: Session, region: str) -> Sequence[Holder]:
    return questions.active_officials(session, region) if region else ()


def _list(tried: Tried) -> str:
    wanted = Wanted.of(request.values)
    with office().database.read() as session:
        found = read_list(session, viewer(), wanted, now())
        return render_template(
            "repairs.html",
            found=found,
            wanted=wanted,
            rows=task_rows(session, found.tasks, now=now()),
            chosen=set(request.form.getlist("tugas")),
            acts=acts_of(),
            officials=_officials(session, found.region),
            jobs=questions.newest_repairs(session, viewer(), limit=5),
            most=MOST_PARTS,
            procedures=procedures.keys(session) if may(Right.REPAIR) else [],
            tried=tried,
        )


def _chosen() -> Sequence[Task]:
    """The chosen tasks: those that are ticked, or all that the filters leave."""
    with office().database.read() as session:
        if request.form.get("semua"):
            filters = Wanted.of(request.form).filters(session, viewer())
            found, _ = questions.tasks_to_repair(
                session, viewer(), filters, now(), limit=MOST_PARTS + 1
            )
        else:
            ids = [each for given in request.form.getlist("tugas") for each in given.split()]
            found = questions.tasks_by_id(session, viewer(), ids[: MOST_PARTS + 1])
    if not 1 <= len(found) <= MOST_PARTS:
        raise InvalidAnswers({"act": FieldError("repairing.parts_reach", most=MOST_PARTS)})
    return found


def _targets(tasks: Sequence[Task], *, whole_cases: bool) -> list[Target]:
    """What an act is done to: each task, or each case of the tasks once."""
    if whole_cases:
        cases = dict.fromkeys(task.case_id for task in tasks)
        return [Target(id=case, case_id=case, task_id=None) for case in cases]
    return [Target(id=task.id, case_id=task.case_id, task_id=task.id) for task in tasks]


def _preview(ids: Sequence[str], wish: Wish, order: Order, *, back: str, action: str) -> str:
    with office().database.read() as session:
        tasks = questions.tasks_by_id(session, viewer(), ids)
        seen = actions.foresee(session, office(), tasks, wish, actor=actor(), now=now())
        regions = questions.regions_by_code(session)
    rows = [_row(each, regions[each.task.region_code].name) for each in seen]
    possible = sum(not row.refusal for row in rows)
    return render_template(
        "repair_preview.html",
        rows=sorted(rows, key=lambda row: not row.refusal),
        act=wish.act.value,
        moves_clock=wish.act in (RepairAct.EXTEND, RepairAct.PAUSE, RepairAct.RESUME),
        kills_links=wish.act in (RepairAct.REASSIGN, RepairAct.RELINK),
        order=order,
        typed=typed(),
        ids=" ".join(ids),
        possible=possible,
        refused=len(rows) - possible,
        action=action,
        back=back,
    )


def _row(found: Foreseen, region: str) -> PreviewRow:
    task: Task = found.task
    return PreviewRow(
        id=task.id,
        name=task.name,
        about=task.about,
        case_id=found.case.id,
        case_number=found.case.number,
        region=region,
        zone=office().calendar.zone(task.region_code),
        due_before=found.due_before,
        due_after=found.due_after,
        kept_days=found.kept_days,
        before="; ".join(found.before) or text("no_holder"),
        after="; ".join(found.after) or text("no_holder"),
        dying=found.dying,
        told="; ".join(found.told),
        refusal=found.refusal.tell(language()) if found.refusal else "",
    )
