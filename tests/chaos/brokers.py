"""The broker forgets, dies, never comes or hangs, while officials answer and deadlines pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from flask import Flask
from sqlalchemy import select

from processes.office import Office
from processes.store.links import token_for
from processes.store.tables import Link, LinkPurpose, Task
from tests.chaos import crowd
from tests.chaos.parts import Broker, environ_of, running, wait_for
from tests.chaos.proof import Proof, broken
from tests.journeys.answers import smooth
from webhooks.app import create_app

#: cases whose every alarm is overdue were begun so long ago
LONG_AGO = timedelta(days=60)
#: completions in peace
CALM = 10
#: seconds within which everything has to be done once the broker is well again
PATIENCE = 120.0


@dataclass(frozen=True, kw_only=True)
class Attack:
    """What is done to the broker before, and after, somebody completes a task."""

    name: str
    before: Callable[[Broker], object]
    after: Callable[[Broker], object]


def attacks(hung_seconds: float) -> dict[str, Attack]:
    """The four attacks; the last leaves the broker hanging for so long."""
    return {
        "flushed": Attack(name="flushed", before=Broker.flush, after=Broker.flush),
        "killed": Attack(name="killed", before=Broker.kill, after=Broker.start),
        "never started": Attack(name="never started", before=_nothing, after=Broker.start),
        "hung": Attack(
            name="hung",
            before=Broker.hang,
            after=lambda broker: (time.sleep(hung_seconds), broker.wake()),
        ),
    }


def _nothing(_broker: Broker) -> None:
    """The broker is not there to begin with."""


def broker_rounds(url: str, where: str, folder: Path, attack: Attack, rounds: int) -> Proof:
    """Attack the broker again and again; nothing is lost, and no completion waits for it."""
    began = time.monotonic()
    with Broker() as broker:
        office = crowd.opened(url, folder)
        settings = replace(office.settings, redis_url=broker.url)
        app = create_app(replace(office, settings=settings))
        if attack.name == "never started":
            calm = _as_parts_start(office, app, broker, min(rounds, CALM))
            struck, recovered = _play_without(office, app, broker, attack, rounds)
        else:
            calm = [_complete(office, app, number) for number in range(max(rounds, CALM))]
            struck, recovered = _play(office, app, broker, attack, rounds)
        found = crowd.account(office, datetime.now(UTC))
        office.close()
    done = [seconds for seconds in recovered if seconds is not None]
    figures = {
        "rounds": rounds,
        "lost": found.lost,
        "doubled": found.doubled,
        "mails doubled": found.mails_doubled,
        "completion ms p95 in peace": _p95(calm),
        "completion ms p95 meanwhile": _p95(struck),
        "longest recovery seconds": round(max(done, default=0), 1),
    }
    return Proof(
        key=f"broker_{attack.name.replace(' ', '_')}",
        what=f"broker {attack.name}",
        where=where,
        figures=figures,
        seconds=time.monotonic() - began,
        broken=broken(
            nothing_lost=found.lost == 0,
            nothing_doubled=found.doubled == 0,
            no_mail_doubled=found.mails_doubled == 0,
            everything_done_in_time=len(done) == rounds,
            histories_whole=found.whole,
        ),
    )


def _play(
    office: Office, app: Flask, broker: Broker, attack: Attack, rounds: int
) -> tuple[list[float], list[float | None]]:
    """Rounds with one worker and one beat that live through all of them."""
    struck, recovered = [], []
    broker.start()
    with running(environ_of(office.settings, broker), worker=1, beat=1):
        for number in range(rounds):
            crowd.open_cases(office, 1, datetime.now(UTC) - LONG_AGO)
            attack.before(broker)
            struck.append(_complete(office, app, number))
            attack.after(broker)
            recovered.append(wait_for(lambda: _is_settled(office), PATIENCE))
    return struck, recovered


def _as_parts_start(office: Office, app: Flask, broker: Broker, rounds: int) -> list[float]:
    """Completions while worker and beat start with a broker that is there: starting costs the
    machine enough to be felt."""
    took = []
    for number in range(rounds):
        broker.start()
        with running(environ_of(office.settings, broker), worker=1, beat=1):
            took.append(_complete(office, app, number))
        broker.kill()
    return took


def _play_without(
    office: Office, app: Flask, broker: Broker, attack: Attack, rounds: int
) -> tuple[list[float], list[float | None]]:
    """Rounds in which worker and beat are started before there is any broker."""
    struck, recovered = [], []
    for number in range(rounds):
        with running(environ_of(office.settings, broker), worker=1, beat=1):
            crowd.open_cases(office, 1, datetime.now(UTC) - LONG_AGO)
            struck.append(_complete(office, app, number))
            attack.after(broker)
            recovered.append(wait_for(lambda: _is_settled(office), PATIENCE))
        broker.kill()
    return struck, recovered


def _is_settled(office: Office) -> bool:
    return crowd.is_settled(office, datetime.now(UTC))


def _complete(office: Office, app: Flask, number: int) -> float:
    """Answer the first task of a new case over its link; how many milliseconds it took."""
    now = datetime.now(UTC)
    [case] = crowd.open_cases(office, 1, now)
    with office.database.read() as session:
        link = session.scalars(
            select(Link)
            .join(Task, Task.id == Link.task_id)
            .where(Task.case_id == case, Link.purpose == LinkPurpose.ANSWER)
        ).one()
    kak = crowd.hand_in(office, f"kak-{number}.pdf", now)
    plan = smooth(now.date().isoformat(), parties=[crowd.REGION, crowd.PARTNER])
    answers = {**plan["tahap1_permohonan"], "kak": {"document": kak}}
    token, client = token_for(office.secret, link.id), app.test_client()
    began = time.perf_counter()
    answer = client.post(f"/t/{token}", json={"answers": answers})
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return took


def _p95(values: list[float]) -> float:
    if len(values) < 2:
        return round(values[0], 1) if values else 0.0
    return round(quantiles(values, n=20, method="inclusive")[-1], 1)
