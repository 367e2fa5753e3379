"""The cooperation office gives a task that was given back to another official of its house."""

from __future__ import annotations

from datetime import datetime

from flask import Response, jsonify, make_response, render_template
from sqlalchemy import select

from processes import actions
from processes.actions.held import candidates
from processes.errors import Conflict, InvalidAnswers, TaskClosed
from processes.store.tables import History
from webhooks.case_facts import find_contact
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.language import act_text, language
from webhooks.nonces import nonce
from webhooks.task_links import showing
from webhooks.task_links.answering import moved_on
from webhooks.task_links.choosing import chosen_official
from webhooks.task_links.entry import Entry
from webhooks.task_links.proof import purpose


def show(entry: Entry, moment: datetime, error: InvalidAnswers | None = None) -> Response:
    """Why it came back, and who could do it; nobody is chosen beforehand."""
    if wants_json():
        return jsonify(showing.as_json(entry, moment))
    if not entry.is_open:
        return moved_on(entry, TaskClosed())
    with office().database.read() as session:
        choices = candidates(session, entry.task)
        contact = find_contact(session, entry.case)
        told = session.scalars(
            select(History)
            .where(History.case_id == entry.case.id, History.kind == "task.declined")
            .order_by(History.seq.desc())
        )
        declined = next((e.details for e in told if e.details["task"] == entry.task.id), {})
    html = render_template(
        "give_on.html",
        task=entry.task,
        case=entry.case,
        person=entry.person,
        official=entry.official,
        contact=contact,
        declined=declined,
        choices=choices,
        error=" ".join(error.sentences(language()).values()) if error else "",
        nonce=nonce(office().secret, *purpose(entry)),
    )
    return make_response(html, error.status if error else 200)


def answer(entry: Entry, moment: datetime) -> Response:
    """Give it to the chosen official; his link goes out at once."""
    try:
        chosen = chosen_official(entry, "official")
        actions.give_on(office(), entry.task.id, chosen, actor=entry.actor(), now=moment)
    except InvalidAnswers as error:
        if wants_json():
            raise
        return show(entry, moment, error)
    except Conflict as error:
        return moved_on(entry, error)
    return showing.told(entry, act_text("given_title"), act_text("given_why"))
