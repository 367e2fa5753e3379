"""Cases: one, some, their parties and their history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, or_, select
from sqlalchemy import case as one_of
from sqlalchemy.orm import Session, aliased

from processes.store.among import among
from processes.store.asking import Question
from processes.store.questions.pages import Page, rows_of_page
from processes.store.questions.seen import NEVER, SeenQuestion
from processes.store.questions.sight import (
    STATUS_AFTER_LEAVING,
    Eyes,
    seen_case,
    seen_entry,
    sight,
)
from processes.store.tables import Case, CaseStatus, History, Party, Task, TaskStatus
from processes.store.viewer import Viewer

#: read at once for a file
BATCH = 200


@dataclass(frozen=True, kw_only=True)
class CaseFilters:
    """Which cases are wanted; None does not narrow."""

    status: CaseStatus | None = None
    stage: int | None = None
    #: code of a region that takes part
    region: str | None = None
    #: True: with a task that is late; False: without one
    overdue: bool | None = None
    #: words of the title, or a part of the number
    words: str | None = None


def find_case(session: Session, viewer: Viewer, case_id: str) -> Case | None:
    """The case as the viewer may see it; None when there is none, or none for him."""
    rows = FOUND.rows(session, viewer, case=case_id)
    return seen_case(session, viewer, *rows[0]) if rows else None


def page_of_cases(
    session: Session, viewer: Viewer, filters: CaseFilters, *, page: int, now: datetime
) -> Page[Case]:
    """One page of the cases the viewer may see, the newest first."""
    query, seen = visible_cases(viewer)
    conditions = _conditions(filters, seen, now)
    newest_first = query.where(*conditions).order_by(Case.opened_at.desc(), Case.number.desc())
    rows, total = rows_of_page(session, newest_first, page)
    items = [seen_case(session, viewer, found, until) for found, until in rows]
    return Page(items=items, number=page, total=total)


def own_cases(session: Session, viewer: Viewer, limit: int = 50) -> list[Case]:
    """The cases that the viewer's own regions asked for, those that run first, then the newest."""
    query, _ = visible_cases(viewer)
    if not viewer.sees_everything:
        query = query.where(Case.region_code.in_(viewer.regions or ()))
    runs_first = one_of((Case.status == CaseStatus.RUNNING, 0), else_=1)
    rows = query.order_by(runs_first, Case.opened_at.desc(), Case.number.desc()).limit(limit)
    return [seen_case(session, viewer, found, until) for found, until in session.execute(rows)]


def each_case(
    session: Session, viewer: Viewer, filters: CaseFilters, *, now: datetime
) -> Iterator[list[Case]]:
    """All the cases the viewer may see, the newest first, some at a time."""
    query, seen = visible_cases(viewer)
    newest_first = query.where(*_conditions(filters, seen, now)).order_by(
        Case.opened_at.desc(), Case.number.desc()
    )
    result = session.execute(newest_first.execution_options(yield_per=BATCH))
    for rows in result.partitions():
        yield [seen_case(session, viewer, found, until) for found, until in rows]


def cases_of_tasks(session: Session, tasks: Sequence[Task]) -> dict[str, Case]:
    """By id, the cases of some tasks that were read for somebody."""
    query = select(Case).where(Case.id.in_({task.case_id for task in tasks}))
    return {case.id: case for case in session.scalars(query)}


#: the parties of a `case`, pemrakarsa first
PARTIES = Question(
    lambda p: select(Party).where(Party.case_id == p.one("case")), order=(Party.position,)
)


def parties_of_case(session: Session, case_id: str) -> list[Party]:
    """The parties, pemrakarsa first; those that left have `left_at`."""
    return PARTIES.firsts(session, case=case_id)


def parties_of_cases(session: Session, case_ids: Sequence[str]) -> dict[str, list[Party]]:
    """The parties of several cases by case id, pemrakarsa first; those that left have `left_at`."""
    found: dict[str, list[Party]] = {case_id: [] for case_id in case_ids}
    query = select(Party).where(among(Party.case_id, case_ids)).order_by(Party.position)
    for party in session.scalars(query):
        found[party.case_id].append(party)
    return found


def party_codes(
    session: Session, case_ids: Sequence[str], *, staying: bool = False
) -> dict[str, list[str]]:
    """The codes of the parties of several cases by case id, pemrakarsa first.

    With `staying` those that refused or left are not among them.
    """
    found: dict[str, list[str]] = {case_id: [] for case_id in case_ids}
    query = select(Party.case_id, Party.region_code).where(among(Party.case_id, case_ids))
    if staying:
        query = query.where(Party.left_at.is_(None))
    for case_id, code in session.execute(query.order_by(Party.position)):
        found[case_id].append(code)
    return found


