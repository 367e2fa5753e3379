"""Whoever prepares the answers fills the form; the holder is told and only confirms."""

from __future__ import annotations

from datetime import datetime

from flask import Response, jsonify

from processes import actions
from processes.errors import Conflict, InvalidAnswers, TaskClosed
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.language import text
from webhooks.task_links import showing, steps
from webhooks.task_links.answering import check, moved_on, read
from webhooks.task_links.entry import Entry


def show(entry: Entry, token: str, moment: datetime) -> Response:
    """The form, with what was prepared before and the holder's note when he gave it back."""
    if not entry.is_open:
        return moved_on(entry, TaskClosed("errors.nothing_to_prepare"))
    return showing.task(entry, token, moment)


def answer(entry: Entry, token: str, moment: datetime) -> Response:
    """Put the answers before the holder."""
    posted = read(entry, moment)
    aside = steps.aside(entry, token, moment, posted)
    if aside is not None:
        return aside
    try:
        check(entry, posted, moment)
        actions.prepare_task(
            office(), entry.task.id, posted.answers, actor=entry.actor(), now=moment
        )
    except InvalidAnswers as error:
        if not posted.is_form or wants_json():
            raise
        return showing.task(entry, token, moment, posted=posted, errors=error.fields)
    except Conflict as error:
        return moved_on(entry, error, posted)
    if wants_json():
        return jsonify({"task_id": entry.task.id, "prepared_by": entry.person.name})
    return showing.told(entry, text("prepared_title"), text("prepared_why"))
