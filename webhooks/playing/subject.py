"""What is played: a draft as it was saved last, or a published version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from processes.store import folder_drafts
from processes.store import procedures as versions
from processes.store.tables import FolderDraft
from webhooks.current import office
from webhooks.drawing.modeler import open_for_all


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A folder that is played."""

    #: id of the draft or the version
    id: str
    title: str
    files: Mapping[str, bytes]
    #: what stands in its addresses
    where: Mapping[str, Any]
    #: None for a version
    draft: FolderDraft | None
    #: of a version; None for a draft
    number: int | None

    def address(self, view: str, **more: Any) -> str:
        """The address of one of its pages."""
        return url_for(f"playing.{view}", **self.where, **more)


def find_subject(draft_id: str = "", key: str = "", number: int = 0) -> Subject:
    """What an address names; raises NotFound, also for a draft that is over."""
    if draft_id:
        draft = open_for_all(draft_id)
        with office().database.read() as session:
            files = folder_drafts.files_of(session, draft.id)
        where: dict[str, Any] = {"draft_id": draft.id}
        return Subject(
            id=draft.id, title=draft.title, files=files, where=where, draft=draft, number=None
        )
    with office().database.read() as session:
        version = versions.find_version(session, key, number)
        return Subject(
            id=version.id,
            title=version.name,
            files=versions.files_of(session, version.id),
            where={"key": version.key, "number": version.number},
            draft=None,
            number=version.number,
        )
