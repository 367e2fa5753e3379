"""Run on a disk of its own: fill it, act, make room, act again; what happened, as JSON.

`python -m tests.faults.full_disk FOLDER KIND`, where FOLDER is the root of a small file system and
KIND is `sqlite` or `postgres`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from processes.store import history
from processes.store.tables import History, Task, TaskStatus
from tests import servers
from tests.journeys.answers import Journey
from tests.journeys.town import Town

NOW = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
ELEMENT = "tahap1_telaah"
ANSWER = {"answers": {"hasil": "lengkap"}}
#: cases for which there is certainly no room
MOST_OPENED = 1000


def main(folder: Path, kind: str) -> None:
    """Play it, and write what happened to standard output."""
    with ExitStack() as stack:
        data = folder / "data"
        url = f"sqlite+pysqlite:///{data / 'ksdd.sqlite3'}"
        if kind == "postgres":
            url = stack.enter_context(servers.postgres(folder))
        town = Town(url, data, NOW)
        stack.callback(town.close)
        journey = Journey(town, ["32.01", "32.02"]).until(ELEMENT)
        link = town.link(journey.id, ELEMENT, "32.01")
        before = told(town)
        with full(folder):
            found = {**_acts(town, link), "free": os.statvfs(folder).f_bavail}
        found["afterwards"] = town.client.post(f"/t/{link}", json=ANSWER).status_code
        found["entries"] = told(town)[0] - before[0]
        with town.office.database.read() as session:
            found["broken"] = history.verify(session) is not None
    sys.stdout.write(json.dumps(found))


def _acts(town: Town, link: str) -> dict[str, Any]:
    """What one does while the disk is full: open cases until one is refused, and answer a task.

    PostgreSQL has room in its files for a while after the disk has none.
    """
    machine = {"Authorization": f"Bearer {town.token}"}
    body = {"procedure": "ksdd", "region": "32.01", "parties": ["32.02"], "title": "Baru"}
    for _ in range(MOST_OPENED):
        before = told(town)
        refused = town.client.post("/api/v1/cases", json=body, headers=machine)
        if refused.status_code != 201:
            break
    said: dict[str, Any] = refused.get_json() or {}
    return {
        "opening": refused.status_code,
        "sentence": said.get("detail", ""),
        "unchanged": told(town) == before,
        "completion": town.client.post(f"/t/{link}", json=ANSWER).status_code,
        "page": town.client.get(f"/t/{link}").status_code,
    }


def told(town: Town) -> tuple[int, int]:
    """How many entries the history has, and how many tasks are open."""
    with town.office.database.read() as session:
        waiting = select(func.count()).where(Task.status == TaskStatus.OPEN)
        entries = session.scalar(select(func.count()).select_from(History))
        return entries or 0, session.scalar(waiting) or 0


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Leave no free byte on the file system until the block ends."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    try:
        yield
    finally:
        filler.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
