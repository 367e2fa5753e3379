"""Handing a one-time code to an official of one's own region, in person."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for

from processes import actions
from processes.errors import NotFound
from processes.store import questions
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.sessions import actor, check_form, viewer


@pages.post("/perkara/<case_id>/tugas/<task_id>/kode")
def hand_code(case_id: str, task_id: str) -> Response:
    """A code for a holder, shown once; any account of the region may make one, and is recorded."""
    check_form()
    with office().database.read() as session:
        task = questions.find_task(session, viewer(), task_id)
    if task is None or task.case_id != case_id:
        raise NotFound
    official = request.form.get("official", "")
    made = actions.hand_code(office(), task_id, official, actor=actor(), now=now())
    until = made.until.astimezone(office().calendar.zone(task.region_code)).strftime("%H.%M")
    back = url_for("board.case", case_id=case_id)
    return make_response(render_template("code_made.html", made=made, back=back, until=until))
