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

from tests.bench import board, completions, engine, pgbench
from tests.bench.cases import opened
from tests.bench.disk import durable_write
from tests.bench.places import Sqlite, folder_on_disk, postgres
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
            return _without_postgres(f"no PostgreSQL here: {type(fault).__name__}")
        tell("completions on PostgreSQL")
        rows = completions.measure(place, folder, size)
        tell("pgbench")
        rows.append(pgbench.measure(place, folder, size.pgbench_seconds))
        tell("the board over a large installation")
        return [*rows, *board.measure(place, folder / "board", size.large, size.looks)]


def _without_postgres(why: str) -> list[Row]:
    units = {**dict.fromkeys(completions.WHAT, "ms"), **{key: key for key in completions.COUNTS}}
    names = {**completions.WHAT, **completions.COUNTS}
    absent = [
        Row(key=key, what=what, where="PostgreSQL", unit=units[key], missing=why)
        for key, what in names.items()
    ]
    return [*absent, pgbench.missing(why), *board.missing(why)]


def _engine_alone(sqlite: Sqlite, folder: Path, size: Size) -> list[Row]:
    with sqlite.fresh() as url:
        office = opened(url, folder / "engine")
        try:
            return engine.measure(office, size)
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
