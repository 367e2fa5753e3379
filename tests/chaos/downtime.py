"""Three days without any worker; then everything is caught up, in order, in one mail each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select

from processes.office import Office
from processes.store.tables import Alarm, AlarmKind, Official, Task, TaskStatus
from tests.chaos import crowd
from tests.chaos.kills import SWEEPS
from tests.chaos.proof import Proof, broken
from worker.tick import tick

#: everything stands still from Monday, 13 July 2026, 06:30 in Jakarta: before any region's morning
STOPPED = crowd.MONDAY + timedelta(days=6, hours=21, minutes=30)
STANDSTILL = timedelta(hours=72)
#: sweeps of one worker that run at once, as the product's own worker does it
AT_ONCE = 2


def standstill(url: str, where: str, folder: Path, cases: int) -> Proof:
    """Let tasks become overdue while nothing runs, then start the worker again."""
    began = time.monotonic()
    office = crowd.opened(url, folder)
    _open(office, cases)
    for day in range(5):
        tick(office, crowd.MONDAY + timedelta(days=day, hours=7))
    before = set(_letters(office))
    restarted = STOPPED + STANDSTILL
    overdue = _overdue(office, restarted)
    seconds = _catch_up(office, restarted)
    found = crowd.account(office, restarted)
    fresh = [path for path in _letters(office) if path not in before]
    mails = Counter(str(message_from_bytes(p.read_bytes(), policy=default)["To"]) for p in fresh)
    in_order = all(_in_order(office, kind, restarted) for kind in AlarmKind)
    office.close()
    figures = {
        "overdue tasks": overdue,
        "hours": STANDSTILL.total_seconds() / 3600,
        "lost": found.lost,
        "doubled": found.doubled,
        "officials": len(mails),
        "mails": len(fresh),
        "seconds to catch up": round(seconds, 1),
    }
    return Proof(
        key="downtime",
        what="72 hours without a worker",
        where=where,
        figures=figures,
        seconds=time.monotonic() - began,
        broken=broken(
            nothing_lost=found.lost == 0,
            nothing_doubled=found.doubled == 0,
            every_task_overdue=overdue == cases,
            in_due_order=in_order,
            one_mail_per_official=set(mails.values()) == {1},
            histories_whole=found.whole,
        ),
    )


def _open(office: Office, cases: int) -> None:
    """Cases of every region that has officials, begun on three days."""
    with office.database.read() as session:
        staffed = select(Official.region_code).distinct().order_by(Official.region_code)
        regions = session.scalars(staffed).all()
    for number in range(cases):
        now = crowd.MONDAY + timedelta(days=number % 3)
        crowd.open_cases(office, 1, now, region=regions[number % len(regions)])


def _overdue(office: Office, now: datetime) -> int:
    late = select(func.count()).where(Task.status == TaskStatus.OPEN, Task.due_at < now)
    with office.database.read() as session:
        return session.scalar(late) or 0


def _catch_up(office: Office, restarted: datetime) -> float:
    """Sweep as one worker does until nothing waits; how many seconds it took."""
    began = time.monotonic()

    def clock() -> datetime:
        return restarted + timedelta(seconds=time.monotonic() - began)

    def run(sweep: Callable[[Office, Callable[[], datetime]], int]) -> int:
        return sweep(office, clock)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        while not crowd.is_settled(office, clock()):
            for done in [pool.submit(run, sweep) for sweep in SWEEPS]:
                done.result()
    return time.monotonic() - began


def _in_order(office: Office, kind: AlarmKind, since: datetime) -> bool:
    """Whether the alarms of a kind that fired since then fired in the order of their moments."""
    with office.database.read() as session:
        rows = session.execute(
            select(Alarm.fired_at, Alarm.due_at)
            .where(Alarm.kind == kind, Alarm.fired_at >= since)
            .order_by(Alarm.fired_at, Alarm.due_at)
        ).all()
    return all(earlier.due_at <= later.due_at for earlier, later in pairwise(rows))


def _letters(office: Office) -> list[Path]:
    return sorted(office.settings.mail_folder.glob("*.eml"))
