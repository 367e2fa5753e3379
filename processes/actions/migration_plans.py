"""What becomes of one case when it gets another version of its procedure; nothing is written.

The preview and the act are made from the same plan, so that what is shown is what is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.migrated_deadlines import Counting, TaskMove
from processes.actions.migration_wishes import MigrationWish
from processes.actions.orders import Order
from processes.actions.running import guarded, readable, resume
from processes.engine import migration
from processes.engine.migration import Given, Obstacle, Plan, Reason
from processes.engine.migration.moments import hold_new, words_of_timers
from processes.engine.migration.sameness import is_same_but_words
from processes.engine.recounting import MovedTimer
from processes.engine.run import Run
from processes.errors import CaseIncident, Conflict, NotAllowed
from processes.sentences import say
from processes.store import procedures, questions
from processes.store.case_migrations import GOING_ON
from processes.store.tables import Case, ProcedureVersion, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office


class CaseStays(Conflict):
    """The case does not fit into the other version; `reasons` say why, in the owner's words."""

    default_key = "migrating.stays"

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(why=" ".join(reason.say() for reason in reasons))

    def say(self, language: str = "id") -> str:
        """The reasons, one sentence after the other."""
        why = " ".join(reason.say(language) for reason in self.reasons)
        return say("migrating.stays", language, why=why)


@dataclass(frozen=True, kw_only=True)
class CasePlan:
    """One case in the other version."""

    case: Case
    old: ProcedureVersion
    new: ProcedureVersion
    found: Plan
    #: whether nothing but words differs, so that its state is not touched
    words_only: bool
    #: the case as it runs on there
    run: Run
    tasks: Sequence[TaskMove]
    #: open tasks that close, because their token goes on elsewhere
    closing: Sequence[Task]
    #: names and regions of the tasks that open there
    opening: Sequence[tuple[str, str]]
    timers: Sequence[MovedTimer]


def plan_case(
    session: Session, office: Office, case: Case, wish: MigrationWish, order: Order, now: datetime
) -> CasePlan:
    """What becomes of a case.

    Raises CaseStays, NotAllowed, or Conflict when it is over, of another procedure, or on that
    version already.
    """
    if not order.actor.may_act_for(case.region_code):
        raise NotAllowed
    old = procedures.get_version(session, case.version_id)
    new = procedures.get_version(session, wish.version_id)
    if case.status not in GOING_ON:
        raise Conflict("errors.case_ended")
    if old.key != new.key:
        raise Conflict("migrating.other_procedure", key=old.key)
    if old.id == new.id:
        raise Conflict("migrating.already", number=new.number)
    try:
        with readable(case):
            return guarded(lambda: _planned(session, office, case, (old, new), wish, order, now))
    except CaseIncident as fault:
        reason = Reason(obstacle=Obstacle.FAULT, element="", name="", detail=fault.say())
        raise CaseStays([reason]) from fault


def _planned(
    session: Session,
    office: Office,
    case: Case,
    versions: tuple[ProcedureVersion, ProcedureVersion],
    wish: MigrationWish,
    order: Order,
    now: datetime,
) -> CasePlan:
    old, new = (office.procedure(session, version.id) for version in versions)
    words_only = is_same_but_words(old, new)
    rows = list(
        session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.position))
    )
    if words_only:
        found = Plan(state=case.state)
        run = new.resume(case.state, region=case.region_code, now=now, calendar=office.calendar)
    else:
        found = migration.plan(
            case.state, old, new, replacements=wish.replacements, given=_given(rows)
        )
        if not found.fits:
            raise CaseStays(found.reasons)
        run = migration.migrate(
            found, new, region=case.region_code, now=now, calendar=office.calendar
        )
    open_rows = [row for row in rows if row.status is TaskStatus.OPEN]
    there = {task.id: task for task in run.open_tasks()}
    known = {row.id for row in open_rows}
    counting = Counting(
        run=run,
        wish=wish,
        calendar=office.calendar,
        by=order.actor.name,
        note=order.note,
        now=now,
    )
    had = questions.deadlines_of_tasks(session, list(known))
    moves = [
        counting.task(row, had.get(row.id, []), old.shapes[row.element], there[row.id])
        for row in open_rows
        if row.id in there
    ]
    for move in moves:
        if move.task.paused_at is not None:
            hold_new(run, move.task.id)
    before = words_of_timers(resume(session, office, case, now))
    return CasePlan(
        case=case,
        old=versions[0],
        new=versions[1],
        found=found,
        words_only=words_only,
        run=run,
        tasks=moves,
        closing=[row for row in open_rows if row.id not in there],
        opening=[(t.shape.name, t.region) for t in there.values() if t.id not in known],
        timers=counting.timers(moves, before),
    )


def _given(rows: Sequence[Task]) -> list[Given]:
    """The answers of the finished tasks, in the order in which they were given."""
    done = [
        r for r in rows if r.status is TaskStatus.DONE and r.answers is not None and r.closed_at
    ]
    return [
        Given(element=row.element, region=row.region_code, answers=row.answers or {})
        for row in sorted(done, key=lambda row: (row.closed_at, row.position))
    ]
