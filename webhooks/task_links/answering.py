"""The holder's own way: answer the task, or confirm or give back what was prepared for him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask import Response, request

from processes import actions
from processes.actions import Receipt
from processes.actions.finished import digest_of, why_closed
from processes.actions.recording import read_paper
from processes.errors import (
    AlreadyAnswered,
    CaseIncident,
    CodeRefused,
    Conflict,
    FieldError,
    InvalidAnswers,
    KsddError,
)
from processes.store.tables import Task, TaskStatus
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.language import text
from webhooks.task_links import confirming, showing, steps
from webhooks.task_links.confirming import Confirmed
from webhooks.task_links.entry import Entry
from webhooks.task_links.page import NOTE, SHOWN, VERDICT
from webhooks.task_links.posted import Posted, read_posted
from webhooks.task_links.proof import is_of_this_version
from webhooks.task_links.receipts import receipt_of
from webhooks.task_links.repeats import with_recorded_files

CONFIRM, GIVE_BACK = "konfirmasi", "kembalikan"


def show(entry: Entry, token: str, moment: datetime) -> Response:
    """The task and its form; its receipt once it is finished; why not when it was closed."""
    if entry.task.status is TaskStatus.DONE:
        return showing.receipt(entry, receipt_of(entry))
    if entry.task.status is TaskStatus.CANCELLED:
        return is_closed(entry)
    return steps.look_again(entry, moment) or showing.task(entry, token, moment)


def answer(entry: Entry, token: str, moment: datetime) -> Response:
    """Finish the task.

    1. Read what was sent; files that came along are kept, whatever comes after.
    2. Show the form again, as it was typed, when anything in it cannot be taken.
    3. Give the receipt, or say what has happened in the meantime.
    """
    if SHOWN in request.form:
        return _judge(entry, token, moment)
    posted = read(entry, moment)
    aside = steps.aside(entry, token, moment, posted)
    return _taken(entry, token, posted, moment) if aside is None else aside


def _taken(entry: Entry, token: str, posted: Posted, moment: datetime) -> Response:
    confirmed = confirming.of_posted(posted)
    try:
        if steps.wants_review(entry, posted):
            return steps.review(entry, posted, moment)
        kept = _complete(entry, posted, confirmed, moment)
    except CodeRefused as error:
        if posted.is_form:
            steps.keep(entry, posted, moment)
        return confirming.refuse(entry, token, confirmed, error, moment)
    except InvalidAnswers as error:
        if not posted.is_form or wants_json():
            raise
        return showing.task(entry, token, moment, posted=posted, errors=error.fields)
    except (Conflict, CaseIncident) as error:
        return moved_on(entry, error, posted)
    return showing.receipt(entry, kept)


def _judge(entry: Entry, token: str, moment: datetime) -> Response:
    """Confirm the prepared answers that the page showed, or give them back with a note."""
    is_of_this_version(entry)
    verdict, note = request.form.get(VERDICT), request.form.get(NOTE, "")
    prepared = entry.task.prepared or {}
    shown = {SHOWN: request.form[SHOWN], VERDICT: CONFIRM}
    confirmed = confirming.Confirmed(answers=prepared, hidden=shown)
    try:
        if verdict == GIVE_BACK:
            actions.return_task(office(), entry.task.id, note=note, actor=entry.actor(), now=moment)
            return showing.told(entry, text("returned_title"), text("returned_why"))
        if verdict != CONFIRM:
            raise InvalidAnswers({VERDICT: FieldError("web.choice_missing")})
        if confirming.goes_back():
            return showing.task(entry, token, moment)
        if request.form[SHOWN] != digest_of(prepared):
            raise Conflict("errors.prepared_changed")
        return showing.receipt(entry, finish(entry, confirmed, moment))
    except CodeRefused as error:
        return confirming.refuse(entry, token, confirmed, error, moment)
    except InvalidAnswers as error:
        posted = Posted(answers={}, is_form=True, typed={NOTE: note})
        return showing.task(entry, token, moment, posted=posted, errors=error.fields)
    except (Conflict, CaseIncident) as error:
        return moved_on(entry, error, said={"note": note})


def read(entry: Entry, moment: datetime) -> Posted:
    """What was sent to answer the task."""
    with office().database.read() as session:
        form = office().shape_of(session, entry.case, entry.task).form
        context = office().form_context(session, entry.task, moment)
    return read_posted(entry, form, context, moment)


def check(entry: Entry, posted: Posted, moment: datetime) -> None:
    """Raises InvalidAnswers with everything that is wrong at once, when the page itself objects."""
    if posted.errors:
        raise InvalidAnswers({**_problems(entry, posted, moment), **posted.errors})


def _complete(entry: Entry, posted: Posted, confirmed: Confirmed, moment: datetime) -> Receipt:
    check(entry, posted, moment)
    if posted.paper is not None:
        return _record(entry, posted, posted.paper, moment)
    try:
        return finish(entry, confirmed, moment)
    except AlreadyAnswered:
        with office().database.read() as session:
            recorded = session.get_one(Task, entry.task.id).answers or {}
            same = with_recorded_files(session, posted.answers, recorded)
        return finish(entry, replace(confirmed, answers=same), moment)


def _record(entry: Entry, posted: Posted, given: Mapping[str, object], moment: datetime) -> Receipt:
    """A cooperation office that holds the task itself may record it from paper, as a machine."""
    with office().database.read() as session:
        paper = read_paper(given, office().form_context(session, entry.task, moment))
    return actions.complete_task(
        office(), entry.task.id, posted.answers, actor=entry.actor(), now=moment, paper=paper
    )


def _problems(entry: Entry, posted: Posted, moment: datetime) -> dict[str, KsddError]:
    with office().database.read() as session:
        form = office().shape_of(session, entry.case, entry.task).form
        context = office().form_context(session, entry.task, moment)
        try:
            form.check(posted.answers, context=context)
        except InvalidAnswers as error:
            return error.fields
    return {}


def finish(entry: Entry, confirmed: Confirmed, moment: datetime) -> Receipt:
    """The receipt of answers that the holder gave."""
    return actions.complete_task(
        office(),
        entry.task.id,
        confirmed.answers,
        actor=entry.actor(),
        now=moment,
        proof=confirming.proof(entry, confirmed),
    )


def is_closed(entry: Entry) -> Response:
    """Why there is nothing to do about a task that was closed without an answer."""
    with office().database.read() as session:
        why = why_closed(session, office(), entry.case, entry.task)
    return moved_on(entry, why)


def moved_on(
    entry: Entry,
    error: KsddError,
    posted: Posted | None = None,
    said: Mapping[str, str] | None = None,
) -> Response:
    """Why nothing was taken, with what was typed; `said` is what was written beside answering."""
    if wants_json():
        raise error
    return showing.conflict(entry, error, posted, said)
