"""A region looks at what another house recorded from paper: right, or objected to."""

from __future__ import annotations

from datetime import datetime

from flask import Response, jsonify, make_response, render_template, request

from processes import actions
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.store import questions
from processes.store.tables import Verdict
from webhooks.bodies import read_json, says_json
from webhooks.case_facts import read_facts
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.language import language, text
from webhooks.nonces import nonce
from webhooks.task_links import showing
from webhooks.task_links.answering import moved_on
from webhooks.task_links.entry import Entry
from webhooks.task_links.page import NOTE, VERDICT
from webhooks.task_links.proof import is_of_this_version, purpose


def show(
    entry: Entry, moment: datetime, error: InvalidAnswers | None = None, note: str = ""
) -> Response:
    """What was recorded, and the two things that can be said of it."""
    if wants_json():
        return jsonify(showing.as_json(entry, moment))
    with office().database.read() as session:
        facts = read_facts(session, office(), entry.viewer, entry.case)
        seen = questions.find_task(session, entry.viewer, entry.task.id)
    recorded = next((a for a in facts.answered() if a.id == entry.task.id), None)
    if seen is None or recorded is None or recorded.paper is None:
        return moved_on(entry, KsddError("errors.not_recorded"))
    errors = error.sentences(language()) if error else {}
    html = render_template(
        "respond.html",
        recorded=recorded,
        case=entry.case,
        contact=facts.contact,
        person=entry.person,
        official=entry.official,
        note=note,
        note_error=errors.get("note", ""),
        verdict_error=errors.get(VERDICT, ""),
        verdicts=[verdict.value for verdict in Verdict],
        names={"verdict": VERDICT, "note": NOTE},
        nonce=nonce(office().secret, *purpose(entry)),
    )
    return make_response(html, error.status if error else 200)


def answer(entry: Entry, moment: datetime) -> Response:
    """Keep what the region says; the last word counts."""
    verdict, note = _said(entry)
    try:
        if verdict not in set(Verdict):
            raise InvalidAnswers({VERDICT: FieldError("web.choice_missing")})
        actions.respond_to_paper(
            office(),
            entry.task.id,
            region=entry.official.region_code,
            verdict=Verdict(verdict),
            note=note,
            actor=entry.actor(),
            now=moment,
        )
    except InvalidAnswers as error:
        if wants_json():
            raise
        return show(entry, moment, error, note)
    return showing.told(entry, text("responded_title"), text(f"responded_{verdict}"))


def _said(entry: Entry) -> tuple[str, str]:
    """Verdict and note: from the page's form, or from a machine as `{"verdict", "note"}`."""
    if says_json(request):
        body = read_json(request)
        return str(body.get("verdict", "")), str(body.get("note", ""))
    is_of_this_version(entry)
    return request.form.get(VERDICT, ""), request.form.get(NOTE, "")
