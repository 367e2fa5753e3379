"""Drafts of owners' folders: kept file by file, with a revision that tells who was overtaken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.store import folder_plays
from processes.store.database import insert_missing
from processes.store.tables import FolderDraft, FolderDraftFile, FolderDraftReader

#: a page that has not told for so long is closed
AWAY = timedelta(seconds=45)


def begin(
    session: Session,
    *,
    key: str,
    title: str,
    based_on_id: str | None,
    files: Mapping[str, bytes],
    by: str,
    now: datetime,
) -> FolderDraft:
    """A new draft that holds these files."""
    draft = FolderDraft(
        key=key,
        title=title,
        based_on_id=based_on_id,
        begun_by=by,
        begun_at=now,
        changed_by=by,
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    session.add_all(
        FolderDraftFile(draft_id=draft.id, path=path, content=content)
        for path, content in sorted(files.items())
    )
    session.flush()
    return draft


def open_drafts(session: Session, key: str | None = None) -> list[FolderDraft]:
    """Every draft that is neither published nor thrown away, last changed first."""
    query = select(FolderDraft).where(FolderDraft.closed_at.is_(None))
    if key is not None:
        query = query.where(FolderDraft.key == key)
    return list(session.scalars(query.order_by(FolderDraft.changed_at.desc(), FolderDraft.id)))


def find_draft(session: Session, draft_id: str, *, lock: bool = False) -> FolderDraft:
    """A draft by its id, closed ones too; NotFound when there is none."""
    draft = session.get(FolderDraft, draft_id, with_for_update=lock, populate_existing=lock)
    if draft is None:
        raise NotFound
    return draft


def files_of(session: Session, draft_id: str) -> dict[str, bytes]:
    """Its files by path."""
    query = select(FolderDraftFile).where(FolderDraftFile.draft_id == draft_id)
    return {each.path: each.content for each in session.scalars(query.order_by("path"))}


def write(
    session: Session,
    draft: FolderDraft,
    changed: Mapping[str, bytes | None],
    *,
    by: str,
    now: datetime,
) -> None:
    """Put files into a locked draft; a content of None takes a file out."""
    for path, content in changed.items():
        row = session.get(FolderDraftFile, (draft.id, path))
        if content is None:
            if row is not None:
                session.delete(row)
        elif row is None:
            session.add(FolderDraftFile(draft_id=draft.id, path=path, content=content))
        else:
            row.content = content
    draft.revision += 1
    draft.changed_by, draft.changed_at = by, now
    session.flush()


def close(session: Session, draft: FolderDraft, now: datetime) -> None:
    """End a locked draft; its files are kept for whoever asks what was published from, and what
    people played of it is forgotten."""
    draft.closed_at = now
    session.execute(delete(FolderDraftReader).where(FolderDraftReader.draft_id == draft.id))
    folder_plays.drop_all_of(session, draft.id)


def note_reader(
    session: Session, draft_id: str, *, reader: str, name: str, wrote: bool, now: datetime
) -> None:
    """Keep that somebody has the draft open, and whether he just changed it."""
    # a page tells that it is open and saves at the same moment
    first = {"draft_id": draft_id, "reader": reader, "name": name, "seen_at": now}
    insert_missing(session, FolderDraftReader, [first])
    row = session.get_one(FolderDraftReader, (draft_id, reader), populate_existing=True)
    row.name, row.seen_at = name, now
    if wrote:
        row.wrote_at = now
    session.flush()


def readers_of(session: Session, draft_id: str, now: datetime) -> list[FolderDraftReader]:
    """Who has the draft open by now, by name."""
    query = select(FolderDraftReader).where(
        FolderDraftReader.draft_id == draft_id, FolderDraftReader.seen_at > now - AWAY
    )
    return list(session.scalars(query.order_by(FolderDraftReader.name)))
