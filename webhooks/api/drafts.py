"""Drafts of letters, minutes and agreements that a task offers, filled in from its case."""

from __future__ import annotations

from flask import Response

from processes import actions
from processes.actions.drafts import FORMATS, is_own
from webhooks import drafts
from webhooks.api.answers import answer
from webhooks.api.calls import Ask, Call, Content, shape
from webhooks.api.fields import Choice, Fields
from webhooks.api.tasks import visible


def list_drafts(ask: Ask, task_id: str) -> Response:
    """The drafts of an open task of the caller's own region; none of another's."""
    with ask.office.database.read() as session:
        task = visible(session, ask, task_id)
        own = is_own(ask.caller.viewer, task)
        found = actions.drafts_of(session, ask.office, task, ask.now) if own else []
    items = [{"name": d.name, "title": d.title, "formats": list(d.formats)} for d in found]
    return answer({"items": items})


def read_draft(ask: Ask, task_id: str, draft: str) -> Response:
    """A draft with the facts of the case filled in; nothing is changed."""
    made = actions.write_draft(
        ask.office,
        task_id,
        draft,
        ask.query.get("format", FORMATS[0]),
        viewer=ask.caller.viewer,
        now=ask.now,
    )
    return drafts.to_save(made)


CALLS = (
    Call(
        name="list_drafts",
        method="GET",
        path="/tasks/{task_id}/drafts",
        view=list_drafts,
        answers={200: shape("Drafts")},
    ),
    Call(
        name="read_draft",
        method="GET",
        path="/tasks/{task_id}/drafts/{draft}",
        view=read_draft,
        query=Fields(kinds={"format": Choice(words=FORMATS)}),
        answers={200: Content(schema={}, media_type="*/*")},
        conflicts=True,
    ),
)
