"""Saving what a drawing page holds, and naming the shapes that were drawn on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.drawing import open_draft, put_files
from processes.actions.naming import names_for, published_ids
from processes.engine.naming import rename
from processes.store import folder_drafts, procedures
from processes.store.tables import FolderDraft

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What a page must know after its draft was saved."""

    revision: int
    #: ids that became names, old → new
    names: Mapping[str, str]
    #: the files in which they did, as they are kept now
    files: Mapping[str, bytes]


def save_drawing(
    office: Office,
    draft_id: str,
    changed: Mapping[str, bytes | None],
    *,
    revision: int,
    hold: Collection[str],
    actor: Actor,
    now: datetime,
) -> Saved:
    """Save files of a draft as `save_draft` does, and turn made-up ids of labelled shapes to names.

    `hold`: ids of shapes that somebody is at work on; they keep theirs until a later save. The same
    save once more, whose answer was lost, is answered again.
    """
    with office.database.write() as session:
        draft = open_draft(session, draft_id)
        base = procedures.get_version(session, draft.based_on_id) if draft.based_on_id else None
        published = published_ids(session, base)
        if changed and draft.changed_by == actor.name and draft.revision > revision:
            before = _saved_before(session, draft, changed, published, hold)
            if before is not None:
                return before
        put_files(session, draft_id, changed, revision=revision, by=actor.name, now=now)
        files = folder_drafts.files_of(session, draft.id)
        names = names_for(files, published, hold)
        renamed = rename(files, names)
        if renamed:
            folder_drafts.write(session, draft, renamed, by=actor.name, now=now)
        return Saved(revision=draft.revision, names=names if renamed else {}, files=renamed)


def _saved_before(
    session: Session,
    draft: FolderDraft,
    changed: Mapping[str, bytes | None],
    published: Collection[str],
    hold: Collection[str],
) -> Saved | None:
    """The answer to a save that came through and gave names; None when what it brings, named once
    more, is not what the draft holds."""
    files = folder_drafts.files_of(session, draft.id)
    brought = {path: each for path, each in {**files, **changed}.items() if each is not None}
    names = names_for(brought, published, hold)
    if not names or {**brought, **rename(brought, names)} != files:
        return None
    spoken_of = rename(files, {new: old for old, new in names.items()})
    return Saved(
        revision=draft.revision, names=names, files={path: files[path] for path in spoken_of}
    )
