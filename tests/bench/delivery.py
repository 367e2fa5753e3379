"""Reminders that become mails: two workers with the real outbox, a local mail server, PostgreSQL.

The workers sweep as two hosts do, the mail server runs in a process of its own and notes when it
took which letter. Every reminder is a letter of its own, with a link of its own, to one of many
officials.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from processes.office import Office
from processes.settings import Settings
from processes.store.outbox import message_id_of
from processes.store.tables import (
    Message,
    MessageStatus,
    Official,
    Person,
    Task,
    TaskHolder,
)
from tests.bench import many
from tests.bench.crew import fresh_processes
from tests.bench.mail_server import PATIENCE, mail_server
from tests.bench.places import Postgres
from tests.bench.rows import Row
from tests.bench.turns import Size
from worker.sweeps import sweep_outbox, utc_now

WORKERS = 2
WHAT = f"reminders mailed by {WORKERS} workers, local mail server"

#: what the keys of the measured reminders begin with
KEY = "pengukuran:"


def measure(place: Postgres, folder: Path, size: Size) -> list[Row]:
    """How many reminders are mailed in each second, after the first."""
    data = folder / "delivery"
    data.mkdir()
    with place.fresh() as url, mail_server() as (mail_url, letters):
        settings = Settings(
            env="development", data=data, database_url=url, mail_url=mail_url, sample=False
        )
        office = Office.open(settings)
        try:
            _fill(office, size.letters)
            _deliver(settings, size.mail_seconds)
            taken = letters()
            with office.database.read() as session:
                sent = select(func.count()).where(Message.status == MessageStatus.SENT)
                told = session.scalar(sent.where(Message.key.startswith(KEY)))
        finally:
            office.close()
    assert len({name for name, _ in taken}) == len(taken) == told, "a letter was lost or doubled"
    return [_row(_rates([at for _, at in taken]))]


def missing(why: str) -> list[Row]:
    """The row of a database that is not there."""
    return [_row([], why)]


def _row(values: Sequence[float], why: str = "") -> Row:
    return Row(
        key="delivered", what=WHAT, where="PostgreSQL", unit="/s", values=values, missing=why
    )


def _rates(moments: Sequence[float]) -> list[float]:
    """Letters in each whole second after the first; of a short run the whole of it."""
    began, ended = min(moments), max(moments)
    seconds = Counter(int(at - began) for at in moments)
    whole = [float(seconds[number]) for number in range(1, int(ended - began))]
    return whole or [len(moments) / max(ended - began, 0.001)]


def _fill(office: Office, letters: int) -> None:
    """Cases with open tasks, and so many reminders for their holders."""
    now = datetime.now(UTC)
    extent = many.Extent(running=letters // 10, ended=0, open_tasks=letters // 4)
    many.fill(office, extent, now)
    held = (
        select(Task.id, Task.case_id, Official.id, Person.email)
        .join(TaskHolder, TaskHolder.task_id == Task.id)
        .join(Official, Official.id == TaskHolder.official_id)
        .join(Person, Person.id == Official.person_id)
        .where(TaskHolder.is_open)
        .order_by(Task.id, Official.id)
    )
    with office.database.read() as session:
        holders = session.execute(held).all()
    made = [_reminder(*each, now) for each in islice(cycle(holders), letters)]
    with office.database.connect_to_write() as connection:
        for table, rows in zip(("link", "message"), zip(*made, strict=True), strict=True):
            many.copy(connection, table, rows)
    many.gather_statistics(office)


def _reminder(
    task: str, case: str, official: str, address: str, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A fresh link, and the message that carries it."""
    link, key = secrets.token_hex(16), f"{KEY}{secrets.token_hex(16)}"
    return (
        {
            "id": link,
            "token_sha256": secrets.token_hex(32),
            "task_id": task,
            "official_id": official,
            "purpose": "jawab",
            "created_at": now,
        },
        {
            "id": secrets.token_hex(16),
            "key": key,
            "case_id": case,
            "task_id": task,
            "official_id": official,
            "link_id": link,
            "kind": "pengingat",
            "channel": "email",
            "address": address,
            "values": {"hari": "0"},
            "status": MessageStatus.WAITING.value,
            "created_at": now,
            "not_before": now,
            "attempts": 0,
            "message_id": message_id_of(key),
            "collapsible": False,
        },
    )


def _deliver(settings: Settings, seconds: float) -> None:
    """Let the workers sweep until nothing is left, or the time is up."""
    fresh = fresh_processes()
    ends, processes = [], []
    for _ in range(WORKERS):
        ours, theirs = fresh.Pipe()
        process = fresh.Process(target=sweep, args=(settings, seconds, theirs), daemon=True)
        process.start()
        ends.append(ours)
        processes.append(process)
    for word in ("ready", "done"):
        for end in ends:
            assert end.poll(PATIENCE), "a worker does not answer"
            assert end.recv() == word
        for end in ends:
            end.send("go on")
    for process in processes:
        process.join(PATIENCE)


def sweep(settings: Settings, seconds: float, orders: Connection) -> None:
    """What one worker does."""
    office = Office.open(settings)
    try:
        orders.send("ready")
        orders.recv()
        stop_at = time.monotonic() + seconds
        while time.monotonic() < stop_at and sweep_outbox(office, utc_now):
            pass
        orders.send("done")
        orders.recv()
    finally:
        office.close()
