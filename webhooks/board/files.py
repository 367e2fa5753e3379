"""Taking the whole file of a case along, as far as the signed-in viewer may see it."""

from __future__ import annotations

from flask import Response

from webhooks import case_file
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.sessions import actor, check_form, viewer


@pages.post("/perkara/<case_id>/berkas")
def export_case(case_id: str) -> Response:
    """The case file as a ZIP; recorded, therefore asked for with a button."""
    check_form()
    made = case_file.export(case_id, viewer=viewer(), actor=actor(), now=now())
    response = Response(made.chunks, mimetype=case_file.MEDIA_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=made.filename)
    return response
