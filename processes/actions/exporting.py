"""Noting that somebody took a case's file, or an event log, with him; both are put together
elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from processes.actions.actor import Actor
from processes.errors import NotFound
from processes.store import history, questions
from processes.store.locks import lock_case
from processes.store.tables import LogExport
from processes.store.viewer import Viewer

if TYPE_CHECKING:
    from processes.office import Office


def note_export(
    office: Office, case_id: str, *, viewer: Viewer, actor: Actor, now: datetime
) -> None:
    """Record in the case's history who exports its file, and which region's part of it.

    Raises NotFound when the viewer may not know of the case.
    """
    with office.database.write() as session:
        if questions.find_case(session, viewer, case_id) is None:
            raise NotFound
        regions = sorted(viewer.regions) if viewer.regions is not None else []
        history.append(
            session,
            lock_case(session, case_id),
            at=now,
            kind="case.exported",
            actor=actor.as_entry(),
            details={"region": regions[0], "regions": regions} if regions else {},
        )


def note_log_export(
    office: Office,
    *,
    log_format: str,
    with_names: bool,
    filters: Mapping[str, str],
    viewer: Viewer,
    actor: Actor,
    now: datetime,
) -> None:
    """Record who takes which event log along, of which regions, and whether it names persons."""
    with office.database.write() as session:
        session.add(
            LogExport(
                format=log_format,
                regions=sorted(viewer.regions or ()),
                with_names=with_names,
                filters=dict(filters),
                taken_by=actor.name[:300],
                taken_at=now,
            )
        )
