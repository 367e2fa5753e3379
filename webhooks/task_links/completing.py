"""Answers that follow: the holder of a finished task adds what was not known yet."""

from __future__ import annotations

from datetime import datetime

from flask import Response, jsonify

from processes import actions
from processes.actions.supplementing import form_for_later
from processes.engine.forms import Form
from processes.errors import CaseIncident, Conflict, InvalidAnswers, TaskClosed
from processes.sentences import say
from processes.store.tables import CaseStatus, TaskStatus
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.language import language, text
from webhooks.task_links import showing, steps
from webhooks.task_links.answering import moved_on
from webhooks.task_links.entry import Entry
from webhooks.task_links.posted import read_posted


def show(entry: Entry, token: str, moment: datetime) -> Response:
    """The questions that are still open; that nothing is left when they were answered."""
    form = form_of(entry, moment)
    runs = entry.case.status is CaseStatus.RUNNING and entry.task.status is TaskStatus.DONE
    if not runs:
        return moved_on(entry, TaskClosed())
    if not form.fields and not wants_json():
        return showing.told(entry, text("nothing_open_title"), text("nothing_open_why"))
    return showing.task(entry, token, moment, form=form)


def answer(entry: Entry, token: str, moment: datetime) -> Response:
    """Keep what was added; the clocks that count from it are set anew."""
    form = form_of(entry, moment)
    with office().database.read() as session:
        context = office().form_context(session, entry.task, moment)
    posted = read_posted(entry, form, context, moment)
    aside = steps.aside(entry, token, moment, posted, form)
    if aside is not None:
        return aside
    try:
        if posted.errors:
            raise InvalidAnswers(posted.errors)
        added = actions.supplement_task(
            office(), entry.task.id, posted.answers, actor=entry.actor(), now=moment
        )
    except InvalidAnswers as error:
        if not posted.is_form or wants_json():
            raise
        return showing.task(entry, token, moment, posted=posted, errors=error.fields, form=form)
    except (Conflict, CaseIncident) as error:
        return moved_on(entry, error, posted)
    if wants_json():
        return jsonify({"task_id": entry.task.id, "answers": added.answers})
    fired = say("errors.fired_at_once", language(), events=", ".join(added.fired))
    detail = f"{text('added_why')} {fired if added.fired else ''}".strip()
    return showing.told(entry, text("added_title"), detail)


def form_of(entry: Entry, moment: datetime) -> Form:
    """The questions that are still open."""
    with office().database.read() as session:
        shape = office().shape_of(session, entry.case, entry.task)
        context = office().form_context(session, entry.task, moment)
    return form_for_later(shape.form, entry.task.answers or {}, context)
