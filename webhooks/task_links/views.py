"""`/t/<token>`: look at a task, answer it, read its documents. Looking changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, Response

from processes import actions
from processes.actions import Receipt
from processes.errors import (
    AlreadyAnswered,
    CaseIncident,
    Conflict,
    InvalidAnswers,
    KsddError,
    NotFound,
    TaskClosed,
)
from processes.store import questions
from processes.store.tables import Task, TaskStatus
from webhooks import documents
from webhooks.clock import now
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.security import allow_upload
from webhooks.task_links import showing
from webhooks.task_links.entry import Entry, enter
from webhooks.task_links.posted import Posted, read_posted
from webhooks.task_links.receipts import receipt_of
from webhooks.task_links.repeats import with_recorded_files

pages = Blueprint("task_links", __name__)


@pages.get("/t/<token>", strict_slashes=False)
def show(token: str) -> Response:
    """The task and its form; its receipt once it is finished; why not when it was closed."""
    moment = now()
    entry = enter(token, moment)
    if entry.task.status is TaskStatus.DONE:
        return showing.receipt(entry, receipt_of(entry))
    if entry.task.status is TaskStatus.CANCELLED:
        return _moved_on(entry, TaskClosed())
    return showing.task(entry, token, moment)


@pages.post("/t/<token>", strict_slashes=False)
def answer(token: str) -> Response:
    """Finish the task.

    1. Read what was sent; files that came along are kept, whatever comes after.
    2. Show the form again, as it was typed, when anything in it cannot be taken.
    3. Give the receipt, or say what has happened in the meantime.
    """
    moment = now()
    entry = enter(token, moment)
    allow_upload()
    posted = _read(entry, moment)
    try:
        kept = _complete(entry, posted, moment)
    except InvalidAnswers as error:
        if not posted.is_form or wants_json():
            raise
        return showing.task(entry, token, moment, posted=posted, errors=error.fields)
    except (Conflict, CaseIncident) as error:
        return _moved_on(entry, error, posted)
    return showing.receipt(entry, kept)


@pages.get("/t/<token>/dokumen/<document_id>")
def document(token: str, document_id: str) -> Response:
    """A document of the case, as far as the holder's region may read it."""
    entry = enter(token, now())
    with office().database.read() as session:
        found = questions.find_document(session, entry.viewer, document_id)
    if found is None or found.case_id != entry.case.id:
        raise NotFound
    return documents.download(found)


def _read(entry: Entry, moment: datetime) -> Posted:
    with office().database.read() as session:
        procedure = office().procedure(session, entry.case.version_id)
        context = office().form_context(session, entry.task, moment)
    return read_posted(entry, procedure.shapes[entry.task.element].form, context, moment)


def _complete(entry: Entry, posted: Posted, moment: datetime) -> Receipt:
    """The receipt of the answers; raises InvalidAnswers with everything that is wrong at once."""
    if posted.errors:
        raise InvalidAnswers({**_problems(entry, posted, moment), **posted.errors})
    try:
        return _finish(entry, posted.answers, moment)
    except AlreadyAnswered:
        with office().database.read() as session:
            recorded = session.get_one(Task, entry.task.id).answers or {}
            same = with_recorded_files(session, posted.answers, recorded)
        return _finish(entry, same, moment)


def _problems(entry: Entry, posted: Posted, moment: datetime) -> dict[str, KsddError]:
    with office().database.read() as session:
        procedure = office().procedure(session, entry.case.version_id)
        context = office().form_context(session, entry.task, moment)
        try:
            procedure.shapes[entry.task.element].form.check(posted.answers, context=context)
        except InvalidAnswers as error:
            return error.fields
    return {}


def _finish(entry: Entry, answers: Mapping[str, object], moment: datetime) -> Receipt:
    return actions.complete_task(office(), entry.task.id, answers, actor=entry.actor(), now=moment)


def _moved_on(entry: Entry, error: KsddError, posted: Posted | None = None) -> Response:
    if wants_json():
        raise error
    return showing.conflict(entry, error, posted)
