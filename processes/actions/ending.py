"""Ending a case on request: withdrawn, or cancelled when it was opened by mistake.

A withdrawal asks for minutes and leaves them on record, because others may have acted on the case.
What never left the house that opened it needs none: it is cancelled and over at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.act import Act
from processes.actions.actor import Actor
from processes.actions.bookkeeping import keep_books
from processes.actions.cases import ask_for_the_end, withdraw_case, withdrawal
from processes.actions.consequences import Moved, consequences
from processes.actions.orders import Order
from processes.actions.running import resume
from processes.actions.timers import caught_up
from processes.engine.run import Run
from processes.engine.shapes import Ending
from processes.errors import Conflict, KsddError, NotAllowed
from processes.sentences import say
from processes.store import links
from processes.store.tables import Case, CaseStatus, PartyReply, RepairAct, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office

#: why a cancelled case ended, as it is kept
CANCELLED = "dibatalkan"
NOTHING = Moved(closed=(), opened=())


@dataclass(frozen=True, kw_only=True)
class ForeseenEnd:
    """What ending one case would do."""

    case: Case
    moved: Moved = NOTHING
    #: how many living links would lead nowhere
    dying: int = 0
    #: why it cannot be done; None when it can
    refusal: KsddError | None = None


def withdraw_on_order(office: Office, case_id: str, *, order: Order, now: datetime) -> None:
    """Withdraw a case, or end its agreement, with the reason and authority of an order."""
    order.check_reason()
    withdraw_case(
        office, case_id, reason=order.note, actor=order.actor, now=now, take_part=order.take_part
    )


def cancel_case(office: Office, case_id: str, *, order: Order, now: datetime) -> None:
    """Close a case that was opened by mistake, at once and without minutes.

    Raises NotAllowed, or Conflict when it has ended or something of it was sent to another party.
    """
    order.check_reason()
    with caught_up(office, case_id, now) as (session, case):
        order.take_part(session, now)
        _check_cancelling(session, case, order.actor)
        run = resume(session, office, case, now)
        run.stop(_cancelled())
        act = Act(kind="case.cancelled", details={"reason": order.note})
        keep_books(session, office, case, run, act=act, actor=order.actor, now=now)


def foresee_ends(
    session: Session,
    office: Office,
    cases: Sequence[Case],
    act: RepairAct,
    *,
    actor: Actor,
    now: datetime,
) -> list[ForeseenEnd]:
    """What withdrawing or cancelling would do to each of the cases. Nothing is written."""
    return [_foreseen(session, office, case, act, actor, now) for case in cases]


def _foreseen(
    session: Session, office: Office, case: Case, act: RepairAct, actor: Actor, now: datetime
) -> ForeseenEnd:
    try:
        end = _end_of(session, office, case, act, actor)
        run = resume(session, office, case, now)
        moved = consequences(run, lambda: end(run))
    except KsddError as refusal:
        return ForeseenEnd(case=case, refusal=refusal)
    open_ones = select(Task.id).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    living = links.count_living(session, list(session.scalars(open_ones)))
    return ForeseenEnd(case=case, moved=moved, dying=sum(living.values()))


def _end_of(
    session: Session, office: Office, case: Case, act: RepairAct, actor: Actor
) -> Callable[[Run], None]:
    """How the case at work would be ended; raises what the act itself would refuse with."""
    if act is RepairAct.CANCEL:
        _check_cancelling(session, case, actor)
        return lambda run: run.stop(_cancelled())
    message = withdrawal(session, office, case, actor)
    return lambda run: ask_for_the_end(run, message)


def _cancelled() -> Ending:
    name = say("repairing.cancelled_how")
    return Ending(element="", name=name, status=CaseStatus.STOPPED.value, reason=CANCELLED)


def _check_cancelling(session: Session, case: Case, actor: Actor) -> None:
    if not actor.may_act_for(case.region_code):
        raise NotAllowed
    if case.status not in (CaseStatus.RUNNING, CaseStatus.INCIDENT):
        raise Conflict("errors.case_ended")
    shared = select(Task.id).where(Task.case_id == case.id, Task.shared_at.is_not(None)).limit(1)
    replied = select(PartyReply.id).where(PartyReply.case_id == case.id).limit(1)
    if session.scalar(shared) is not None or session.scalar(replied) is not None:
        raise Conflict("repairing.cancel_shared")
