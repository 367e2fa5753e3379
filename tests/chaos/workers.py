"""Whole workers that are killed, and more workers and beats than anybody needs."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from tests.chaos import crowd
from tests.chaos.brokers import LONG_AGO, PATIENCE
from tests.chaos.parts import Broker, environ_of, running, wait_while_it_moves
from tests.chaos.proof import Proof, broken

#: seconds a whole worker lives before it is killed; it needs about two to start
LIVES = (2.0, 6.0)


def killed_workers(url: str, where: str, folder: Path, kills: int, cases: int) -> Proof:
    """Kill whole workers, children included, while new overdue cases come in."""
    began = time.monotonic()
    random, killed = Random(4), 0
    with Broker() as broker:
        broker.start()
        office = crowd.opened(url, folder)
        with running(environ_of(office.settings, broker), worker=1, beat=1) as (worker, _):
            for _ in range(kills):
                crowd.open_cases(office, cases, datetime.now(UTC) - LONG_AGO)
                time.sleep(random.uniform(*LIVES))
                killed += worker.kill()
                worker.start()
            wait_while_it_moves(lambda: crowd.waiting(office, datetime.now(UTC)), PATIENCE)
        found = crowd.account(office, datetime.now(UTC))
        office.close()
    figures = {
        "due": kills * cases * crowd.ALARMS,
        "kills": killed,
        "lost": found.lost,
        "doubled": found.doubled,
        "mails doubled": found.mails_doubled,
    }
    return Proof(
        key="workers_killed",
        what="whole workers killed",
        where=where,
        figures=figures,
        seconds=time.monotonic() - began,
        broken=broken(
            nothing_lost=found.lost == 0,
            nothing_doubled=found.doubled == 0,
            at_most_one_doubled_mail_per_kill=found.mails_doubled <= killed,
            histories_whole=found.whole,
            every_kill_met_a_living_worker=killed == kills,
        ),
    )


def too_many(url: str, where: str, folder: Path, *, workers: int, beats: int, cases: int) -> Proof:
    """Let several workers be woken by several beats over cases that are all overdue."""
    began = time.monotonic()
    with Broker() as broker:
        broker.start()
        office = crowd.opened(url, folder)
        crowd.open_cases(office, cases, datetime.now(UTC) - LONG_AGO)
        environ = environ_of(replace(office.settings, redis_url=broker.url), broker)
        with running(environ, worker=workers, beat=beats) as parts:
            wait_while_it_moves(lambda: crowd.waiting(office, datetime.now(UTC)), PATIENCE)
            all_alive = all(part.is_alive for part in parts)
        found = crowd.account(office, datetime.now(UTC))
        office.close()
    figures = {
        "due": cases * crowd.ALARMS,
        "workers": workers,
        "beats": beats,
        "lost": found.lost,
        "doubled": found.doubled,
        "mails doubled": found.mails_doubled,
    }
    return Proof(
        key="too_many",
        what="several workers and beats at once",
        where=where,
        figures=figures,
        seconds=time.monotonic() - began,
        broken=broken(
            nothing_lost=found.lost == 0,
            nothing_doubled=found.doubled == 0,
            no_mail_doubled=found.mails_doubled == 0,
            nobody_died=all_alive,
            histories_whole=found.whole,
        ),
    )
