"""`/t/<token>`: look at a task, do what the link is for, read its documents. Looking changes
nothing.

The first form that is sent hands the browser a cookie; once the task is finished it is shown at
`/tugas/<task>`, an address without the token. Machines get neither.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, request

from processes.errors import KsddError, NotFound
from processes.store import links, questions
from processes.store.tables import LinkPurpose
from webhooks import documents, drafts
from webhooks.bodies import says_json
from webhooks.clock import now
from webhooks.current import office
from webhooks.security import allow_upload
from webhooks.task_links import (
    acts,
    answering,
    broken,
    choosing,
    completing,
    giving_on,
    preparing,
    recording,
    renewing,
    replying,
    responding,
)
from webhooks.task_links.entry import Entry, enter, enter_again
from webhooks.task_links.fetching import note_fetch
from webhooks.task_links.page import has_drafts
from webhooks.task_links.visits import recall, remember

pages = Blueprint("task_links", __name__)


@pages.get("/t/<token>", strict_slashes=False)
def show(token: str) -> Response:
    """What the link is for, as it stands now."""
    moment = now()
    entry = enter(token, moment)
    note_fetch(entry.link, moment)
    return _shown(entry, token, moment)


@pages.post("/t/<token>", strict_slashes=False)
def answer(token: str) -> Response:
    """Do what the link is for; or, from the page of a dead link, ask for a new one."""
    moment = now()
    if renewing.is_asked():
        return renewing.by_token(token, moment)
    return _answered(enter(token, moment), token, moment)


@pages.get("/tugas/<task_id>", strict_slashes=False)
def show_again(task_id: str) -> Response:
    """The same as the link shows, for the browser that sent its form."""
    moment = now()
    entry = enter_again(recall(task_id, moment), moment)
    return _shown(entry, links.token_for(office().secret, entry.link.id), moment)


@pages.post("/tugas/<task_id>", strict_slashes=False)
def answer_again(task_id: str) -> Response:
    """The same as a form sent to the link."""
    moment = now()
    link_id = recall(task_id, moment)
    if renewing.is_asked():
        return renewing.by_link(link_id, moment)
    entry = enter_again(link_id, moment)
    return _answered(entry, links.token_for(office().secret, entry.link.id), moment)


@pages.get("/t/<token>/dokumen/<document_id>")
def document(token: str, document_id: str) -> Response:
    """A document of the case, as far as the official's region may read it."""
    entry = enter(token, now())
    with office().database.read() as session:
        found = questions.readable_document(session, entry.viewer, document_id)
    if found.case_id != entry.case.id:
        raise NotFound
    return documents.download(found)


@pages.get("/t/<token>/konsep/<file>")
def draft(token: str, file: str) -> Response:
    """A draft for the link's own task, filled in from the case."""
    moment = now()
    entry = enter(token, moment)
    if not has_drafts(entry):
        raise NotFound
    return drafts.download(entry.task.id, file, viewer=entry.viewer, now=moment)


@pages.errorhandler(KsddError)
def refuse(error: KsddError) -> Response:
    """Any refusal; that of a dead link offers a new one."""
    return renewing.refuse(error)


def _shown(entry: Entry, token: str, moment: datetime) -> Response:
    match entry.purpose:
        case LinkPurpose.RECORD:
            return recording.show(entry, token, moment)
        case LinkPurpose.PREPARE:
            return preparing.show(entry, token, moment)
        case LinkPurpose.RESPOND:
            return responding.show(entry, moment)
        case LinkPurpose.CHOOSE:
            return choosing.show(entry, moment)
        case LinkPurpose.COMPLETE:
            return completing.show(entry, token, moment)
        case LinkPurpose.REASSIGN:
            return giving_on.show(entry, moment)
        case LinkPurpose.REPLY:
            return replying.show(entry, moment)
        case _:
            return answering.show(entry, token, moment)


def _answered(entry: Entry, token: str, moment: datetime) -> Response:
    """What came of the form; once the task is finished, a browser that takes cookies goes on
    without the token in its address."""
    allow_upload()
    response = broken.show_again(entry, token, moment)
    if response is None:
        doing = acts.do if acts.is_named() else _done
        response = doing(entry, token, moment)
    if says_json(request):
        return response
    remember(response, entry, moment)
    return response


def _done(entry: Entry, token: str, moment: datetime) -> Response:
    match entry.purpose:
        case LinkPurpose.RECORD:
            return recording.answer(entry, token, moment)
        case LinkPurpose.PREPARE:
            return preparing.answer(entry, token, moment)
        case LinkPurpose.RESPOND:
            return responding.answer(entry, moment)
        case LinkPurpose.CHOOSE:
            return choosing.answer(entry, moment)
        case LinkPurpose.COMPLETE:
            return completing.answer(entry, token, moment)
        case LinkPurpose.REASSIGN:
            return giving_on.answer(entry, moment)
        case LinkPurpose.REPLY:
            return replying.answer(entry, moment)
        case _:
            return answering.answer(entry, token, moment)
