"""The page that draws: a draft's folder in the modeler, or why the modeler is not ready yet."""

from __future__ import annotations

from flask import Response, current_app, make_response, render_template

from processes.errors import NotFound
from processes.sentences import say
from processes.store import folder_drafts
from processes.store.tables import FolderDraft
from webhooks.bundle.serving import script, shelf
from webhooks.bundle.shelf import State
from webhooks.clock import now
from webhooks.current import office
from webhooks.drawing.packing import packed
from webhooks.drawing.pages import pages
from webhooks.language import language
from webhooks.rights import Right
from webhooks.security import allow_modeler
from webhooks.sessions import check_right

#: seconds after which the page that waits for the scripts looks again
LOOK_AGAIN = "5"


@pages.get("/rancangan/<draft_id>")
def modeler_page(draft_id: str) -> Response:
    """The modeler on a draft; before its scripts are made, how far they are."""
    check_right(Right.PUBLISH)
    draft = open_for_all(draft_id)
    state = shelf().state()
    if state is not State.READY:
        return _waiting(draft, state)
    html = render_template(
        "modeler.html",
        draft=draft,
        script=script("modeler.js"),
        style=script("modeler.css"),
        dmn_script=script("dmn.js"),
        dmn_style=script("dmn.css"),
    )
    return allow_modeler(make_response(html))


@pages.get("/rancangan/<draft_id>/folder.zip")
def draft_folder(draft_id: str) -> Response:
    """The folder of a draft as it was saved last."""
    check_right(Right.PUBLISH)
    with office().database.read() as session:
        draft = folder_drafts.find_draft(session, draft_id)
        files = folder_drafts.files_of(session, draft.id)
    return packed(files, f"{draft.key}-rancangan", draft.changed_at)


@pages.get("/rancangan/<draft_id>/berkas/<path:path>")
def draft_file(draft_id: str, path: str) -> Response:
    """One file of a draft, to be opened by the program that it belongs to."""
    check_right(Right.PUBLISH)
    with office().database.read() as session:
        draft = folder_drafts.find_draft(session, draft_id)
        content = folder_drafts.files_of(session, draft.id).get(path)
    if content is None:
        raise NotFound
    response = Response(content, mimetype="application/octet-stream")
    name = path.rpartition("/")[2].encode("ascii", "replace").decode().replace('"', "")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def open_for_all(draft_id: str) -> FolderDraft:
    """A draft that is still open; NotFound otherwise."""
    with office().database.read() as session:
        draft = folder_drafts.find_draft(session, draft_id)
    if draft.closed_at is not None:
        raise NotFound("drawing.closed")
    return draft


def _waiting(draft: FolderDraft, state: State) -> Response:
    failure = shelf().failure() if state is State.FAILED else None
    reason = say(failure.sentence, language(), **failure.values) if failure else ""
    html = render_template("modeler_waiting.html", draft=draft, state=state.value, reason=reason)
    response = make_response(html, 503)
    if state is State.MAKING or _is_just_started():
        response.headers["Refresh"] = LOOK_AGAIN
    response.headers["Retry-After"] = LOOK_AGAIN
    return response


def _is_just_started() -> bool:
    """Whether `ksdd serve` may not have come to making the scripts yet."""
    return bool((now() - current_app.config["STARTED_AT"]).total_seconds() < 60)
