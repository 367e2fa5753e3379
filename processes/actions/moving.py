"""Moving a case to another task, with four eyes: one administrator asks, another one confirms.

Who confirms sees what closes and what opens as the case stands then, and what he saw is what is
done: when the case has moved meanwhile he is asked to look again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.act import Act
from processes.actions.actor import Actor
from processes.actions.bookkeeping import keep_books
from processes.actions.cases import binds
from processes.actions.consequences import Moved, consequences
from processes.actions.orders import Order
from processes.actions.running import resume
from processes.actions.timers import caught_up
from processes.actions.wording import readable
from processes.engine.moving import Destination, destinations, move_to
from processes.engine.run import Run
from processes.errors import (
    CaseIncident,
    Conflict,
    NotAllowed,
    NotFound,
)
from processes.store import history, moves
from processes.store.tables import Case, CaseStatus, MoveRequest, MoveStatus

if TYPE_CHECKING:
    from processes.office import Office


def places_to_go(
    session: Session, office: Office, case: Case, now: datetime
) -> Sequence[Destination]:
    """Everywhere a case might be moved to, with what stands in the way; Conflict when it cannot be
    moved at all."""
    _check(session, office, case)
    return destinations(resume(session, office, case, now))


def foresee_move(
    session: Session, office: Office, case: Case, element: str, now: datetime
) -> Moved:
    """What closes and what opens; raises what the move itself would. Nothing is written."""
    _check(session, office, case)
    return _move(resume(session, office, case, now), element)


def ask_to_move(office: Office, case_id: str, element: str, *, order: Order, now: datetime) -> str:
    """Ask a second administrator to confirm a move; returns the id of the request.

    Raises NotAllowed, InvalidAnswers (`reason`, `authority`), or Conflict when the case
    cannot be moved or another request waits.
    """
    order.check_reason()
    readable(order.authority, field="authority", missing="repairing.authority_missing", limit=300)
    with caught_up(office, case_id, now) as (session, case):
        if not order.actor.may_act_for(case.region_code):
            raise NotAllowed
        waiting = moves.waiting_of(session, case)
        if waiting is not None and waiting.expires_at > now:
            raise Conflict("repairing.move_waits")
        if waiting is not None:
            moves.decide(waiting, MoveStatus.REFUSED, by="", note="", now=now)
            session.flush()
        foresee_move(session, office, case, element, now)
        known = {place.element: place for place in places_to_go(session, office, case, now)}
        move = moves.ask(
            session,
            case,
            element=element,
            name=known[element].name,
            reason=order.reason,
            authority=order.authority,
            asked_by=order.actor.name,
            asker=_key(order.actor),
            now=now,
        )
        _tell(session, case, "case.move_asked", move, order.actor, order.note, now)
        return move.id


def confirm_move(
    office: Office, move_id: str, *, revision: int, actor: Actor, now: datetime
) -> None:
    """Move the case as the confirming administrator saw it at this revision, in one transaction.

    Raises NotFound, NotAllowed for whoever asked himself, or Conflict when the request is decided
    or its days are over, or when the case is not what he saw.
    """
    case_id = _case_of(office, move_id)
    with caught_up(office, case_id, now) as (session, case):
        move = _waiting(session, case, move_id, actor, now)
        if move.asker == _key(actor):
            raise NotAllowed("repairing.move_four_eyes")
        if case.revision != revision:
            raise Conflict("repairing.move_changed")
        _check(session, office, case)
        run = resume(session, office, case, now)
        moved = _move(run, move.element)
        moves.decide(move, MoveStatus.DONE, by=actor.name, now=now)
        details = {
            "to": move.element,
            "to_name": move.name,
            "closed": [name for name, _ in moved.closed],
            "opened": [name for name, _ in moved.opened],
            "reason": f"{move.reason} ({move.authority})",
            "asked_by": move.asked_by,
        }
        act = Act(kind="case.moved", details=details)
        keep_books(session, office, case, run, act=act, actor=actor, now=now)


def refuse_move(office: Office, move_id: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Turn a request down, or take one's own back, with the reason."""
    reason = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with caught_up(office, _case_of(office, move_id), now) as (session, case):
        move = _waiting(session, case, move_id, actor, now)
        moves.decide(move, MoveStatus.REFUSED, by=actor.name, note=reason, now=now)
        _tell(session, case, "case.move_refused", move, actor, reason, now)


def _check(session: Session, office: Office, case: Case) -> None:
    if case.status is not CaseStatus.RUNNING:
        raise Conflict("errors.case_ended")
    if binds(session, office, case):
        raise Conflict("repairing.move_bound")


def _move(run: Run, element: str) -> Moved:
    try:
        return consequences(run, lambda: move_to(run, element))
    except CaseIncident as fault:
        # nothing is saved, so the case goes on as it was
        raise Conflict("repairing.move_impossible", why=fault.say()) from fault


def _case_of(office: Office, move_id: str) -> str:
    with office.database.read() as session:
        move = session.get(MoveRequest, move_id)
        if move is None:
            raise NotFound
        return move.case_id


def _waiting(
    session: Session, case: Case, move_id: str, actor: Actor, now: datetime
) -> MoveRequest:
    move = session.get_one(MoveRequest, move_id, populate_existing=True)
    if not actor.may_act_for(case.region_code):
        raise NotFound
    if move.status is not MoveStatus.WAITING:
        raise Conflict("repairing.move_decided")
    if move.expires_at <= now:
        raise Conflict("repairing.move_expired")
    return move


def _key(actor: Actor) -> str:
    """What tells one administrator from another: accounts and tokens have names of their own."""
    return f"{actor.kind}:{actor.name}"


def _tell(
    session: Session,
    case: Case,
    kind: str,
    move: MoveRequest,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    # until it is done it is a matter of the house that keeps the case
    details = {
        "region": case.region_code,
        "to": move.element,
        "to_name": move.name,
        "reason": reason,
    }
    history.append(session, case, at=now, kind=kind, actor=actor.as_entry(), details=details)
