"""Tasks: list, show with the schema of the answers, complete, and a fresh link."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Receipt
from processes.actions.recording import read_paper
from processes.engine.forms import FormContext
from processes.errors import NotFound
from processes.store import papers, questions
from processes.store.papers import PaperGiven
from processes.store.questions.sight import REASON_AFTER_LEAVING
from processes.store.tables import Case, LinkPurpose, Task, TaskStatus
from webhooks.api import repeats, shapes
from webhooks.api.answers import answer, page
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import REGION, Anything, Choice, Fields, Text, Whole, YesNo
from webhooks.case_facts import has_left


def list_tasks(ask: Ask) -> Response:
    """One page of the tasks the token may see."""
    wanted = questions.TaskFilters(
        status=TaskStatus(ask.query["status"]) if "status" in ask.query else None,
        overdue=ask.query.get("overdue"),
        region=ask.query.get("region"),
        role=ask.query.get("role"),
        case_id=ask.query.get("case"),
    )
    number = ask.query.get("page", 1)
    with ask.office.database.read() as session:
        found = questions.page_of_tasks(
            session, ask.caller.viewer, wanted, page=number, now=ask.now
        )
        lines = lines_of(session, ask, found.items)
    return answer(page(found, lines))


def show_task(ask: Ask, task_id: str) -> Response:
    """One task with the schema of its answers as they may be given today."""
    with ask.office.database.read() as session:
        task = visible(session, ask, task_id)
        case = questions.find_case(session, ask.caller.viewer, task.case_id)
        if case is None:
            raise NotFound
        form = ask.office.shape_of(session, case, task).form
        schema = form.schema(_context(session, ask, task, case))
        [line] = lines_of(session, ask, [task])
    return answer({**line, "schema": schema})


def _context(session: Session, ask: Ask, task: Task, case: Case) -> FormContext:
    """What the form of the task knows of its case, as far as the caller may know: to a region that
    left the parties are those that were there with it."""
    context = ask.office.form_context(session, task, ask.now)
    if case.end_reason != REASON_AFTER_LEAVING:
        return context
    known = [
        party.region_code
        for party in questions.parties_of_case(session, case.id)
        if not has_left(party, case)
    ]
    return replace(context, parties=known, partners=known[1:])


def complete_task(ask: Ask, task_id: str) -> Response:
    """Answer a task for its holder; the same answers again get the same receipt."""
    paper = asked_for(ask, task_id, ask.body)
    body = repeats.earlier_answer(ask)
    if body is None:

        def remember(session: Session, receipt: Receipt) -> None:
            repeats.remember_in(session, ask, receipt.as_dict())

        body = finish(ask, task_id, ask.body, paper, remember)
    return answer(body)


def asked_for(ask: Ask, task_id: str, given: Mapping[str, Any]) -> PaperGiven | None:
    """The signed paper a task is recorded from, if any; raises unless the caller may do it. That a
    task is there at all is left to the act, for callers who may see every task."""
    paper = given.get("dicatat_dari")
    if paper is None and ask.caller.viewer.sees_everything:
        return None
    with ask.office.database.read() as session:
        task = visible(session, ask, task_id)
        if paper is None:
            ask.caller.check_region(task.region_code)
            return None
        context = ask.office.form_context(session, task, ask.now)
        return read_paper(paper, context)


def finish(
    ask: Ask,
    task_id: str,
    given: Mapping[str, Any],
    paper: PaperGiven | None,
    remember: Callable[[Session, Receipt], None],
) -> dict[str, Any]:
    """Answer a task with what was given; its receipt, which is remembered in the same act."""
    return actions.complete_task(
        ask.office,
        task_id,
        given["answers"],
        actor=ask.caller.actor,
        now=ask.now,
        paper=paper,
        together_with=lambda session, _case, _task, receipt: remember(session, receipt),
    ).as_dict()


def make_link(ask: Ask, task_id: str) -> Response:
    """A fresh link for the holder, or to record the task from paper; older ones keep working."""
    purpose = LinkPurpose(ask.body.get("purpose", LinkPurpose.ANSWER))
    with ask.office.database.read() as session:
        task = visible(session, ask, task_id)
        if purpose is LinkPurpose.ANSWER:
            ask.caller.check_region(task.region_code)
    url = actions.make_link(
        ask.office, task_id, actor=ask.caller.actor, now=ask.now, purpose=purpose
    )
    return answer({"url": url}, 201)


def lines_of(session: Session, ask: Ask, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """Tasks as a list shows them; asks for all holders at once."""
    ids = [task.id for task in tasks]
    holders = questions.holders_of_tasks(session, ids)
    represented = questions.represented(session, ids)
    # the answers of a task that the viewer may not read are left out of its row already
    seen = papers.papers_of(session, [task.id for task in tasks if task.answers is not None])
    responses = papers.responses_of(session, list(seen.values()))
    proposed = questions.proposed_answers(session, [task.case_id for task in tasks])
    return [
        shapes.task_line(
            task,
            holders.get(task.id, ()),
            zone=ask.office.calendar.zone(task.region_code),
            now=ask.now,
            paper=seen.get(task.id),
            responses=responses.get(task.id, ()),
            proposed=_proposed(ask, proposed.get(task.case_id, {}), task),
            represented=represented,
            language=ask.language,
        )
        for task in tasks
    ]


def _proposed(ask: Ask, proposed: Mapping[str, Any], task: Task) -> dict[str, Any] | None:
    """Answers taken over from elsewhere, for whoever answers the task while it is open."""
    if task.status is not TaskStatus.OPEN or not ask.caller.actor.may_act_for(task.region_code):
        return None
    return proposed.get(task.element)


def visible(session: Session, ask: Ask, task_id: str) -> Task:
    """The task as the caller may see it; NotFound when it is not for him."""
    task = questions.find_task(session, ask.caller.viewer, task_id)
    if task is None:
        raise NotFound
    return task


ANSWERS = Anything(description="as `schema` of GET /tasks/{task_id} says")
_FILTERS = Fields(
    kinds={
        "status": Choice(words=tuple(status.value for status in TaskStatus)),
        "overdue": YesNo(),
        "region": REGION,
        "role": Text(maximum=60, example="sekda"),
        "case": Text(maximum=64),
        "page": Whole(),
    }
)
ANSWERING = Fields(
    kinds={
        "answers": ANSWERS,
        "dicatat_dari": Anything(
            description="the signed paper: nomor, tanggal, penanda_tangan, dokumen (id of a "
            "document); rantai (true) when it covers the following tasks of its chain as well"
        ),
    },
    required=("answers",),
)
_PURPOSE = Fields(
    kinds={"purpose": Choice(words=(LinkPurpose.ANSWER.value, LinkPurpose.RECORD.value))}
)

CALLS = (
    Call(
        name="list_tasks",
        method="GET",
        path="/tasks",
        view=list_tasks,
        query=_FILTERS,
        answers={200: shape("TaskPage")},
    ),
    Call(
        name="show_task",
        method="GET",
        path="/tasks/{task_id}",
        view=show_task,
        answers={200: shape("Task")},
    ),
    Call(
        name="complete_task",
        method="POST",
        path="/tasks/{task_id}/complete",
        view=complete_task,
        roles=ACTING,
        json=ANSWERING,
        headers={repeats.HEADER: repeats.KEY},
        answers={200: shape("Receipt")},
        conflicts=True,
    ),
    Call(
        name="make_link",
        method="POST",
        path="/tasks/{task_id}/link",
        view=make_link,
        roles=ACTING,
        json=_PURPOSE,
        json_optional=True,
        answers={201: shape("Link")},
        conflicts=True,
    ),
)
