"""The page *Prosedur*: every procedure with its versions and drafts, and what begins a draft."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from processes.actions.drawing import NewDraft, begin_draft, rename_draft, throw_away
from processes.engine.folder import diagram_of
from processes.errors import InvalidAnswers, KsddError
from processes.store import folder_drafts
from processes.store import procedures as versions
from processes.store.tables import FolderDraft, ProcedureVersion
from webhooks.clock import now
from webhooks.current import office
from webhooks.drawing.packing import packed, uploaded
from webhooks.drawing.pages import pages
from webhooks.language import language
from webhooks.rights import Right
from webhooks.security import allow_upload
from webhooks.sessions import actor, check_act, may


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """A draft and who has it open now."""

    draft: FolderDraft
    #: number of the version it was begun from; None for a new procedure
    based_on: int | None
    readers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProcedureRows:
    """One procedure: its versions, the newest first, and its drafts, last changed first."""

    key: str
    name: str
    versions: tuple[ProcedureVersion, ...]
    drafts: tuple[DraftRow, ...]


@pages.get("/prosedur")
def listing() -> str:
    """Every procedure; drafts are shown to those who may change it."""
    return _page()


@pages.post("/prosedur")
def begin() -> Response:
    """Begin a draft from a version, or from a folder or diagram that was sent."""
    allow_upload()
    check_act(Right.PUBLISH)
    key = request.form.get("key", "").strip()
    number = request.form.get("version", "")
    try:
        draft_id = begin_draft(
            office(),
            NewDraft(
                key=key,
                title=request.form.get("title", ""),
                version=int(number) if number.isdecimal() and len(number) < 9 else None,
                files=uploaded(key),
            ),
            actor=actor(),
            now=now(),
        )
    except KsddError as error:
        return _again(error)
    return make_response(redirect(url_for("drawing.modeler_page", draft_id=draft_id), 303))


@pages.post("/rancangan/<draft_id>/nama")
def rename(draft_id: str) -> Response:
    """Give a draft another title."""
    check_act(Right.PUBLISH)
    try:
        rename_draft(office(), draft_id, request.form.get("title", ""), now=now())
    except InvalidAnswers as error:
        return _again(error)
    return make_response(redirect(url_for("drawing.listing"), 303))


@pages.post("/rancangan/<draft_id>/buang")
def discard(draft_id: str) -> Response:
    """Throw a draft away; its box must be ticked."""
    check_act(Right.PUBLISH)
    if request.form.get("sure") != "ya":
        return _again(KsddError("drawing.not_sure"))
    throw_away(office(), draft_id, now=now())
    return make_response(redirect(url_for("drawing.listing"), 303))


@pages.get("/prosedur/<key>/versi/<int:number>/folder.zip")
def version_folder(key: str, number: int) -> Response:
    """The folder of a version."""
    with office().database.read() as session:
        version = versions.find_version(session, key, number)
        files = versions.files_of(session, version.id)
        return packed(files, f"{key}-{number}", version.published_at)


@pages.get("/prosedur/<key>/versi/<int:number>/diagram.bpmn")
def version_diagram(key: str, number: int) -> Response:
    """The diagram of a version, for the viewer."""
    with office().database.read() as session:
        files = versions.files_of(session, versions.find_version(session, key, number).id)
    response = Response(diagram_of(files), mimetype="application/xml")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def _again(error: KsddError) -> Response:
    """The page once more, with what is wrong and what was typed."""
    sentences = error.sentences(language()) if isinstance(error, InvalidAnswers) else {}
    problem = " ".join(sentences.values()) or error.say(language())
    return make_response(_page(problem), error.status)


def _page(problem: str = "") -> str:
    may_publish = may(Right.PUBLISH)
    with office().database.read() as session:
        rows = [_rows(session, key, may_publish) for key in _keys(session, may_publish)]
    return render_template(
        "procedures.html",
        rows=rows,
        may_publish=may_publish,
        problem=problem,
        typed=request.form,
    )


def _keys(session: Session, may_publish: bool) -> list[str]:
    """Procedures that were published, then those that are only drafts."""
    published = versions.keys(session)
    drawn = {draft.key for draft in folder_drafts.open_drafts(session)} if may_publish else set()
    return [*published, *sorted(drawn - set(published))]


def _rows(session: Session, key: str, may_publish: bool) -> ProcedureRows:
    found = versions.versions(session, key)
    numbers = {version.id: version.number for version in found}
    drafts = folder_drafts.open_drafts(session, key) if may_publish else []
    return ProcedureRows(
        key=key,
        name=found[0].name if found else key,
        versions=tuple(found),
        drafts=tuple(
            DraftRow(
                draft=draft,
                based_on=numbers.get(draft.based_on_id or ""),
                readers=tuple(
                    reader.name for reader in folder_drafts.readers_of(session, draft.id, now())
                ),
            )
            for draft in drafts
        ),
    )
