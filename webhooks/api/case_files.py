"""The file of a case as one ZIP, streamed."""

from __future__ import annotations

from flask import Response, request

from webhooks import case_file
from webhooks.api.calls import Ask, Call, Content
from webhooks.api.cases import visible


def export_case(ask: Ask, case_id: str) -> Response:
    """Everything of a case that the token may see, made to be read and checked without us."""
    if request.method == "HEAD":
        # nothing is taken along, so nothing is recorded
        with ask.office.database.read() as session:
            visible(session, ask, case_id)
        return Response(mimetype=case_file.MEDIA_TYPE)
    made = case_file.export(case_id, viewer=ask.caller.viewer, actor=ask.caller.actor, now=ask.now)
    response = Response(made.chunks, mimetype=case_file.MEDIA_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=made.filename)
    return response


CALLS = (
    Call(
        name="export_case",
        method="GET",
        path="/cases/{case_id}/export",
        view=export_case,
        answers={200: Content(schema={}, media_type=case_file.MEDIA_TYPE)},
    ),
)
