"""What happens at each shape of a drawing: how many tasks wait there, and how long they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from processes.store.questions.sight import sees_task, sight_of_open
from processes.store.questions.waiting_rows import is_open
from processes.store.tables import Case, ProcedureVersion, Task, TaskStatus
from processes.store.viewer import Viewer

#: of each shape so many tasks are looked at, those finished last
SAMPLE = 200


@dataclass(frozen=True, kw_only=True)
class Took:
    """From when to when somebody worked on a finished task, and until when he might have."""

    element: str
    region: str
    opened_at: datetime
    closed_at: datetime
    due_at: datetime | None


def open_by_element(
    session: Session, viewer: Viewer, version_id: str, now: datetime
) -> dict[str, tuple[int, int]]:
    """By shape of a version, the open tasks the viewer sees and how many of them are late."""
    cases = select(Case.id).where(Case.version_id == version_id, Case.closed_at.is_(None))
    late = func.count().filter(Task.due_at < now)
    query = select(Task.element, func.count(), late).select_from(Task)
    query = query.where(is_open(), Task.case_id.in_(cases)).group_by(Task.element)
    if not viewer.sees_everything:
        seen = sight_of_open(viewer)
        query = query.join(seen, seen.c.case_id == Task.case_id).where(sees_task(viewer, seen))
    return {element: (waiting, late) for element, waiting, late in session.execute(query)}


def newest_finished(
    session: Session, viewer: Viewer, key: str, elements: Sequence[str], since: datetime
) -> list[Took]:
    """The finished tasks of a procedure's shapes since a moment, of the viewer's own houses; of
    each shape the last `SAMPLE`."""
    if not elements:
        return []
    parts = [select(_of_element(viewer, key, element, since).subquery()) for element in elements]
    return [
        Took(element=element, region=region, opened_at=opened, closed_at=closed, due_at=due)
        for element, region, opened, closed, due in session.execute(union_all(*parts))
    ]


def _of_element(
    viewer: Viewer, key: str, element: str, since: datetime
) -> Select[str, str, datetime, datetime | None, datetime | None]:
    query = (
        select(Task.element, Task.region_code, Task.opened_at, Task.closed_at, Task.due_at)
        .join(Case, Case.id == Task.case_id)
        .join(ProcedureVersion, ProcedureVersion.id == Case.version_id)
        .where(Task.status == TaskStatus.DONE, Task.element == element, Task.closed_at >= since)
        .where(ProcedureVersion.key == key)
    )
    if viewer.regions is not None:
        query = query.where(Task.region_code.in_(viewer.regions))
    return query.order_by(Task.closed_at.desc()).limit(SAMPLE)
