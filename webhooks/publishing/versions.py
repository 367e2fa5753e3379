"""The page of one version: what it rests on, who decided, and what it changed."""

from __future__ import annotations

from flask import Response

from processes.engine.comparing import compare
from processes.store import procedures, questions
from webhooks.clock import now
from webhooks.current import office
from webhooks.publishing.pages import pages
from webhooks.publishing.shown import changes_shown, page, picture_page
from webhooks.sessions import viewer


@pages.get("/prosedur/<key>/versi/<int:number>")
def version_page(key: str, number: int) -> str:
    """A version beside the one before it."""
    today = office().calendar.today(now())
    with office().database.read() as session:
        version = procedures.find_version(session, key, number)
        every = procedures.versions(session, key)
        current = procedures.in_force(session, key, today)
        before = next((each for each in every if each.number < number), None)
        new = procedures.files_of(session, version.id)
        old = procedures.files_of(session, before.id) if before is not None else new
        return page(
            "version.html",
            version=version,
            before=before,
            after=next((each for each in reversed(every) if each.number > number), None),
            is_in_force=current is not None and current.id == version.id,
            is_to_come=version.effective_on is not None and version.effective_on > today,
            running=sum(
                count
                for row, count in questions.running_by_version(session, viewer(), key)
                if row.number == number
            ),
            **changes_shown(compare(old, new), old, new),
        )


@pages.get("/prosedur/<key>/versi/<int:number>/<side>.svg")
def version_picture(key: str, number: int, side: str) -> Response:
    """The drawing of the version or of the one before it, with what differs marked."""
    with office().database.read() as session:
        version = procedures.find_version(session, key, number)
        every = procedures.versions(session, key)
        before = next((each for each in every if each.number < number), version)
        old, new = (procedures.files_of(session, each.id) for each in (before, version))
    return picture_page(old, new, side)
