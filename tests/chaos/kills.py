"""Sweepers that are killed in the middle of their work, again and again.

Each is forked from this process, which has everything loaded and parsed, opens its own connections
and sweeps in any order until SIGKILL ends it after a few hundredths of a second. The days on which
something is due pass one after the other, on a clock that runs faster than ours.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from processes.office import Office
from tests.chaos import crowd
from tests.chaos.proof import Proof, broken
from worker import sweeps

#: sweepers that live at once
AT_ONCE = 2
#: seconds of the fast clock in one of ours: a lease must outlive the sweeper that has it
SPEED = 20
#: longest life of a sweeper that is to be killed, in seconds
LONGEST = 0.25
SWEEPS = (
    sweeps.sweep_timers,
    sweeps.sweep_reminders,
    sweeps.sweep_escalations,
    sweeps.sweep_outbox,
)
Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How hard it is tried."""

    #: cases with eight alarms each
    cases: int
    #: cases with one BPMN timer each
    timers: int
    kills: int


def kill_loop(url: str, where: str, folder: Path, size: Size) -> Proof:
    """Kill sweepers over all that comes due; everything happens once, and no letter is lost."""
    began = time.monotonic()
    office = crowd.opened(url, folder)
    crowd.open_cases(office, size.cases, crowd.MONDAY)
    crowd.open_cases(office, size.timers, crowd.MONDAY, procedure=crowd.WAITING)
    due = crowd.moments(office)
    total = sum(count for _, count in due)
    prepared = time.monotonic()
    killed, random = 0, Random(4)
    for moment, count in [(crowd.MONDAY, 0), *due]:
        killed += _one_day(office, moment, round(size.kills * count / total), random)
    found = crowd.account(office, due[-1][0] + timedelta(days=1))
    office.close()
    figures = {
        "due": total,
        "kills": killed,
        "lost": found.lost,
        "doubled": found.doubled,
        "mails doubled": found.mails_doubled,
        "sweeping seconds": round(time.monotonic() - prepared, 1),
    }
    return Proof(
        key="kills",
        what="sweepers killed",
        where=where,
        figures=figures,
        seconds=time.monotonic() - began,
        broken=broken(
            nothing_lost=found.lost == 0,
            nothing_doubled=found.doubled == 0,
            at_most_one_doubled_mail_per_kill=found.mails_doubled <= killed,
            histories_whole=found.whole,
            killed_as_often_as_wanted=killed >= size.kills - len(due),
        ),
    )


def _one_day(office: Office, moment: datetime, kills: int, random: Random) -> int:
    """Let what is due at a moment be done under fire, then in peace; how many were killed."""
    began = time.monotonic()

    def clock() -> datetime:
        return moment + timedelta(seconds=(time.monotonic() - began) * SPEED)

    killed, living = 0, dict[int, float]()
    while killed < kills:
        while len(living) < AT_ONCE:
            pid = fork(office, clock, random.sample(SWEEPS, len(SWEEPS)))
            living[pid] = time.monotonic() + random.uniform(0.01, LONGEST)
        pid, until = min(living.items(), key=lambda each: each[1])
        time.sleep(max(until - time.monotonic(), 0))
        del living[pid]
        killed += kill(pid)
    for pid in living:
        killed += kill(pid)
    _finish(office, clock)
    return killed


def _finish(office: Office, clock: Clock) -> None:
    """Sweep on until all is done, the leases of the dead included; by this very process."""
    while not crowd.is_settled(office, clock()):
        for sweep in SWEEPS:
            sweep(office, clock)
        time.sleep(0.05)
    office.close()


def fork(office: Office, clock: Clock, order: list[Callable[[Office, Clock], int]]) -> int:
    """A sweeper in a process of its own; its id. No connection may be open when it is forked."""
    pid = os.fork()
    if pid:
        return pid
    try:
        logging.disable()
        while True:
            for sweep in order:
                sweep(office, clock)
    finally:
        os._exit(1)


def kill(pid: int) -> int:
    """1 when it was the kill that ended the process."""
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return int(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL)
