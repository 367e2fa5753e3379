"""Names instead of the ids that drawing programs make up, in folders that are not published yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from processes.engine.folder import diagram_of
from processes.engine.naming import ids_in, new_names, rename
from processes.store import procedures
from processes.store.tables import ProcedureVersion


def named_files(files: Mapping[str, bytes], published: Collection[str]) -> dict[str, bytes]:
    """A folder in which every made-up id is a name, with or without a label."""
    names = new_names(diagram_of(files), keep=published, whole=True)
    return {**files, **rename(files, names)}


def names_for(
    files: Mapping[str, bytes], published: Collection[str], hold: Collection[str]
) -> dict[str, str]:
    """The names for shapes that have a label by now, old → new; those on `hold` wait."""
    return new_names(diagram_of(files), keep=published, hold=hold)


def published_ids(session: Session, version: ProcedureVersion | None) -> frozenset[str]:
    """The ids that a version made known to cases; empty without a version."""
    if version is None:
        return frozenset()
    return ids_in(diagram_of(procedures.files_of(session, version.id)))
