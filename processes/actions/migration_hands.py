"""Who holds an open task when the drawing gives it to another role or another house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from processes.actions.handing_over import names_of
from processes.actions.inviting import House, house_of, invite, send_all
from processes.actions.migrated_deadlines import TaskMove
from processes.actions.orders import Order
from processes.actions.task_entries import tell_of_task
from processes.engine.procedure import Procedure
from processes.store import links, questions
from processes.store.questions.people import Holder
from processes.store.tables import (
    Case,
    Link,
    LinkPurpose,
    Official,
    Task,
    TaskHolder,
    TaskStatus,
)

if TYPE_CHECKING:
    from processes.office import Office

#: open tasks of which a holder, or who has a living link into it, does not act any more
ENTRUSTED_TO_SOMEBODY_GONE = select(Task).where(
    Task.status == TaskStatus.OPEN,
    select(Official.id)
    .where(
        Official.active.is_(False),
        or_(
            Official.id.in_(select(TaskHolder.official_id).where(TaskHolder.task_id == Task.id)),
            Official.id.in_(
                select(Link.official_id).where(Link.task_id == Task.id, Link.revoked_at.is_(None))
            ),
        ),
    )
    .exists(),
)


def change_hands(
    session: Session,
    office: Office,
    case: Case,
    move: TaskMove,
    procedure: Procedure,
    order: Order,
    now: datetime,
) -> None:
    """Give a task to the role that holds it now, and its preparation to the one that prepares it;
    nothing happens where both are the same. The links of those who lose it die at once."""
    task, shape = move.task, move.now.shape
    prepares = shape.preparer or None
    if not move.changes_hands and prepares == task.preparer_role:
        return
    house = house_of(session, case, [move.now.region], procedure.chosen_roles)
    _end_preparing(session, task, house, now)
    if not move.changes_hands:
        task.preparer_role = prepares
        _let_prepare(session, office, task, house, now)
        return
    before = _take_away(session, task, now)
    task.role, task.region_code, task.preparer_role = shape.role, move.now.region, prepares
    session.flush()
    _give(session, office, case, task, house, before, order, now)


def pass_on(
    session: Session,
    office: Office,
    case: Case,
    procedure: Procedure,
    order: Order,
    now: datetime,
) -> None:
    """Give every open task of which somebody has a link, or which he holds, who does not act any
    more to whoever acts in its role now."""
    for task in session.scalars(ENTRUSTED_TO_SOMEBODY_GONE.where(Task.case_id == case.id)).all():
        house = house_of(session, case, [task.region_code], procedure.chosen_roles)
        before = _take_away(session, task, now)
        _give(session, office, case, task, house, before, order, now)


def _take_away(session: Session, task: Task, now: datetime) -> list[Holder]:
    """Let the links of a task die; who held it."""
    before = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
    links.revoke(session, task.id, now=now)
    session.execute(delete(TaskHolder).where(TaskHolder.task_id == task.id))
    return before


def _give(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    house: House,
    before: Sequence[Holder],
    order: Order,
    now: datetime,
) -> None:
    after = invite(session, office, task, house, now)
    told = {"before": names_of(before), "after": names_of(after), "reason": order.note}
    tell_of_task(session, case, task, "task.reassigned", order.actor, now, told)


def _end_preparing(session: Session, task: Task, house: House, now: datetime) -> None:
    people = house.people.get((task.region_code, task.preparer_role or ""), [])
    links.revoke_preparing(session, task.id, [official.id for official, _ in people], now=now)


def _let_prepare(session: Session, office: Office, task: Task, house: House, now: datetime) -> None:
    own = {person.id for _, person in house.of(task.region_code, task.role)}
    others = [
        (official, person)
        for official, person in house.of(task.region_code, task.preparer_role)
        if person.id not in own
    ]
    send_all(session, office, task, others, now, kind="siapkan", purpose=LinkPurpose.PREPARE)
