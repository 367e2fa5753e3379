"""A clock that jumps, and cases that cannot go on."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from processes.office import Office
from processes.store import questions
from processes.store.tables import Alarm, AlarmKind, Case
from processes.store.viewer import Viewer
from tests.chaos import crowd
from tests.chaos.kills import SWEEPS
from tests.chaos.proof import Proof, broken


def jumping_clock(url: str, where: str, folder: Path, cases: int) -> Proof:
    """Set the clock back two hours, forward a year and back again, between and after the work."""
    began = time.monotonic()
    office = crowd.opened(url, folder)
    crowd.open_cases(office, cases, crowd.MONDAY)
    crowd.open_cases(office, cases, crowd.MONDAY, procedure=crowd.WAITING)
    due = crowd.moments(office)
    middle = due[len(due) // 2][0] + timedelta(minutes=5)
    year = middle + timedelta(days=365)
    steps = [crowd.MONDAY, middle, middle - timedelta(hours=2), middle, year, middle, year]
    for now in steps:
        _sweep_all(office, now)
    found = crowd.account(office, year)
    total = sum(count for _, count in due)
    office.close()
    return Proof(
        key="clock",
        what="clock back 2 h, forward 1 year and back",
        where=where,
        figures={"due": total, "lost": found.lost, "doubled": found.doubled}
        | {"mails doubled": found.mails_doubled},
        seconds=time.monotonic() - began,
        broken=broken(
            nothing_lost=found.lost == 0,
            nothing_doubled=found.doubled == 0,
            no_mail_doubled=found.mails_doubled == 0,
            histories_whole=found.whole,
        ),
    )


def poisoned(url: str, where: str, folder: Path, cases: int, sick: int) -> Proof:
    """Spoil some cases among many; the others are on time, and the sick ones are shown."""
    began = time.monotonic()
    office = crowd.opened(url, folder)
    by_alarm = crowd.open_cases(office, cases // 2, crowd.MONDAY)
    by_timer = crowd.open_cases(office, cases - cases // 2, crowd.MONDAY, procedure=crowd.WAITING)
    first, second = sick - sick // 2, sick // 2
    _spoil_alarms(office, by_alarm[:first])
    _spoil_states(office, by_timer[:second])
    logging.disable()
    on_time = 0
    for moment, _ in crowd.moments(office):
        _sweep_all(office, moment)
        on_time += _fired_at(office, moment)
        for minutes in (3, 6, 9):
            _sweep_all(office, moment + timedelta(minutes=minutes))
    logging.disable(logging.NOTSET)
    healthy = [*by_alarm[first:], *by_timer[second:]]
    late, shown = _late(office, healthy), _shown(office)
    found = crowd.account(office, crowd.MONDAY + timedelta(days=60))
    office.close()
    return Proof(
        key="poison",
        what="cases that cannot go on among healthy ones",
        where=where,
        figures={"cases": cases, "sick": sick, "on time": on_time, "late": late, "shown": shown}
        | {"doubled": found.doubled},
        seconds=time.monotonic() - began,
        broken=broken(
            every_healthy_case_on_time=late == 0,
            every_sick_case_shown=shown == sick,
            nothing_doubled=found.doubled == 0,
            histories_whole=found.whole,
        ),
    )


def _sweep_all(office: Office, now: datetime) -> None:
    """Wake the sweeps as beat does, again and again: each stops after some seconds and leaves the
    rest to the next one."""
    while any(sweep(office, lambda: now) for sweep in SWEEPS):
        pass


def _spoil_alarms(office: Office, cases: Iterable[str]) -> None:
    """Give each case one alarm that nobody can ring: an escalation of no task."""
    with office.database.write() as session:
        for case in cases:
            alarms = session.scalars(select(Alarm).where(Alarm.case_id == case)).all()
            alarms[0].task_id, alarms[0].kind = None, AlarmKind.ESCALATION


def _spoil_states(office: Office, cases: Iterable[str]) -> None:
    with office.database.write() as session:
        session.execute(update(Case).where(Case.id.in_(list(cases))).values(state=b"rusak"))


def _fired_at(office: Office, moment: datetime) -> int:
    """Alarms and timers of this moment that were done by the sweep of this very moment."""
    with office.database.read() as session:
        fired = select(func.count()).where(Alarm.due_at == moment, Alarm.fired_at == moment)
        return session.scalar(fired) or 0


def _late(office: Office, cases: list[str]) -> int:
    """Alarms and timers of these cases that did not happen at their very moment."""
    with office.database.read() as session:
        alarms = session.scalar(
            select(func.count()).where(
                Alarm.case_id.in_(cases), Alarm.fired_at.is_distinct_from(Alarm.due_at)
            )
        )
        timers = session.scalar(
            select(func.count()).where(Case.id.in_(cases), Case.next_timer_at.is_not(None))
        )
    return (alarms or 0) + (timers or 0)


def _shown(office: Office) -> int:
    """Sick cases that an administrator is shown."""
    with office.database.read() as session:
        failed = questions.failed_alarms(session, Viewer.system())
        halted = questions.halted_cases(session, Viewer.system())
    return len({each.case.id for each in failed} | {case.id for case in halted})
