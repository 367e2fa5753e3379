"""The cooperation office records a task from a signed paper, also after silence has decided it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response

from processes import actions
from processes.actions import Receipt
from processes.actions.late_answers import is_silent, takes_late_answer
from processes.actions.recording import form_with_paper, read_paper
from processes.engine.forms import Form, FormContext
from processes.engine.shapes import TaskShape
from processes.errors import CaseIncident, Conflict, InvalidAnswers, KsddError, TaskClosed
from processes.store import questions
from processes.store.papers import PaperGiven
from processes.store.tables import CaseStatus
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.task_links import showing, steps
from webhooks.task_links.answering import is_closed, moved_on
from webhooks.task_links.entry import Entry
from webhooks.task_links.posted import Posted, read_posted
from webhooks.task_links.receipts import receipt_of


def show(entry: Entry, token: str, moment: datetime) -> Response:
    """The form with the paper on top; the receipt once the task is finished."""
    if _waits(entry):
        return showing.task(entry, token, moment, form=form_of(entry))
    if _came_too_late(entry):
        return moved_on(entry, Conflict("errors.late_after_signing"))
    if not _is_visible(entry):
        return moved_on(entry, TaskClosed("errors.done_elsewhere"))
    if entry.task.answers is None:
        return is_closed(entry)
    return showing.receipt(entry, receipt_of(entry))


def answer(entry: Entry, token: str, moment: datetime) -> Response:
    """Record the task; what cannot be taken is shown again as it was typed."""
    shape = _shape(entry)
    form = form_of(entry)
    with office().database.read() as session:
        context = office().form_context(session, entry.task, moment)
    posted = read_posted(entry, form, context, moment)
    aside = steps.aside(entry, token, moment, posted, form)
    if aside is not None:
        return aside
    try:
        kept = _record(entry, shape, posted, moment)
    except InvalidAnswers as error:
        if not posted.is_form or wants_json():
            raise
        return showing.task(entry, token, moment, posted=posted, errors=error.fields, form=form)
    except (Conflict, CaseIncident) as error:
        return moved_on(entry, error, posted)
    return showing.receipt(entry, kept)


def form_of(entry: Entry) -> Form:
    """What the page asks: the paper on top, then the task's own questions."""
    return form_with_paper(_shape(entry))


def _record(entry: Entry, shape: TaskShape, posted: Posted, moment: datetime) -> Receipt:
    """Raises InvalidAnswers with what is wrong in the paper and in the answers at once."""
    with office().database.read() as session:
        context = office().form_context(session, entry.task, moment)
        paper = _paper(shape, posted, context)
    return actions.complete_task(
        office(), entry.task.id, posted.answers, actor=entry.actor(), now=moment, paper=paper
    )


def _paper(shape: TaskShape, posted: Posted, context: FormContext) -> PaperGiven:
    errors = dict(posted.errors)
    try:
        paper = read_paper(posted.paper or {}, context)
    except InvalidAnswers as error:
        errors = {**error.fields, **errors}
    else:
        if not errors:
            return paper
    raise InvalidAnswers({**_wrong_answers(shape, posted.answers, context), **errors})


def _wrong_answers(
    shape: TaskShape, answers: Mapping[str, Any], context: FormContext
) -> dict[str, KsddError]:
    """What is wrong beside the paper; what the paper answers by itself is not asked yet."""
    try:
        shape.form.check(answers, context=context)
    except InvalidAnswers as error:
        of_paper = {field.id for field in shape.form.fields if field.dari_surat is not None}
        return {name: found for name, found in error.fields.items() if name not in of_paper}
    return {}


def _waits(entry: Entry) -> bool:
    """Whether there is something to record: it is open, or silence decided and a council speaks."""
    if entry.is_open:
        return True
    with office().database.read() as session:
        return takes_late_answer(session, office(), entry.case, entry.task)


def _came_too_late(entry: Entry) -> bool:
    """Whether silence decided, and what a council says now changes nothing any more: it is
    signed."""
    with office().database.read() as session:
        silent = is_silent(session, office(), entry.case, entry.task)
    return silent and entry.case.status is CaseStatus.RUNNING


def _is_visible(entry: Entry) -> bool:
    with office().database.read() as session:
        seen = questions.find_task(session, entry.viewer, entry.task.id)
    return seen is not None and (seen.answers is not None or entry.task.answers is None)


def _shape(entry: Entry) -> TaskShape:
    with office().database.read() as session:
        return office().shape_of(session, entry.case, entry.task)
