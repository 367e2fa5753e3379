"""Open tasks change hands when officials come and go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from processes.store import links
from processes.store.acting import Change, duties_of, standing_in
from processes.store.tables import (
    Case,
    CaseOfficial,
    Official,
    Substitution,
    Task,
    TaskHolder,
    TaskStatus,
)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One open task whose holders changed."""

    task_id: str
    case_id: str
    #: ids of the officials who lost it; their links are dead
    left: tuple[str, ...]
    #: ids of the officials who got it; they have no link yet
    joined: tuple[str, ...]
    #: whether nobody holds it before one of several is chosen for its case
    asks: bool = False
    #: whose task it stays (id), when only who acts for him has changed
    whose: str | None = None


def hand_over(
    session: Session, *, left: Collection[str], joined: Collection[str], now: datetime
) -> list[Moved]:
    """Take open tasks from officials who left, and give them to those who joined (ids).

    A task that nobody would hold any more goes to all officials of its role; where one of several
    is chosen for its case, to nobody before that. Whoever stands in for one of them holds it for
    him. The cases are locked, so that nobody finishes a task while it changes hands.
    """
    tasks = _affected(session, left, joined)
    lock_cases(session, {task.case_id for task in tasks})
    acting = standing_in(session) if tasks else {}
    moved = []
    for task in tasks:
        session.refresh(task)
        if task.status is TaskStatus.OPEN:
            moved.append(_hand_over_one(session, task, left, joined, acting, now))
    return [move for move in moved if move.left or move.joined]


