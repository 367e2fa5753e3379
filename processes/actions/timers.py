"""What time does to cases: BPMN timers that are due fire, one case per transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.act import Act
from processes.actions.actor import Actor
from processes.actions.bookkeeping import keep_books
from processes.actions.recounting import is_behind, recount_case
from processes.actions.running import guarded, resume
from processes.errors import CaseIncident, Conflict
from processes.store import history, outbox
from processes.store.asking import Asked, ask_ahead
from processes.store.locks import lock_case
from processes.store.questions import cases_with_due_timers
from processes.store.shared_letters import let_share
from processes.store.tables import Case, CaseStatus

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)

#: what an act on a case that was locked just now will ask
Ahead = Callable[[Session, Case], Iterable[Asked]]
#: finds a case and locks it
Lock = Callable[[Session], Case]
#: attempts of the clock at one case before it waits for an administrator
MOST_FAILURES = 3


def fire_timers(office: Office, *, now: datetime, limit: int = 100) -> int:
    """Fire the timers of up to `limit` cases that are due; returns how many cases moved.

    A case whose diagram cannot go on is left as it was and tried again by later calls; after three
    attempts it becomes an incident. It never holds up the others.
    """
    with office.database.read() as session:
        due = [case.id for case in cases_with_due_timers(session, now, limit)]
    moved = 0
    for case_id in due:
        try:
            moved += fire_timers_of(office, case_id, now=now)
        except Exception as fault:
            # whatever one case does must not keep the others waiting; it is counted against it
            log.exception("timers failed", extra={"case": case_id})
            _count_failure(office, case_id, f"{type(fault).__name__}: {fault}"[:500], now)
    return moved


def fire_timers_of(office: Office, case_id: str, *, now: datetime) -> int:
    """Fire the due timers of one case; 1 when it moved, else 0.

    A case that is behind the calendar is counted first, so that nothing fires on a day off.
    """
    try:
        with office.database.write() as session:
            case = lock_case(session, case_id)
            if not is_behind(session, office, case):
                return int(_fire(session, office, case, now))
    except CaseIncident as fault:
        _count_failure(office, case_id, fault.say(), now)
        return 0
    return fire_timers_of(office, case_id, now=now) if recount_case(office, case_id, now=now) else 0


@contextmanager
def caught_up(
    office: Office, whose: str | Lock, now: datetime, *, ahead: Ahead | None = None
) -> Iterator[tuple[Session, Case]]:
    """One transaction on a locked case in which nothing that was due by `now` is still to fire, by
    the calendar as it is now; `whose` is the case's id, or finds and locks it.

    What was due fires first, in transactions of its own, so that it stands even when the act that
    follows is refused. What the act asks `ahead` is asked as soon as the case is locked.
    """
    for _ in range(2 * MOST_FAILURES + 1):
        with office.database.write() as session:
            case = lock_case(session, whose) if isinstance(whose, str) else whose(session)
            if ahead is not None:
                ask_ahead(session, ahead(session, case))
            if not is_behind(session, office, case) and not _has_due(case, now):
                yield session, case
                return
        fire_timers_of(office, case.id, now=now)
    raise Conflict


def _has_due(case: Case, now: datetime) -> bool:
    due = case.next_timer_at
    return case.status is CaseStatus.RUNNING and due is not None and due <= now


def _fire(session: Session, office: Office, case: Case, now: datetime) -> bool:
    due = case.next_timer_at
    if due is None or not _has_due(case, now):
        return False
    run = resume(session, office, case, now)
    guarded(run.fire_timers)
    act = Act(kind="timer.fired", details={"due": due.isoformat(), "events": run.fired})
    keep_books(session, office, case, run, act=act, actor=Actor.clock(), now=now)
    if now - due > outbox.CATCHING_UP:
        let_share(session, case.id, now)
    return True


def record_incident(office: Office, case_id: str, why: str, now: datetime) -> None:
    """Mark a case for the administrator, with the reason, in its history too."""
    with office.database.write() as session:
        case = lock_case(session, case_id)
        _mark(session, case, why, now)


def _mark(session: Session, case: Case, why: str, now: datetime) -> None:
    case.status, case.incident = CaseStatus.INCIDENT, why
    history.append(
        session,
        case,
        at=now,
        kind="case.incident",
        actor=Actor.clock().as_entry(),
        details={"why": why},
    )


def _count_failure(office: Office, case_id: str, why: str, now: datetime) -> None:
    with office.database.write() as session:
        case = lock_case(session, case_id)
        case.failures += 1
        if case.failures >= MOST_FAILURES:
            _mark(session, case, why, now)
