"""What the drawing page asks and tells while somebody draws: content, saving, checks, presence.

All in JSON, for the page's own script only: each change brings the page's key in a header.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request

from processes.actions.drawing import NewDraft, begin_draft
from processes.actions.procedures import FOLDER_LIMIT, check
from processes.actions.saving_drawing import save_drawing
from processes.engine.roles import FILE, RolesRefused, read_roles
from processes.errors import FieldError, InvalidAnswers, Malformed
from processes.store import folder_drafts
from webhooks.bodies import read_json
from webhooks.clock import now
from webhooks.current import office
from webhooks.drawing.modeler import open_for_all
from webhooks.drawing.pages import pages
from webhooks.rights import Right
from webhooks.sessions import account, actor, check_key, check_right, form_nonce

#: bytes of a body: a whole folder, its files written as base64
BODY_LIMIT = FOLDER_LIMIT * 2
#: endings of files that are not text
BINARY = (".docx",)


@pages.get("/rancangan/<draft_id>/isi")
def content(draft_id: str) -> Response:
    """Everything the page needs to begin: files, revision, the key for its calls, who is there."""
    check_right(Right.PUBLISH)
    draft = open_for_all(draft_id)
    with office().database.read() as session:
        files = folder_drafts.files_of(session, draft.id)
    return jsonify(
        title=draft.title,
        procedure=draft.key,
        revision=draft.revision,
        files={path: _shown(path, content) for path, content in files.items()},
        roles=_roles(files),
        key=form_nonce(),
        changed_by=draft.changed_by,
    )


@pages.post("/rancangan/<draft_id>/simpan")
def save(draft_id: str) -> Response:
    """Save changed files: 409 when somebody else saved since `revision`."""
    body = _body(draft_id)
    revision, hold = body.get("revision"), body.get("hold", [])
    if not isinstance(revision, int) or not isinstance(hold, list):
        raise Malformed("drawing.call")
    saved = save_drawing(
        office(),
        draft_id,
        _files(body),
        revision=revision,
        hold=[str(each) for each in hold],
        actor=actor(),
        now=now(),
    )
    _note(draft_id, wrote=True)
    return jsonify(
        revision=saved.revision,
        names=dict(saved.names),
        files={path: _shown(path, content) for path, content in saved.files.items()},
    )


@pages.post("/rancangan/<draft_id>/periksa")
def look_through(draft_id: str) -> Response:
    """The findings of the draft with these changes, which need not have been saved."""
    files = _with(draft_id, _files(_body(draft_id)))
    return jsonify(findings=[each.as_dict() for each in check(files)], roles=_roles(files))


@pages.post("/rancangan/<draft_id>/hadir")
def be_there(draft_id: str) -> Response:
    """Note that the page is open; who else has it open, and the draft's revision."""
    _body(draft_id)
    _note(draft_id, wrote=False)
    draft = open_for_all(draft_id)
    with office().database.read() as session:
        readers = folder_drafts.readers_of(session, draft_id, now())
    return jsonify(
        revision=draft.revision,
        changed_by=draft.changed_by,
        others=[each.name for each in readers if each.reader != account().id],
    )


@pages.post("/rancangan/<draft_id>/cabang")
def branch(draft_id: str) -> Response:
    """Keep what this page holds as a draft of its own, beside the one that was overtaken: changed
    files, and of the others those that are `held` there."""
    body = _body(draft_id)
    draft = open_for_all(draft_id)
    files = _with(draft_id, _files(body))
    held = body.get("held")
    if isinstance(held, list):
        # what a colleague added meanwhile is no part of it
        files = {path: each for path, each in files.items() if path in held}
    new_id = begin_draft(
        office(),
        NewDraft(key=draft.key, title=str(body.get("title", "")), files=files),
        actor=actor(),
        now=now(),
    )
    return jsonify(id=new_id)


def _body(draft_id: str) -> dict[str, Any]:
    """The body of a call of the page's own script, for an open draft."""
    check_key(request.headers.get("X-Kunci", ""))
    check_right(Right.PUBLISH)
    open_for_all(draft_id)
    return read_json(request, limit=BODY_LIMIT)


def _files(body: Mapping[str, Any]) -> dict[str, bytes | None]:
    """Changed files by path; None takes one out. Raises Malformed or InvalidAnswers."""
    given = body.get("files", {})
    if not isinstance(given, dict):
        raise Malformed("drawing.call")
    return {path: None if one is None else _read(path, one) for path, one in given.items()}


def _with(draft_id: str, changed: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """The files of a draft with these changes."""
    with office().database.read() as session:
        files: dict[str, bytes | None] = {**folder_drafts.files_of(session, draft_id), **changed}
    return {path: content for path, content in files.items() if content is not None}


def _read(path: str, one: Any) -> bytes:
    if isinstance(one, dict) and isinstance(one.get("text"), str):
        try:
            return str(one["text"]).encode("utf-8")
        except UnicodeEncodeError:
            raise Malformed("drawing.call") from None
    if isinstance(one, dict) and isinstance(one.get("base64"), str):
        try:
            return base64.b64decode(one["base64"], validate=True)
        except (binascii.Error, ValueError):
            raise InvalidAnswers({path: FieldError("drawing.file_broken", path=path)}) from None
    raise Malformed("drawing.call")


def _shown(path: str, content: bytes) -> dict[str, Any]:
    """A file for the page: as text, or only its size when it is none."""
    if not path.endswith(BINARY):
        try:
            return {"text": content.decode("utf-8")}
        except UnicodeDecodeError:
            pass  # another encoding; it can be downloaded and replaced
    return {"size": len(content)}


def _roles(files: Mapping[str, bytes]) -> dict[str, str]:
    """Roles and what they are called, as far as the file can be read."""
    try:
        return dict(read_roles(files.get(FILE, b"")).titles)
    except RolesRefused:
        return {}


def _note(draft_id: str, *, wrote: bool) -> None:
    found = account()
    with office().database.write() as session:
        folder_drafts.note_reader(
            session, draft_id, reader=found.id, name=found.name, wrote=wrote, now=now()
        )
