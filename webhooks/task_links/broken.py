"""A form that did not arrive whole: what could be read of it is kept and shown, and nothing else
happens."""

from __future__ import annotations

from datetime import datetime

from flask import Response, request

from processes.engine.forms import Form
from processes.errors import NotAllowed
from processes.store import typed
from processes.store.tables import LinkPurpose
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.nonces import FIELD
from webhooks.posted_forms import FORMS, broken_off, readable_form, trouble_with_form
from webhooks.task_links import acts, completing, recording, showing
from webhooks.task_links.entry import Entry
from webhooks.task_links.page import SHOWN
from webhooks.task_links.posted import OWN, Posted
from webhooks.task_links.proof import is_of_this_version

#: purposes whose page has the form of a task
ASKING = (LinkPurpose.ANSWER, LinkPurpose.PREPARE, LinkPurpose.RECORD, LinkPurpose.COMPLETE)


def show_again(entry: Entry, token: str, moment: datetime) -> Response | None:
    """The task with everything that arrived, and why it was not all; None when it was all.

    Raises the trouble itself where the page has no form to show it in.
    """
    trouble = trouble_with_form() if request.mimetype in FORMS else None
    if trouble is None:
        return None
    if not _is_of_the_task(entry) or wants_json():
        raise trouble
    values = _keep(entry, moment)
    posted = Posted(answers={}, is_form=True, typed=values)
    form, errors = _form(entry, moment), {FIELD: trouble}
    return showing.task(entry, token, moment, posted=posted, errors=errors, form=form)


def _is_of_the_task(entry: Entry) -> bool:
    """Whether it is what is left of the form in which the task is answered, from our own page."""
    names = readable_form().keys()
    waits = entry.is_open or entry.purpose is LinkPurpose.COMPLETE
    if not waits or entry.purpose not in ASKING or {SHOWN, acts.ACT} & names:
        return False
    try:
        return is_of_this_version(entry, readable_form())
    except NotAllowed:
        return False


def _keep(entry: Entry, moment: datetime) -> dict[str, str]:
    """Keep what arrived as the person's draft; what did not arrive stays as it was there.

    The field in which it broke off counts only where nothing was kept of it: half a text never
    takes the place of a whole one.
    """
    arrived = {name: value for name, value in readable_form().items(multi=True) if name not in OWN}
    half = {name: value for name, value in broken_off().items() if name not in OWN}
    with office().database.write() as session:
        draft = typed.find(session, entry.task.id, entry.person.id, entry.purpose)
        values = {**half, **(draft.values if draft else {}), **arrived}
        typed.save(session, entry.task.id, entry.person.id, entry.purpose, values, moment)
    return values


def _form(entry: Entry, moment: datetime) -> Form | None:
    """What the page of this purpose asks; None for the task's own form."""
    if entry.purpose is LinkPurpose.RECORD:
        return recording.form_of(entry)
    if entry.purpose is LinkPurpose.COMPLETE:
        return completing.form_of(entry, moment)
    return None