def proposed_answers(session: Session, case_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Answers proposed for the tasks of several cases, by case id and element.

    A case for which nothing is proposed is not among the keys. Only whoever answers a task may be
    shown what is proposed for it.
    """
    query = select(Case.id, Case.proposed).where(Case.id.in_(case_ids), Case.proposed.is_not(None))
    return {case_id: proposed or {} for case_id, proposed in session.execute(query)}


def history_of_case(session: Session, viewer: Viewer, case_id: str) -> list[History]:
    """What happened, oldest first, as the viewer may see it; empty when the case is not his."""
    found = _entries(session, viewer, case_id)
    if found is None:
        return []
    entries, until = found
    return _seen_entries(session, viewer, case_id, session.scalars(entries), until)


def page_of_history(session: Session, viewer: Viewer, case_id: str, *, page: int) -> Page[History]:
    """One page of what happened, oldest first, as the viewer may see it; empty when the case is not
    his."""
    found = _entries(session, viewer, case_id)
    if found is None:
        return Page(items=[], number=page, total=0)
    entries, until = found
    rows, total = rows_of_page(session, entries, page)
    items = _seen_entries(session, viewer, case_id, (row[0] for row in rows), until)
    return Page(items=items, number=page, total=total)


def _entries(
    session: Session, viewer: Viewer, case_id: str
) -> tuple[Select[History], datetime | None] | None:
    """The entries of a case that the viewer sees, and until when he sees it; None when he does
    not see it at all."""
    visible, _ = visible_cases(viewer)
    row = session.execute(visible.where(Case.id == case_id)).one_or_none()
    if row is None:
        return None
    until: datetime | None = row[1]
    entries = select(History).where(History.case_id == case_id).order_by(History.seq)
    return (entries if until is None else entries.where(History.at <= until)), until


def _seen_entries(
    session: Session,
    viewer: Viewer,
    case_id: str,
    entries: Iterable[History],
    until: datetime | None,
) -> list[History]:
    if viewer.sees_everything:
        return list(entries)
    tasks = {t.id: t for t in session.scalars(select(Task).where(Task.case_id == case_id))}
    return [
        seen_entry(viewer, entry, tasks.get(entry.details.get("task", "")), until)
        for entry in entries
    ]


def cases_with_due_timers(session: Session, now: datetime, limit: int) -> list[Case]:
    """Running cases whose earliest BPMN timer is due, the oldest first.

    Nothing is locked: whoever fires them takes each with `lock_case` and looks again.
    """
    due = select(Case).where(Case.next_timer_at <= now, Case.status == CaseStatus.RUNNING)
    return list(session.scalars(due.order_by(Case.next_timer_at, Case.id).limit(limit)))


def timers_are_behind(session: Session, since: datetime) -> bool:
    """Whether a BPMN timer that was due by `since` has not even been tried."""
    untried = select(Case.id).where(Case.next_timer_at <= since, Case.failures == 0)
    running = untried.where(Case.status == CaseStatus.RUNNING)
    return session.scalar(running.limit(1)) is not None


def visible_cases(viewer: Eyes) -> tuple[Select[Case, Any], Subquery | None]:
    """The cases a viewer sees, each with the moment his region left (or None)."""
    everything: Select[Case, Any] = select(Case, NEVER)
    if viewer.sees_everything:
        return everything, None
    seen = sight(viewer)
    return select(Case, seen.c.until).join(seen, seen.c.case_id == Case.id), seen


#: a `case` as far as a viewer sees it, with the moment his region left
FOUND = SeenQuestion(lambda p, eyes: visible_cases(eyes)[0].where(Case.id == p.one("case")))


def _conditions(
    filters: CaseFilters, seen: Subquery | None, now: datetime
) -> list[ColumnElement[bool]]:
    still_in = seen.c.until.is_(None) if seen is not None else Case.id.is_not(None)
    wanted: list[ColumnElement[bool]] = []
    if filters.status is not None:
        status = one_of((still_in, Case.status), else_=STATUS_AFTER_LEAVING.value)
        wanted.append(status == filters.status.value)
    if filters.stage is not None:
        wanted.append(and_(still_in, Case.stage == filters.stage))
    if filters.region is not None:
        wanted.append(_takes_part(filters.region))
    if filters.overdue is not None:
        late = and_(still_in, _is_late(now))
        wanted.append(late if filters.overdue else ~late)
    if filters.words:
        wanted.append(_says(filters.words))
    return wanted


def _takes_part(region: str) -> ColumnElement[bool]:
    other = aliased(Party)
    return exists().where(other.case_id == Case.id, other.region_code == region)


def _is_late(now: datetime) -> ColumnElement[bool]:
    is_open = Task.status == TaskStatus.OPEN
    return exists().where(Task.case_id == Case.id, is_open, Task.due_at < now)


def _says(words: str) -> ColumnElement[bool]:
    return or_(
        Case.title.icontains(words, autoescape=True), Case.number.icontains(words, autoescape=True)
    )
