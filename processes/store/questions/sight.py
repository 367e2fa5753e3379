"""What a viewer may see of the cases his regions take part in (the one place that decides it).

- A region sees the cases it is a party of, its own tasks, answers and documents whole.
- Of the other parties' tasks it sees that they exist and how they stand; their answers and
  documents only once they were shared (`Task.shared_at`), or when it recorded them itself from a
  signed paper (`Task.recorded_for`).
- What was prepared, given back, asked or declined before such an answer stays in the house.
- A signed reply that a partner handed in is seen by that partner and by the pemrakarsa, who checks
  it.
- A region that left keeps what it had and what was shared with it until then, and sees nothing
  newer: no task, document or entry, no later state of the case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    inspect,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session

from processes.store.tables import (
    AgreementStatus,
    Base,
    Case,
    CaseStatus,
    Document,
    History,
    Paper,
    Party,
    PartyReply,
    Task,
)
from processes.store.viewer import Viewer
from processes.store.worded import Names

Row = TypeVar("Row", bound=Base)

#: how a case stands for a region that left it
STATUS_AFTER_LEAVING = CaseStatus.STOPPED
REASON_AFTER_LEAVING = "tidak_lagi_pihak"
#: what a viewer is told of an entry about another region's unshared task
TOLD_OF_OTHERS = ("task", "element", "name", "region", "role", "stage", "due_at")
#: entries about a task that stay in its house when the task is shared: what was typed before it was
#: final, and what its people said to each other
KEPT_IN_THE_HOUSE = frozenset(
    {"task.prepared", "task.returned", "task.asked", "task.replied", "task.declined"}
)


class Asker:
    """Whoever a question names in its parameter `regions`: a bounded viewer, known when it is
    asked."""

    sees_everything = False

    def __init__(self, names: Names) -> None:
        self.names = names


#: who looks
Eyes = Viewer | Asker


def own(eyes: Eyes, column: Any) -> ColumnElement[bool]:
    """Whether a column names one of the regions of whoever looks."""
    if isinstance(eyes, Asker):
        return eyes.names.among(column, "regions")
    found: ColumnElement[bool] = column.in_(eyes.regions or ())
    return found


def sight(eyes: Eyes) -> Subquery:
    """The cases a bounded viewer sees: `case_id`, and `until` when all his regions left."""
    return _seen_cases(eyes).subquery("sight")


def sight_of_open(eyes: Eyes) -> CTE:
    """Those of them that have not ended: all that have open tasks, however many have ended."""
    return _seen_cases(eyes).where(Party.is_open).cte("sight_of_open")


def _seen_cases(eyes: Eyes) -> Select[str, datetime | None]:
    still_in = func.count(Party.left_at) < func.count()
    until = case((still_in, null()), else_=func.max(Party.left_at))
    return (
        select(Party.case_id, until.label("until"))
        .where(own(eyes, Party.region_code))
        .group_by(Party.case_id)
    )


def sees_task(eyes: Eyes, seen: Subquery | CTE) -> ColumnElement[bool]:
    """The condition under which a task of a seen case is shown at all."""
    until = seen.c.until
    in_time = and_(own(eyes, Task.region_code), Task.opened_at <= until)
    return or_(until.is_(None), in_time, Task.shared_at <= until)


def sees_document(eyes: Eyes, seen: Subquery) -> ColumnElement[bool]:
    """The condition under which a document of a seen case is shown; its task may be missing."""
    until = seen.c.until
    ours = or_(own(eyes, Document.region_code), own(eyes, Task.region_code), _to_be_checked(eyes))
    in_time = or_(until.is_(None), Document.uploaded_at <= until)
    shared = and_(Task.shared_at.is_not(None), or_(until.is_(None), Task.shared_at <= until))
    return and_(in_time, or_(ours, shared))


def sees_paper(viewer: Viewer, seen: Subquery) -> ColumnElement[bool]:
    """The condition under which the paper behind a task of a seen case is shown."""
    until = seen.c.until
    ours = or_(own(viewer, Task.region_code), own(viewer, Task.recorded_for))
    in_time = or_(until.is_(None), Paper.recorded_at <= until)
    shared = and_(Task.shared_at.is_not(None), or_(until.is_(None), Task.shared_at <= until))
    return and_(in_time, or_(ours, shared))


def sees_whole_entry(viewer: Viewer, seen: Subquery) -> ColumnElement[bool]:
    """The condition under which an entry of a seen case is shown with who did it (`seen_entry`);
    its task may be missing."""
    until = seen.c.until
    region = func.coalesce(Task.region_code, History.details["region"].as_string())
    party = History.details["party"].as_string()
    shared = and_(
        Task.shared_at.is_not(None),
        or_(until.is_(None), Task.shared_at <= until),
        History.kind.not_in(KEPT_IN_THE_HOUSE),
    )
    ours = or_(own(viewer, region), own(viewer, Task.recorded_for), own(viewer, party))
    return or_(region.is_(None), ours, shared)


def _to_be_checked(eyes: Eyes) -> ColumnElement[bool]:
    """Whether a document is a reply to a case of the viewer's own region."""
    asked = and_(Case.id == PartyReply.case_id, own(eyes, Case.region_code))
    return exists().where(PartyReply.document_id == Document.id, asked)


