"""Saving what a drawing page holds, and naming the shapes that were drawn on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from processes.actions.actor import Actor
from processes.actions.drawing import put_files
from processes.actions.naming import names_for, published_ids
from processes.engine.naming import rename
from processes.store import folder_drafts, procedures

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

    `hold`: ids of shapes that somebody is at work on; they keep theirs until a later save.
    """
    with office.database.write() as session:
        draft = put_files(session, draft_id, changed, revision=revision, by=actor.name, now=now)
        files = folder_drafts.files_of(session, draft.id)
        base = procedures.get_version(session, draft.based_on_id) if draft.based_on_id else None
        names = names_for(files, published_ids(session, base), hold)
        renamed = rename(files, names)
        if renamed:
            folder_drafts.write(session, draft, renamed, by=actor.name, now=now)
        return Saved(revision=draft.revision, names=names if renamed else {}, files=renamed)
