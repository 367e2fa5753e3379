"""Procedures: their versions, the diagram of one, and publishing or only checking a new one."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from processes import actions
from processes.actions import code_warnings, role_warnings
from processes.actions.procedures import check, lost_gates
from processes.actions.trying import refuse_what_sticks
from processes.engine.comparing import Change, compare, is_text_only
from processes.engine.folder import diagram_of
from processes.errors import NotFound, TooLarge
from processes.sentences import say
from processes.store import procedures as store
from processes.store.procedures import Grounds
from webhooks.api import shapes
from webhooks.api.answers import answer, everything
from webhooks.api.calls import PUBLISHING, Ask, Call, Content, shape
from webhooks.api.documents import ENVELOPE, MULTIPART, only_file
from webhooks.api.fields import Choice, Day, Fields, Text
from webhooks.api.folders import (
    BYTES,
    DIAGRAM_TYPES,
    UPLOAD_LIMIT,
    ZIP,
    read_folder,
    type_by_content,
)
from webhooks.bodies import in_megabytes

DIAGRAM = DIAGRAM_TYPES[0]


def list_versions(ask: Ask, key: str) -> Response:
    """Every published version of a procedure, newest first."""
    with ask.office.database.read() as session:
        rows = store.versions(session, key)
    if not rows:
        raise NotFound
    return answer(everything(shapes.version(row) for row in rows))


def read_diagram(ask: Ask, key: str, number: int) -> Response:
    """The BPMN of one version, byte for byte as its owner drew it."""
    with ask.office.database.read() as session:
        row = store.find_version(session, key, number)
        files = store.files_of(session, row.id)
    found = Response(diagram_of(files), content_type=DIAGRAM)
    found.headers["Content-Disposition"] = f'attachment; filename="{key}-{number}.bpmn"'
    found.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return found


def read_changes(ask: Ask, key: str, number: int) -> Response:
    """What a version changed against the one before it, in words of the caller's language."""
    with ask.office.database.read() as session:
        row = store.find_version(session, key, number)
        before = next((v for v in store.versions(session, key) if v.number < number), None)
        new = store.files_of(session, row.id)
        old = new if before is None else store.files_of(session, before.id)
    changes = compare(old, new)
    return answer(
        {
            "compared_with": None if before is None else before.number,
            "is_text_only": is_text_only(changes),
            "items": [_change(change, ask.language) for change in changes],
        }
    )


def _change(change: Change, language: str) -> dict[str, Any]:
    return {
        "area": change.area.value,
        "stage": change.stage,
        "sign": change.sign.value,
        "weight": change.weight.name.lower(),
        "element": change.after or change.before,
        "sentence": change.say(language),
        "lines": [line.say(language) for line in change.lines],
    }


def publish_version(ask: Ask, key: str) -> Response:
    """Publish a folder, or with `check=only` say what is wrong with it."""
    ask.caller.check_everywhere()
    content, media_type = _upload()
    files = read_folder(content, media_type, key=key)
    if media_type in DIAGRAM_TYPES:
        with ask.office.database.read() as session:
            files = {**_beside_the_diagram(session, key), **files}
    if ask.query.get("check") == "only":
        with ask.office.database.read() as session:
            lost = lost_gates(session, key, files, ask.language)
        found = [*check(files, ask.language), *lost]
        return answer({"findings": [finding.as_dict() for finding in found]})
    failed = refuse_what_sticks(files, language=ask.language)
    row = actions.publish(
        ask.office,
        files,
        key=key,
        note=ask.query.get("note", say("api.no_note")),
        actor=ask.caller.actor,
        now=ask.now,
        grounds=Grounds(
            basis=ask.query.get("basis", ""),
            gate_basis=ask.query.get("gate_basis", ""),
            effective_on=ask.query.get("effective_on"),
        ),
    )
    location = ask.url(f"/procedures/{key}/versions/{row.number}/diagram")
    with ask.office.database.read() as session:
        warnings = [
            *failed,
            *code_warnings.warnings_of(session, ask.office, key, ask.language),
            *role_warnings.warnings_of(session, ask.office, key, ask.language),
        ]
    return answer({**shapes.version(row), "warnings": warnings}, 201, location=location)


def _upload() -> tuple[bytes, str]:
    """The uploaded bytes and their media type, from a plain body or a part `file`."""
    request.max_content_length = UPLOAD_LIMIT + ENVELOPE
    try:
        if request.mimetype == MULTIPART:
            file = only_file()
            return _bounded(file.stream.read(UPLOAD_LIMIT + 1)), _type_of(file.filename or "")
        content = _bounded(request.get_data(cache=False))
        return content, type_by_content(content) if request.mimetype == BYTES else request.mimetype
    except (RequestEntityTooLarge, TooLarge):
        raise _too_large() from None


def _bounded(content: bytes) -> bytes:
    if len(content) > UPLOAD_LIMIT:
        raise _too_large()
    return content


def _too_large() -> TooLarge:
    return TooLarge("api.body_large", limit=in_megabytes(UPLOAD_LIMIT))


def _type_of(filename: str) -> str:
    """The media type by the file's ending: browsers know no type for `.bpmn`."""
    endings = {".zip": ZIP, ".bpmn": DIAGRAM, ".xml": DIAGRAM}
    return next((t for end, t in endings.items() if filename.lower().endswith(end)), "")


def _beside_the_diagram(session: Session, key: str) -> dict[str, bytes]:
    """What a diagram sent alone is published with: everything else of the newest folder."""
    newest = store.latest(session, key)
    if newest is None:
        return {}
    files = store.files_of(session, newest.id)
    return {name: content for name, content in files.items() if not name.endswith(".bpmn")}


_PUBLISHING = Fields(
    kinds={
        "check": Choice(words=("only",)),
        "note": Text(maximum=500),
        "basis": Text(maximum=300),
        "gate_basis": Text(maximum=300),
        "effective_on": Day(),
    }
)
_BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
_FORM = {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}

CALLS = (
    Call(
        name="list_versions",
        method="GET",
        path="/procedures/{key}/versions",
        view=list_versions,
        answers={200: shape("VersionPage")},
    ),
    Call(
        name="read_diagram",
        method="GET",
        path="/procedures/{key}/versions/{number}/diagram",
        view=read_diagram,
        answers={200: Content(schema={}, media_type=DIAGRAM)},
    ),
    Call(
        name="read_changes",
        method="GET",
        path="/procedures/{key}/versions/{number}/changes",
        view=read_changes,
        answers={200: shape("Changes")},
    ),
    Call(
        name="publish_version",
        method="POST",
        path="/procedures/{key}/versions",
        view=publish_version,
        roles=PUBLISHING,
        query=_PUBLISHING,
        uploads=(
            Content(schema={}, media_type=ZIP),
            Content(schema={}, media_type=DIAGRAM),
            Content(schema={}, media_type=BYTES),
            Content(schema=_FORM, media_type=MULTIPART),
        ),
        answers={200: shape("Findings"), 201: shape("Published")},
    ),
)
