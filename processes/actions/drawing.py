"""Changing an owner's folder in a draft of its own, beside others who may do the same.

A draft is begun from a published version, from a folder that was sent, or from another draft. Every
save names the revision it was made on: who was overtaken is refused and loses nothing, because his
page still holds what he drew and may begin a second draft from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.naming import named_files, published_ids
from processes.actions.procedures import FOLDER_LIMIT, KEPT, PATH
from processes.actions.wording import readable
from processes.errors import Conflict, FieldError, InvalidAnswers, NotFound, TooLarge
from processes.store import folder_drafts, procedures
from processes.store.tables import FolderDraft, ProcedureVersion

if TYPE_CHECKING:
    from processes.office import Office

#: most drafts of one procedure that may be open at once, and most files of one
MOST_DRAFTS = 50
MOST_FILES = 200
#: most characters of a draft's title
LONGEST_TITLE = 120
#: what a procedure may be called: it names a folder
KEY = re.compile(r"[a-z][a-z0-9_]{1,59}")


@dataclass(frozen=True, kw_only=True)
class NewDraft:
    """What a draft begins with: the newest version of `key`, or a version, or given files."""

    key: str
    title: str
    #: number of the version to begin from; None: the newest, when there are no `files`
    version: int | None = None
    files: Mapping[str, bytes] | None = None


class DraftOvertaken(Conflict):
    """Somebody else changed the draft since the page was opened."""

    default_key = "drawing.overtaken"


def begin_draft(office: Office, new: NewDraft, *, actor: Actor, now: datetime) -> str:
    """Begin a draft, and give its id.

    Ids that another editor made up in given files become names. Raises InvalidAnswers (title, key,
    files), NotFound (version), Conflict (too many drafts), or TooLarge.
    """
    title = readable(new.title, field="title", missing="drawing.title", limit=LONGEST_TITLE)
    if not KEY.fullmatch(new.key):
        raise InvalidAnswers({"key": FieldError("drawing.key")})
    if new.files is not None:
        check_files(new.files)
    with office.database.write() as session:
        if len(folder_drafts.open_drafts(session, new.key)) >= MOST_DRAFTS:
            raise Conflict("drawing.many", most=MOST_DRAFTS)
        if new.files is not None:
            based_on = procedures.latest(session, new.key)
            files = named_files(new.files, published_ids(session, based_on))
        else:
            based_on = _version(session, new)
            files = procedures.files_of(session, based_on.id)
        draft = folder_drafts.begin(
            session,
            key=new.key,
            title=title,
            based_on_id=based_on.id if based_on else None,
            files=files,
            by=actor.name,
            now=now,
        )
        return draft.id


def save_draft(
    office: Office,
    draft_id: str,
    changed: Mapping[str, bytes | None],
    *,
    revision: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Put files into a draft (None takes one out) and give its new revision.

    `revision` is the one that was changed. Raises NotFound, DraftOvertaken, Conflict (closed),
    InvalidAnswers (a path, or no diagram left), or TooLarge.
    """
    with office.database.write() as session:
        return put_files(
            session, draft_id, changed, revision=revision, by=actor.name, now=now
        ).revision


def put_files(
    session: Session,
    draft_id: str,
    changed: Mapping[str, bytes | None],
    *,
    revision: int,
    by: str,
    now: datetime,
) -> FolderDraft:
    """Put files into a draft within a transaction; refuses what `save_draft` refuses."""
    draft = open_draft(session, draft_id)
    files = folder_drafts.files_of(session, draft.id)
    if draft.revision != revision:
        if _is_saved_already(draft, files, changed, revision, by):
            return draft
        raise DraftOvertaken(by=draft.changed_by)
    after = {**files, **{path: c for path, c in changed.items() if c is not None}}
    for path in (path for path, content in changed.items() if content is None):
        after.pop(path, None)
    check_files(after)
    real = {path: c for path, c in changed.items() if files.get(path) != c}
    if real:
        folder_drafts.write(session, draft, real, by=by, now=now)
    return draft


def _is_saved_already(
    draft: FolderDraft,
    files: Mapping[str, bytes],
    changed: Mapping[str, bytes | None],
    revision: int,
    by: str,
) -> bool:
    """Whether this very save came through before, and only its answer did not come back."""
    is_last = draft.revision == revision + 1 and draft.changed_by == by
    return (
        is_last
        and bool(changed)
        and all(files.get(path) == content for path, content in changed.items())
    )


def rename_draft(office: Office, draft_id: str, title: str, *, now: datetime) -> None:
    """Give a draft another title; raises InvalidAnswers, NotFound or Conflict (closed)."""
    title = readable(title, field="title", missing="drawing.title", limit=LONGEST_TITLE)
    with office.database.write() as session:
        draft = open_draft(session, draft_id)
        draft.title, draft.changed_at = title, now


def throw_away(office: Office, draft_id: str, *, now: datetime) -> None:
    """End a draft without publishing it; raises NotFound or Conflict (closed)."""
    with office.database.write() as session:
        folder_drafts.close(session, open_draft(session, draft_id), now)


def open_draft(session: Session, draft_id: str) -> FolderDraft:
    """A draft that may still be changed, locked; raises NotFound, or Conflict when it is closed."""
    draft = folder_drafts.find_draft(session, draft_id, lock=True)
    if draft.closed_at is not None:
        raise Conflict("drawing.closed")
    return draft


def _version(session: Session, new: NewDraft) -> ProcedureVersion:
    if new.version is not None:
        return procedures.find_version(session, new.key, new.version)
    newest = procedures.latest(session, new.key)
    if newest is None:
        raise NotFound("errors.no_procedure", key=new.key)
    return newest


def check_files(files: Mapping[str, bytes]) -> None:
    """Refuse what a folder cannot hold; whether it makes sense the checks say, at any time."""
    for path in files:
        if not PATH.fullmatch(path) or PurePosixPath(path).suffix not in KEPT:
            endings = ", ".join(sorted(KEPT))
            raise InvalidAnswers(
                {"files": FieldError("drawing.path", path=path[:80], endings=endings)}
            )
    if not any(path.endswith(".bpmn") for path in files):
        raise InvalidAnswers({"files": FieldError("drawing.no_diagram")})
    if len(files) > MOST_FILES:
        raise InvalidAnswers({"files": FieldError("drawing.many_files", most=MOST_FILES)})
    if sum(map(len, files.values())) > FOLDER_LIMIT:
        raise TooLarge(limit=f"{FOLDER_LIMIT // (1024 * 1024)} MB")
