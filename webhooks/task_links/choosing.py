"""The cooperation office chooses who of several officials acts in a case."""

from __future__ import annotations

from datetime import datetime

from flask import Response, jsonify, make_response, render_template, request

from processes import actions
from processes.errors import Conflict, InvalidAnswers
from processes.store import case_officials, questions
from webhooks.bodies import read_json, says_json
from webhooks.case_facts import find_contact
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.language import language, text
from webhooks.nonces import nonce
from webhooks.task_links import showing
from webhooks.task_links.answering import moved_on
from webhooks.task_links.entry import Entry
from webhooks.task_links.proof import is_of_this_version, purpose

#: name of the choice in the page's form
CHOICE = "_pejabat"


def show(entry: Entry, moment: datetime, error: InvalidAnswers | None = None) -> Response:
    """The officials there are, none of them chosen beforehand."""
    if wants_json():
        return jsonify(showing.as_json(entry, moment))
    task = entry.task
    with office().database.read() as session:
        marked = office().procedure(session, entry.case.version_id).chosen_roles
        roles = [role for role in (task.role, task.preparer_role) if role in marked]
        groups = [questions.holders_of(session, task.region_code, role) for role in roles]
        chosen = case_officials.chosen_in(session, entry.case.id)
        contact = find_contact(session, entry.case)
    now_acting = {official.id for official, _ in chosen.values()}
    html = render_template(
        "choose.html",
        task=task,
        case=entry.case,
        region=entry.region,
        contact=contact,
        person=entry.person,
        official=entry.official,
        choices=[each for group in groups for each in group],
        now_acting=now_acting,
        error=" ".join(error.sentences(language()).values()) if error else "",
        choice=CHOICE,
        nonce=nonce(office().secret, *purpose(entry)),
    )
    return make_response(html, error.status if error else 200)


def answer(entry: Entry, moment: datetime) -> Response:
    """Let the chosen official act; his link goes out at once."""
    try:
        actions.choose_official(
            office(),
            entry.case.id,
            chosen_official(entry, CHOICE),
            actor=entry.actor(),
            now=moment,
            through=entry.task.id,
        )
    except InvalidAnswers as error:
        if wants_json():
            raise
        return show(entry, moment, error)
    except Conflict as error:
        return moved_on(entry, error)
    return showing.told(entry, text("chosen_title"), text("chosen_why"))


def chosen_official(entry: Entry, field: str) -> str:
    """The official (id) that the form's `field` names, or a machine's JSON as `official`."""
    if says_json(request):
        return str(read_json(request).get("official", ""))
    is_of_this_version(entry)
    return request.form.get(field, "")
