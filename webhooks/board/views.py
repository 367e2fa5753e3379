"""The pages of the board: asked for the signed-in viewer; acts are for administrators only."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from processes import actions
from processes.actions.inviting import recorders
from processes.errors import NotFound
from processes.store import questions
from processes.store.tables import CaseStatus, LinkPurpose
from webhooks import documents, drafts
from webhooks.board.case_page import MadeLink, picture_of, show_case
from webhooks.board.paging import page_number as page_number
from webhooks.board.rows import case_rows
from webhooks.clock import now
from webhooks.current import office
from webhooks.guarded import guard
from webhooks.language import text
from webhooks.rights import Right
from webhooks.sessions import (
    account,
    actor,
    check_act,
    viewer,
)

pages = Blueprint("board", __name__)
guard(pages)


@pages.get("/perkara")
def cases() -> str:
    """Cases by status, newest first."""
    wanted = request.args.get("status", "")
    status = CaseStatus(wanted) if wanted in set(CaseStatus) else None
    number = page_number()
    with office().database.read() as session:
        found = questions.page_of_cases(
            session, viewer(), questions.CaseFilters(status=status), page=number, now=now()
        )
        rows = case_rows(session, found.items)
    return render_template(
        "cases.html",
        rows=rows,
        status=wanted,
        choices=[{"value": "", "label": text("status_all")}]
        + [{"value": s.value, "label": text(f"status_{s.value}")} for s in CaseStatus],
        page=number,
        has_more=found.total > number * questions.PAGE_SIZE,
    )


@pages.get("/perkara/<case_id>")
def case(case_id: str) -> Response:
    """One case: where it stands, who must act, what happened."""
    return show_case(viewer(), case_id, now())


@pages.get("/perkara/<case_id>/alur.svg")
def picture(case_id: str) -> Response:
    """The diagram with the waiting steps marked."""
    return Response(picture_of(viewer(), case_id, now()), mimetype="image/svg+xml")


@pages.get("/perkara/<case_id>/dokumen/<document_id>")
def document(case_id: str, document_id: str) -> Response:
    """A document of the case, as far as the viewer may read it."""
    with office().database.read() as session:
        found = questions.readable_document(session, viewer(), document_id)
    if found.case_id != case_id:
        raise NotFound
    return documents.download(found)


@pages.get("/perkara/<case_id>/tugas/<task_id>/konsep/<file>")
def draft(case_id: str, task_id: str, file: str) -> Response:
    """A draft for a task of the viewer's own region, filled in from the case."""
    with office().database.read() as session:
        task = questions.find_task(session, viewer(), task_id)
    if task is None or task.case_id != case_id:
        raise NotFound
    return drafts.download(task_id, file, viewer=viewer(), now=now())


@pages.post("/perkara/<case_id>/tugas/<task_id>/tautan")
def make_link(case_id: str, task_id: str) -> Response:
    """A fresh link for the holder of a task, or for whoever records it from paper, shown once."""
    check_act(Right.SHEPHERD)
    with office().database.read() as session:
        task = questions.find_task(session, viewer(), task_id)
        if task is None or task.case_id != case_id:
            raise NotFound
        holders = questions.holders_of_tasks(session, [task_id]).get(task_id, ())
        recording = request.form.get("purpose") == LinkPurpose.RECORD
        found = questions.find_case(session, viewer(), case_id)
        if recording and found is not None:
            holders = recorders(session, found, task)
    purpose = LinkPurpose.RECORD if recording else LinkPurpose.ANSWER
    url = actions.make_link(office(), task_id, actor=actor(), now=now(), purpose=purpose)
    made = MadeLink(url=url, holder=holders[0][1].name if holders else account().name)
    return make_response(show_case(viewer(), case_id, now(), made_link=made))
