"""The page "Tugas saya" of a petugas: what he has to do, what he can help along, his own cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Order
from processes.actions.inviting import recorders
from processes.actions.roles import SHEPHERD
from processes.errors import InvalidAnswers, KsddError, NotFound
from processes.store import questions
from processes.store.tables import LinkPurpose, Task
from webhooks.approvals import waiting_for_me
from webhooks.board.rows import TaskRow, case_rows, task_rows
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.rights import Right
from webhooks.sessions import account, actor, check_act, check_right, viewer


@dataclass(frozen=True, kw_only=True)
class OwnTask:
    """A task with what its petugas may do about it."""

    row: TaskRow
    #: whether he holds it himself
    is_mine: bool
    #: whether he himself may record it from a signed paper
    may_record: bool


@pages.get("/tugas-saya")
def my_tasks() -> str:
    """Tasks that one holds, those of the cooperation office of one's regions, and their cases."""
    check_right(Right.SHEPHERD)
    return _page()


@pages.post("/tugas-saya/<task_id>/buka")
def open_my_task(task_id: str) -> Response:
    """A fresh link for oneself, followed at once."""
    return _follow(task_id, LinkPurpose.ANSWER)


@pages.post("/tugas-saya/<task_id>/catat")
def record_my_task(task_id: str) -> Response:
    """A fresh link for oneself to record the task from a signed paper, followed at once."""
    return _follow(task_id, LinkPurpose.RECORD)


@pages.post("/tugas-saya/<task_id>/ingatkan")
def remind_now(task_id: str) -> Response:
    """Send every holder a fresh link at once; the page again when the reason is missing."""
    check_act(Right.SHEPHERD)
    _find(task_id)
    order = Order(actor=actor(), reason=request.form.get("reason", ""))
    try:
        actions.remind_now(office(), task_id, order=order, now=now())
    except InvalidAnswers as error:
        said = " ".join(error.sentences(language()).values())
        return make_response(_page(task_id, said), error.status)
    except KsddError as error:
        return make_response(_page(task_id, error.say(language())), error.status)
    return make_response(redirect(url_for("board.my_tasks", diingatkan=1), 303))


def _follow(task_id: str, purpose: LinkPurpose) -> Response:
    check_act(Right.SHEPHERD)
    _find(task_id)
    person_id = account().person_id
    if person_id is None:
        raise NotFound
    url = actions.make_link(
        office(), task_id, actor=actor(), now=now(), purpose=purpose, person_id=person_id
    )
    # the path alone: whoever came by another name of this machine stays there
    return make_response(redirect(urlsplit(url).path, 303))


def _find(task_id: str) -> Task:
    with office().database.read() as session:
        task = questions.find_task(session, viewer(), task_id)
    if task is None:
        raise NotFound
    return task


def _page(tried: str = "", error: str = "") -> str:
    person_id = account().person_id
    with office().database.read() as session:
        found = questions.own_tasks(session, viewer(), person_id, SHEPHERD)
        tasks = _own_tasks(session, found, person_id)
        rows = case_rows(session, questions.own_cases(session, viewer()))
        approvals = waiting_for_me(session)
    return render_template(
        "my_tasks.html",
        mine=[task for task in tasks if task.is_mine],
        others=[task for task in tasks if not task.is_mine],
        rows=rows,
        approvals=approvals,
        is_linked=person_id is not None,
        tried=tried,
        error=error,
        was_reminded=bool(request.args.get("diingatkan")),
    )


def _own_tasks(session: Session, found: Sequence[Task], person_id: str | None) -> list[OwnTask]:
    holders = questions.holders_of_tasks(session, [task.id for task in found])
    cases = {task.case_id: questions.find_case(session, viewer(), task.case_id) for task in found}
    rows = {row.id: row for row in task_rows(session, found, now=now())}
    own = []
    for task in found:
        case = cases[task.case_id]
        may = [] if case is None else recorders(session, case, task)
        own.append(
            OwnTask(
                row=rows[task.id],
                is_mine=any(person.id == person_id for _, person in holders.get(task.id, ())),
                may_record=any(person.id == person_id for _, person in may),
            )
        )
    return own