def hold(
    session: Session,
    task_id: str,
    official_ids: Sequence[str],
    *,
    by_name: bool = False,
    duties: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Let several officials hold a task that nobody holds, in the name of all in whose they act.

    `by_name`: it is given to them and nobody else, to each in one name only, his own as far as he
    is in office. `duties` are those of `duties_of`, where they are known.
    """
    if duties is None:
        duties = duties_of(session, official_ids)
    pairs = [
        (official_id, duty)
        for official_id in official_ids
        for duty in duties[official_id][: 1 if by_name else None]
    ]
    for position, (official_id, duty) in enumerate(pairs):
        session.add(
            TaskHolder(
                task_id=task_id,
                official_id=official_id,
                for_official_id=duty,
                position=position,
                by_name=by_name,
            )
        )


def misplaced(session: Session, region: str) -> list[tuple[TaskHolder, str]]:
    """The open tasks of a region's officials that somebody else holds than who acts for them now,
    each with the official (id) who should hold it."""
    acting = standing_in(session, region=region)
    owner = aliased(Official)
    rows = session.execute(
        select(TaskHolder, owner.in_office)
        .join(owner, owner.id == TaskHolder.for_official_id)
        .join(Task, Task.id == TaskHolder.task_id)
        .where(owner.region_code == region, Task.status == TaskStatus.OPEN)
        .where(
            or_(
                TaskHolder.official_id != TaskHolder.for_official_id,
                TaskHolder.for_official_id.in_(acting),
            )
        )
        .order_by(TaskHolder.task_id, TaskHolder.position)
    )
    found = []
    for row, in_office in rows:
        wanted = acting.get(row.for_official_id, row.for_official_id if in_office else None)
        if wanted is not None and wanted != row.official_id:
            found.append((row, wanted))
    return found


def put_right(session: Session, region: str, now: datetime) -> list[Moved]:
    """Give each open task to who acts for its official now; the links of who held it die, unless
    he holds it in another name too."""
    cases = dict(
        session.execute(
            select(Task.id, Task.case_id).where(
                Task.id.in_({row.task_id for row, _ in misplaced(session, region)})
            )
        ).all()
    )
    lock_cases(session, set(cases.values()))
    moved = []
    for row, wanted in misplaced(session, region):
        if row.task_id not in cases:
            continue  # opened meanwhile; the next look finds it
        before, row.official_id = row.official_id, wanted
        session.flush()
        _revoke(session, row.task_id, before, now)
        moved.append(
            Moved(
                task_id=row.task_id,
                case_id=cases[row.task_id],
                left=(before,),
                joined=(wanted,),
                whose=row.for_official_id,
            )
        )
    return moved


def lock_concerned(
    session: Session,
    regions: Collection[str],
    *,
    changes: Collection[Change] = (),
    left: Collection[str] = (),
    joined: Collection[str] = (),
) -> None:
    """Lock all at once the cases that will change when officials left and joined, and when others
    act for them than before: those of their open tasks, and of whatever else their links allow."""
    tasks = {row.task_id for region in regions for row, _ in misplaced(session, region)}
    concerned = {task.case_id for task in _affected(session, left, joined)}
    concerned |= set(session.scalars(select(Task.case_id).where(Task.id.in_(tasks))))
    for change in changes:
        concerned |= {task.case_id for task, _ in links.beside_answering(session, change.before)}
    lock_cases(session, concerned)


def lock_cases(session: Session, case_ids: Collection[str]) -> None:
    """Lock the cases in the order of their ids, so that two hand-overs never block each other."""
    query = select(Case.id).where(Case.id.in_(case_ids)).order_by(Case.id)
    session.execute(query.with_for_update()).all()


def _revoke(session: Session, task_id: str, official_id: str, now: datetime) -> None:
    """Kill the links to answer a task of somebody who holds it no more."""
    held = select(TaskHolder.task_id).where(
        TaskHolder.task_id == task_id, TaskHolder.official_id == official_id
    )
    if session.scalar(held.limit(1)) is None:
        links.revoke(session, task_id, now=now, official_id=official_id)


def _affected(session: Session, left: Collection[str], joined: Collection[str]) -> list[Task]:
    """Open tasks of somebody who left, or of a role and region somebody joined or left."""
    held = select(TaskHolder.task_id).where(TaskHolder.for_official_id.in_(left))
    is_open = Task.status == TaskStatus.OPEN
    found = {t.id: t for t in session.scalars(select(Task).where(is_open, Task.id.in_(held)))}
    of_role = (
        select(Task)
        .join(
            Official,
            (Official.region_code == Task.region_code) & (Official.role == Task.role),
        )
        .where(is_open, Official.id.in_({*joined, *left}))
    )
    found |= {task.id: task for task in session.scalars(of_role)}
    return [found[task_id] for task_id in sorted(found)]


def _hand_over_one(
    session: Session,
    task: Task,
    left: Collection[str],
    joined: Collection[str],
    acting: Mapping[str, str],
    now: datetime,
) -> Moved:
    rows = list(session.scalars(select(TaskHolder).where(TaskHolder.task_id == task.id)))
    gone = [row for row in rows if row.for_official_id in left]
    for row in gone:
        session.delete(row)
    session.flush()
    for row in gone:
        _revoke(session, task.id, row.official_id, now)
    staying = [row for row in rows if row not in gone]
    new: list[str] = []
    asks = False
    if not any(row.by_name for row in staying):
        whose = {row.for_official_id for row in staying}
        waiting = not rows and bool(links.waiting_for_choice(session, [task.id]))
        new, asks = _successors(session, task, whose, joined, waiting=waiting)
    last = max((row.position for row in rows), default=-1)
    for position, duty in enumerate(new, start=last + 1):
        session.add(
            TaskHolder(
                task_id=task.id,
                official_id=acting.get(duty, duty),
                for_official_id=duty,
                position=position,
            )
        )
    session.flush()
    return Moved(
        task_id=task.id,
        case_id=task.case_id,
        left=tuple(row.official_id for row in gone),
        joined=tuple(dict.fromkeys(acting.get(duty, duty) for duty in new)),
        asks=asks and bool(gone),
    )


def _successors(
    session: Session,
    task: Task,
    staying: Collection[str],
    joined: Collection[str],
    *,
    waiting: bool,
) -> tuple[list[str], bool]:
    """Whose task it becomes beside those who stay; whether one of several has to be chosen first.

    `waiting`: nobody held it because that was asked already.
    """
    of_role = _in_office(session, task)
    if not waiting and not _was_chosen(session, task):
        return [i for i in of_role if i not in staying and (i in joined or not staying)], False
    if staying:
        return [], False  # nobody joins the one who was chosen
    chosen = _chosen(session, task)
    if chosen in of_role:
        return [chosen], False
    return (of_role, False) if len(of_role) < 2 else ([], True)


def _was_chosen(session: Session, task: Task) -> bool:
    """Whether one holder of the task's role was chosen for its case, whether he left or not."""
    return _chosen(session, task) is not None


def _chosen(session: Session, task: Task) -> str | None:
    chosen = select(CaseOfficial.official_id).where(
        CaseOfficial.case_id == task.case_id,
        CaseOfficial.region_code == task.region_code,
        CaseOfficial.role == task.role,
    )
    return session.scalar(chosen)


def _in_office(session: Session, task: Task) -> list[str]:
    """The officials of the task's role who act, or for whom somebody acts."""
    away = select(Substitution.official_id).where(
        Substitution.ended_at.is_(None), Substitution.acting_id.is_not(None)
    )
    query = select(Official.id).where(
        Official.region_code == task.region_code,
        Official.role == task.role,
        Official.in_office,
        or_(Official.active, Official.id.in_(away)),
    )
    return list(session.scalars(query.order_by(Official.id)))
