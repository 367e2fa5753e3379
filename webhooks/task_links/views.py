"""`/t/<token>`: look at a task, do what the link is for, read its documents. Looking changes
nothing."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response

from processes.errors import NotFound
from processes.store import questions
from processes.store.tables import LinkPurpose
from webhooks import documents, drafts
from webhooks.clock import now
from webhooks.current import office
from webhooks.security import allow_upload
from webhooks.task_links import (
    acts,
    answering,
    choosing,
    completing,
    giving_on,
    preparing,
    recording,
    replying,
    responding,
)
from webhooks.task_links.entry import Entry, enter
from webhooks.task_links.fetching import note_fetch
from webhooks.task_links.page import has_drafts

pages = Blueprint("task_links", __name__)


@pages.get("/t/<token>", strict_slashes=False)
def show(token: str) -> Response:
    """What the link is for, as it stands now."""
    moment = now()
    entry = enter(token, moment)
    note_fetch(entry.link, moment)
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


@pages.post("/t/<token>", strict_slashes=False)
def answer(token: str) -> Response:
    """Do what the link is for."""
    moment = now()
    entry = enter(token, moment)
    allow_upload()
    if acts.is_named():
        return acts.do(entry, token, moment)
    return _take(entry, token, moment)


def _take(entry: Entry, token: str, moment: datetime) -> Response:
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


@pages.get("/t/<token>/dokumen/<document_id>")
def document(token: str, document_id: str) -> Response:
    """A document of the case, as far as the official's region may read it."""
    entry = enter(token, now())
    with office().database.read() as session:
        found = questions.find_document(session, entry.viewer, document_id)
    if found is None or found.case_id != entry.case.id:
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