def seen_case(session: Session, viewer: Viewer, found: Case, until: datetime | None) -> Case:
    """The case as the viewer may see it: itself, or as it stood when his region left."""
    if until is None:
        return found
    stage = session.execute(
        select(Task.stage, Task.stage_name)
        .where(Task.case_id == found.id, Task.region_code.in_(viewer.regions or ()))
        .where(Task.opened_at <= until)
        .order_by(Task.position.desc())
        .limit(1)
    ).one_or_none()
    return _copy(
        found,
        status=STATUS_AFTER_LEAVING,
        end_reason=REASON_AFTER_LEAVING,
        closed_at=until,
        stage=stage.stage if stage else 1,
        stage_name=stage.stage_name if stage else "",
        agreement_status=AgreementStatus.BELUM,
        agreement_starts_on=None,
        agreement_ends_on=None,
        next_timer_at=None,
        incident=None,
        state=b"",
    )


def seen_task(viewer: Viewer, task: Task, until: datetime | None) -> Task:
    """The task as the viewer may see it: without answers when they stayed in another house."""
    if viewer.regions is None or viewer.regions & {task.region_code, task.recorded_for}:
        return task
    if task.shared_at is not None and (until is None or task.shared_at <= until):
        return task
    return _copy(
        task,
        answers=None,
        answers_sha256=None,
        receipt=None,
        done_by=None,
        done_by_person_id=None,
        recorded_for=None,
        prepared=None,
        prepared_by=None,
        returned_note=None,
        sent_back=None,
    )


def seen_entry(
    viewer: Viewer, entry: History, task: Task | None, until: datetime | None
) -> History:
    """The history entry as the viewer may see it; `task` is the one it is about, if any.

    What happened between two houses names the second one as `party`: both read it whole.
    What is left out cannot be checked against the entry's hash any more: only a viewer of the whole
    installation can verify a chain.
    """
    region = task.region_code if task is not None else entry.details.get("region")
    recorded_for = task.recorded_for if task is not None else None
    if viewer.regions is None or region is None or viewer.regions & {region, recorded_for}:
        return entry
    if entry.details.get("party") in viewer.regions:
        return entry
    if (
        task is not None
        and entry.kind not in KEPT_IN_THE_HOUSE
        and task.shared_at is not None
        and (until is None or task.shared_at <= until)
    ):
        return entry
    told = {key: entry.details[key] for key in TOLD_OF_OTHERS if key in entry.details}
    return _copy(entry, actor={"kind": entry.actor.get("kind")}, details=told)


def _copy(row: Row, **changes: Any) -> Row:
    """A row like this one with some values changed; it belongs to no session and is never saved."""
    columns = inspect(type(row)).column_attrs.keys()
    return type(row)(**{key: getattr(row, key) for key in columns} | changes)
