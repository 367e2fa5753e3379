"""Opening a case and withdrawing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.bookkeeping import Act, keep_books
from processes.actions.running import guarded, resume
from processes.actions.timers import caught_up
from processes.actions.wording import readable
from processes.errors import Conflict, FieldError, InvalidAnswers, KsddError, NotAllowed, NotFound
from processes.store import procedures as versions
from processes.store.numbers import next_number
from processes.store.tables import (
    Case,
    CaseStatus,
    Party,
    ProcedureVersion,
    Region,
    Task,
    TaskStatus,
    new_id,
)

if TYPE_CHECKING:
    from processes.office import Office

#: partners one case may have; procedure.md: a case has 2 to 50 parties
MOST_PARTNERS = 49
MOST_TITLE = 300
#: messages of the diagram that end a case on request, before and after it binds
WITHDRAWAL, TERMINATION = "penarikan", "pengakhiran"


def open_case(
    office: Office,
    *,
    procedure: str,
    region: str,
    parties: Sequence[str],
    title: str,
    actor: Actor,
    now: datetime,
) -> str:
    """Open a case of `region` with the partners `parties` (codes); returns the case's id.

    Raises InvalidAnswers (title, region, parties), NotFound (no such procedure) or NotAllowed.
    """
    if not actor.may_act_for(region):
        raise NotAllowed
    with office.database.write() as session:
        title = _checked_opening(session, region, parties, title)
        version = versions.latest(session, procedure)
        if version is None:
            raise NotFound("errors.no_procedure", key=procedure)
        case = _new_case(session, office, version, region, title, now)
        everyone = [region, *parties]
        session.add_all(
            Party(case_id=case.id, region_code=code, position=position)
            for position, code in enumerate(everyone)
        )
        parsed = office.procedure(session, version.id)
        run = guarded(lambda: parsed.start(parties=everyone, now=now, calendar=office.calendar))
        act = Act(
            kind="case.opened",
            details={"title": title, "parties": everyone, "version": version.number},
        )
        keep_books(session, office, case, run, act=act, actor=actor, now=now)
        return case.id


def withdraw_case(
    office: Office, case_id: str, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Start the withdrawal of a case that binds nobody yet, or the ending of one that does.

    A case binds once a signature stands, that is a finished task whose answers meet the property
    `mengikat` of its shape, unless the case went back to an earlier stage afterwards.
    """
    reason = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with caught_up(office, case_id, now) as (session, case):
        if not actor.may_act_for(case.region_code):
            raise NotAllowed
        if case.status not in (CaseStatus.RUNNING, CaseStatus.INCIDENT):
            raise Conflict("errors.case_ended")
        run = resume(session, office, case, now)
        message = TERMINATION if binds(session, office, case) else WITHDRAWAL
        if _is_ending(session, office, case):
            raise Conflict("errors.withdrawal_running")
        guarded(lambda: run.send(message))
        act = Act(kind=f"case.{message}", details={"reason": reason})
        keep_books(session, office, case, run, act=act, actor=actor, now=now)


def _checked_opening(session: Session, region: str, parties: Sequence[str], typed: str) -> str:
    """The title in its stored form; raises InvalidAnswers with everything that is wrong."""
    errors: dict[str, KsddError] = {}
    title = ""
    try:
        title = readable(typed, field="title", missing="errors.title_missing", limit=MOST_TITLE)
    except InvalidAnswers as found:
        errors |= found.fields
    known = set(session.scalars(select(Region.code).where(Region.code.in_([region, *parties]))))
    if region not in known:
        errors["region"] = FieldError("errors.party_unknown", code=region)
    problem = _problem_with(parties, region, known)
    if problem is not None:
        errors["parties"] = problem
    if errors:
        raise InvalidAnswers(errors)
    return " ".join(title.split())


def _problem_with(parties: Sequence[str], region: str, known: set[str]) -> KsddError | None:
    if not parties:
        return FieldError("errors.party_missing")
    if len(parties) > MOST_PARTNERS:
        return FieldError("errors.party_many", most=MOST_PARTNERS)
    seen = {region}
    for code in parties:
        if code in seen:
            return FieldError("errors.party_twice", code=code)
        if code not in known:
            return FieldError("errors.party_unknown", code=code)
        seen.add(code)
    return None


def _new_case(
    session: Session,
    office: Office,
    version: ProcedureVersion,
    region: str,
    title: str,
    now: datetime,
) -> Case:
    case = Case(
        id=new_id(),
        number=_next_number(session, office, region, now),
        title=title,
        version_id=version.id,
        region_code=region,
        status=CaseStatus.RUNNING,
        state=b"",
        revision=0,
        history_seq=0,
        history_head="",
        failures=0,
        opened_at=now,
    )
    session.add(case)
    session.flush()
    return case


def _next_number(session: Session, office: Office, region: str, now: datetime) -> str:
    """`KSDD/2026/0001`: the year is that of the region's zone; numbers leave no gap."""
    zone: ZoneInfo = office.calendar.zone(region)
    year = now.astimezone(zone).year
    return f"KSDD/{year}/{next_number(session, f'case:{year}'):04d}"


def binds(session: Session, office: Office, case: Case) -> bool:
    """Whether a signature stands, so that the case binds a region already."""
    procedure = office.procedure(session, case.version_id)
    tasks = session.scalars(select(Task).where(Task.case_id == case.id)).all()
    return any(
        procedure.binds(task.element, task.answers)
        for task in tasks
        if task.status is TaskStatus.DONE
        and task.answers is not None
        and not any(later.stage < task.stage for later in tasks if later.position > task.position)
    )


def _is_ending(session: Session, office: Office, case: Case) -> bool:
    """Whether a withdrawal or an ending already waits for its minutes."""
    shapes = office.procedure(session, case.version_id).shapes.values()
    closing = [shape.element for shape in shapes if shape.closing]
    waiting = select(Task.id).where(
        Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.element.in_(closing)
    )
    return session.scalar(waiting.limit(1)) is not None
