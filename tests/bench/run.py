"""One run: everything measured one after the other, in folders that are gone afterwards."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import (
    board,
    completions,
    delivery,
    engine,
    growth,
    memory,
    minimal,
    pgbench,
    sizes,
    sweep,
    together,
)
from tests.bench.cases import opened
from tests.bench.disk import durable_write
from tests.bench.places import Postgres, Sqlite, folder_on_disk, postgres
from tests.bench.rows import Row
from tests.bench.turns import Size

Tell = Callable[[str], object]


def measured(size: Size, tell: Tell) -> list[Row]:
    """Every row, in the order of the table; `tell` hears what is going on."""
    with folder_on_disk() as folder:
        return [row for rows in _parts(folder, size, tell) for row in rows]


def _parts(folder: Path, size: Size, tell: Tell) -> Iterator[list[Row]]:
    tell("the disk")
    yield [durable_write(folder, size.prepared)]
    tell("completions on SQLite")
    sqlite = Sqlite(folder=folder)
    yield completions.measure(sqlite, folder, size)
    yield _on_postgres(folder, size, tell)
    tell("the engine alone")
    yield _engine_alone(sqlite, folder, size)


def _on_postgres(folder: Path, size: Size, tell: Tell) -> list[Row]:
    with ExitStack() as stack:
        try:
            place = stack.enter_context(postgres(folder))
        except (ImportError, OSError, subprocess.SubprocessError) as fault:
            return _without_postgres(f"no PostgreSQL here: {type(fault).__name__}", size)
        return [row for rows in _parts_of_postgres(place, folder, size, tell) for row in rows]


def _parts_of_postgres(
    place: Postgres, folder: Path, size: Size, tell: Tell
) -> Iterator[list[Row]]:
    tell("completions on PostgreSQL")
    yield completions.measure(place, folder, size)
    tell("pgbench")
    yield [pgbench.measure(place, folder, size.pgbench_seconds)]
    tell("the engine with the least SQL")
    yield minimal.measure(place, folder, size)
    tell("several processes at once")
    yield together.measure(place, folder, size)
    tell("cases after a hundred rounds of monitoring")
    yield growth.on_database(place, folder, size)
    tell("the memory of each part")
    yield memory.measure(place, folder, size)
    tell("the delivery of reminders")
    yield delivery.measure(place, folder, size)
    tell("the board over a large installation")
    with board.filled(place, folder / "board", size.large) as office:
        yield board.measure(office, place.name, size.looks)
        tell("the sweep of reminders")
        yield sweep.measure(office, place.name, size)


def _without_postgres(why: str, size: Size) -> list[Row]:
    units = {**dict.fromkeys(completions.WHAT, "ms"), **{key: key for key in completions.COUNTS}}
    names = {**completions.WHAT, **completions.COUNTS}
    absent = [
        Row(key=key, what=what, where="PostgreSQL", unit=units[key], missing=why)
        for key, what in names.items()
    ]
    parts = (minimal, together, memory, delivery, board)
    rest = [row for part in parts for row in part.missing(why)]
    grown = growth.missing(why, size)
    return [*absent, pgbench.missing(why), *rest, *grown, *sweep.missing(why, size)]


def _engine_alone(sqlite: Sqlite, folder: Path, size: Size) -> list[Row]:
    with sqlite.fresh() as url:
        office = opened(url, folder / "engine")
        try:
            rows = engine.measure(office, size)
            return [*rows, *sizes.measure(office, size), *growth.in_memory(office, size)]
        finally:
            office.close()


def facts() -> dict[str, Any]:
    """What a number depends on beside the product."""
    return {
        "run_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def _commit() -> str | None:
    """The version that was measured; None outside of a git clone."""
    command = ["git", "describe", "--always", "--dirty"]
    root = Path(__file__).parents[2]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() or None
