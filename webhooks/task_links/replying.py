"""Whoever sent a task answers what its holder asks."""

from __future__ import annotations

from datetime import datetime

from flask import Response, jsonify, make_response, render_template, request

from processes import actions
from processes.errors import Conflict, InvalidAnswers, NotFound
from processes.store import questions
from processes.store.tables import Enquiry
from webhooks.bodies import read_json, says_json
from webhooks.case_facts import find_contact
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.language import act_text, language
from webhooks.nonces import nonce
from webhooks.task_links import showing
from webhooks.task_links.answering import moved_on
from webhooks.task_links.entry import Entry
from webhooks.task_links.proof import is_of_this_version, purpose


def show(
    entry: Entry, moment: datetime, error: InvalidAnswers | None = None, typed: str = ""
) -> Response:
    """What was asked of this official about the task, and a field for each answer that is due."""
    if wants_json():
        return jsonify({**showing.as_json(entry, moment), "enquiries": _as_json(entry)})
    with office().database.read() as session:
        contact = find_contact(session, entry.case)
    html = render_template(
        "reply_to.html",
        task=entry.task,
        case=entry.case,
        person=entry.person,
        official=entry.official,
        contact=contact,
        enquiries=_asked(entry),
        zone=office().calendar.zone(entry.task.region_code),
        error=" ".join(error.sentences(language()).values()) if error else "",
        typed=typed,
        tried=request.form.get("enquiry", "") if error else "",
        nonce=nonce(office().secret, *purpose(entry)),
    )
    return make_response(html, error.status if error else 200)


def answer(entry: Entry, moment: datetime) -> Response:
    """Take the answer; whoever asked is told."""
    enquiry_id, text = _said(entry)
    try:
        if enquiry_id not in {enquiry.id for enquiry in _asked(entry)}:
            raise NotFound
        actions.answer_enquiry(office(), enquiry_id, text, actor=entry.actor(), now=moment)
    except InvalidAnswers as error:
        if wants_json():
            raise
        return show(entry, moment, error, text)
    except Conflict as error:
        if wants_json():
            raise
        return (
            moved_on(entry, error)
            if not text
            else showing.conflict(entry, error, said={"answer": text})
        )
    return showing.told(entry, act_text("replied_title"), act_text("replied_why"))


def _asked(entry: Entry) -> list[Enquiry]:
    with office().database.read() as session:
        found = questions.enquiries_of_task(session, entry.viewer, entry.task.id)
    return [enquiry for enquiry in found if enquiry.asked_id == entry.official.id]


def _as_json(entry: Entry) -> list[dict[str, object]]:
    return [
        {"id": enquiry.id, "question": enquiry.question, "answer": enquiry.answer}
        for enquiry in _asked(entry)
    ]


def _said(entry: Entry) -> tuple[str, str]:
    if says_json(request):
        body = read_json(request)
        return str(body.get("enquiry", "")), str(body.get("answer", ""))
    is_of_this_version(entry)
    return request.form.get("enquiry", ""), request.form.get("answer", "")
