"""Waking a saved case, and telling the diagram's faults from the user's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.orm import Session

from processes.engine.codec import UnreadableState
from processes.engine.decisions import DecisionError
from processes.engine.run import Run
from processes.engine.told import EngineFault
from processes.errors import CaseIncident, UnsafeExpression
from processes.sentences import say
from processes.store.tables import Case

if TYPE_CHECKING:
    from processes.office import Office

T = TypeVar("T")


def resume(session: Session, office: Office, case: Case, now: datetime) -> Run:
    """The case as it was saved, at the moment `now`; CaseIncident when that cannot be read."""
    procedure, region = office.procedure(session, case.version_id), case.region_code
    with readable(case):
        return procedure.resume(case.state, region=region, now=now, calendar=office.calendar)


@contextmanager
def readable(case: Case) -> Iterator[None]:
    """Say of a saved state that cannot be read that it is so, as a CaseIncident."""
    try:
        yield
    except UnreadableState as broken:
        raise CaseIncident("errors.state_unreadable", number=case.number) from broken


def guarded(act: Callable[[], T]) -> T:
    """Do something with a running case; what its diagram does wrong becomes one CaseIncident."""
    try:
        return act()
    except (UnsafeExpression, DecisionError) as fault:
        raise CaseIncident("errors.incident_because", why=fault.say()) from fault
    except EngineFault as fault:
        raise CaseIncident("errors.incident_because", why=str(fault)) from fault


def fired_at_once(run: Run) -> list[str]:
    """What a date in the answers let happen in the same moment; a typing error shows here."""
    return [say("errors.fired_at_once", events=", ".join(run.fired))] if run.fired else []
