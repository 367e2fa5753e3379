"""What memory each process of the product takes once it has worked, on PostgreSQL and a broker.

RSS counts every page a process sees; PSS shares those of several processes out among them, so that
the sum of all is what the machine has to have. A worker forks its processes: most pages are shared.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil

from processes.office import Office
from processes.store import accounts, sweeps
from processes.store.tables import AccountRole
from tests import servers
from tests.bench import web
from tests.bench.cases import ANSWERS, case_at_task, opened
from tests.bench.places import Postgres
from tests.bench.rows import Row
from tests.bench.turns import Size
from worker.tasks import SWEEPS

ROOT = Path(__file__).parents[2]
KSDD = (sys.executable, "-P", "-m", "webhooks.cli")
MEGABYTE = 1_000_000
#: seconds the pages have to come up, and the sweeps for one run each
PATIENCE = 240
#: the parts of an installation that spreads over several hosts
PARTS = ("web", "worker", "beat")
MEASURES = {"rss": "resident", "pss": "its share"}


def measure(place: Postgres, folder: Path, size: Size) -> list[Row]:
    """Rows of every part: each of its processes, and all of them together."""
    data = folder / "memory"
    data.mkdir()
    with ExitStack() as stack:
        try:
            broker = stack.enter_context(servers.valkey())
        except (ImportError, OSError) as fault:
            return missing(f"no broker here: {type(fault).__name__}")
        url = stack.enter_context(place.fresh())
        return rows_of(_weighed(url, broker, data, size))


def missing(why: str) -> list[Row]:
    """The rows when there is no database or no broker."""
    return rows_of({}, why)


def rows_of(weighed: Mapping[str, list[tuple[float, float]]], why: str = "") -> list[Row]:
    """The rows of what each process of each part takes: resident, and its share."""
    rows = []
    for part in PARTS:
        found = weighed.get(part, [])
        for nth, (name, what) in enumerate(MEASURES.items()):
            rows.append(_row(f"memory_{part}_{name}", f"{part}, each process, {what}", found, nth))
        together = [(0.0, sum(share for _, share in found))] if found else []
        rows.append(_row(f"memory_{part}", f"{part}, all its processes together", together, 1))
    return [row if row.values else _absent(row, why) for row in rows]


def _row(key: str, what: str, found: list[tuple[float, float]], nth: int) -> Row:
    values = [each[nth] for each in found]
    return Row(key=key, what=f"memory of {what}", where="PostgreSQL", unit="MB", values=values)


def _absent(row: Row, why: str) -> Row:
    return Row(key=row.key, what=row.what, where=row.where, unit=row.unit, missing=why)


def _weighed(url: str, broker: str, data: Path, size: Size) -> dict[str, list[tuple[float, float]]]:
    """Megabytes of each process of each part, after completions and a run of every sweep."""
    now = datetime.now(UTC)
    office = opened(url, data)
    try:
        tasks = [case_at_task(office, now) for _ in range(size.each)]
        with office.database.write() as session:
            token = accounts.create_token(
                session, name="pengukuran", role=AccountRole.SYSTEM, region_code=None, now=now
            )
        port = servers.free_port()
        with _started(url, broker, data, port) as parts:
            servers.wait_for_port(port, parts["web"], PATIENCE)
            web.wait_until_served(port)
            client = web.Client(port, token)
            for task in tasks:
                client.post(f"/api/v1/tasks/{task}/complete", {"answers": ANSWERS})
            client.close()
            _wait_for_sweeps(office)
            return {name: _of_family(part) for name, part in parts.items()}
    finally:
        office.close()


@contextmanager
def _started(
    url: str, broker: str, data: Path, port: int
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Web, worker and beat as processes of their own, ended in the end."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("KSDD_")}
    environ |= {"KSDD_ENV": "development", "KSDD_DATA": str(data), "KSDD_PORT": str(port)}
    environ |= {"KSDD_DATABASE_URL": url, "KSDD_REDIS_URL": broker, "PYTHONPATH": str(ROOT)}
    parts: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name in PARTS:
            with (data / f"{name}.log").open("wb") as log:
                parts[name] = subprocess.Popen(
                    [*KSDD, name], env=environ, cwd=data, stdout=log, stderr=log
                )
        yield parts
    finally:
        for part in parts.values():
            _end(part)


def _end(part: subprocess.Popen[bytes]) -> None:
    """End a part; what does not end by itself is killed, with everything it started."""
    family = []
    with suppress(psutil.NoSuchProcess):
        family = psutil.Process(part.pid).children(recursive=True)
    part.terminate()
    try:
        part.wait(30)
    except subprocess.TimeoutExpired:
        part.kill()
        part.wait()
    for left in family:
        with suppress(psutil.NoSuchProcess):
            left.kill()


def _wait_for_sweeps(office: Office) -> None:
    """Return once every sweep ran that notes its runs."""
    give_up = time.monotonic() + PATIENCE
    wanted = {name.removeprefix("sweep_") for name in SWEEPS} - {"ping"}
    while True:
        with office.database.read() as session:
            if wanted <= set(sweeps.beats(session)):
                return
        if time.monotonic() > give_up:
            raise TimeoutError("the sweeps did not run in time")
        time.sleep(0.2)


def _of_family(part: subprocess.Popen[bytes]) -> list[tuple[float, float]]:
    """Resident and shared-out megabytes of a process and of all it started."""
    first = psutil.Process(part.pid)
    found = []
    for process in (first, *first.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            memory = process.memory_full_info()
            found.append((memory.rss / MEGABYTE, memory.pss / MEGABYTE))
    return found
