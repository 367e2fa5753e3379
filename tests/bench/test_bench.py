"""The benchmark measures every row and keeps it; how fast anything is, no test says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import board, delivery, growth, memory, minimal, sweep, table, together
from tests.bench.rows import Row
from tests.bench.turns import TINY

ROOT = Path(__file__).parents[2]
DATABASES = {"SQLite", "PostgreSQL"}
SIZES = {"2 parties", "3 parties"}
WANTED = {
    "completion": DATABASES,
    "same_sql": DATABASES,
    "recipe": DATABASES,
    "completion_http": DATABASES,
    "link_http": DATABASES,
    "link_page": DATABASES,
    "recipe_http": DATABASES,
    "bare_http": DATABASES,
    "start": DATABASES,
    "statements": DATABASES,
    "commits": DATABASES,
    "pgbench": {"PostgreSQL"},
    "durable_write": {"this disk"},
    "stock_engine": {"2 parties"},
    "same_step": {"2 parties"},
    **{key: {"PostgreSQL"} for key in (*board.BESIDE_SQL, *board.BESIDE_SQL.values())},
    **dict.fromkeys(("restore", "run", "save", "engine", "state", "state_later"), SIZES),
    **dict.fromkeys(("restore_stage_1", "save_stage_1", "state_stage_1"), SIZES),
    **dict.fromkeys(("restore_stage_7", "save_stage_7"), SIZES),
    **{f"{name}_{n}": SIZES for name in growth.WHAT for n in (growth.EARLY, TINY.late)},
    **{row.key: {"PostgreSQL"} for row in growth.missing("", TINY)},
    **{row.key: {"PostgreSQL"} for row in minimal.missing("")},
    **{row.key: {"PostgreSQL"} for row in together.missing("")},
    **{row.key: {"PostgreSQL"} for row in memory.missing("")},
    **{row.key: {"PostgreSQL"} for row in delivery.missing("")},
    **{key: {"PostgreSQL"} for key in sweep.WHAT},
}


@pytest.mark.slow
@pytest.mark.postgres
def test_every_row_is_measured_shown_and_kept(tmp_path: Path, postgres_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick"],
        cwd=ROOT,
        env={**os.environ, "KSDD_DATA": str(tmp_path), "KSDD_TEST_DATABASE_URL": postgres_url},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "bench.jsonl").read_text().splitlines()]
    kept: dict[str, set[str]] = {}
    for line in lines:
        kept.setdefault(line["key"], set()).add(line["where"])
        assert line["what"] in done.stdout
        assert (line["median"] is None) == (line["n"] == 0) == bool(line["missing"])
    assert kept == WANTED
    assert [line["median"] for line in lines if line["key"] == "commits"] == [1, 1]


def test_the_database_is_the_limit_where_more_processes_send_no_more_of_the_same_sql() -> None:
    def limit(*rates: float) -> float | None:
        crowds = zip(together.CROWDS, rates, strict=True)
        [row] = [
            row
            for row in together.rows_of({f"together_sql_{n}": [r] for n, r in crowds}, "")
            if row.key == "database_limit"
        ]
        assert (row.median is None) == bool(row.missing)
        return row.median

    assert limit(100, 190, 200) == 2
    assert limit(100, 105, 200) == 1
    assert limit(100, 180, 300) is None


def test_a_row_whose_tool_is_missing_says_so(tmp_path: Path) -> None:
    row = Row(key="pgbench", what="pgbench", where="PostgreSQL", unit="ms", missing="not there")
    assert "missing" in table.drawn([row])
    table.keep(tmp_path / "bench.jsonl", [row], {})
    [line] = (tmp_path / "bench.jsonl").read_text().splitlines()
    assert json.loads(line)["missing"] == "not there"


def test_a_ratio_compares_with_the_completion_on_the_same_database() -> None:
    def row(key: str, where: str, value: float) -> Row:
        return Row(key=key, what=key, where=where, unit="ms", values=[value])

    rows = [row("completion", "SQLite", 4), row("completion", "PostgreSQL", 5)]
    drawn = table.drawn([*rows, row("recipe", "PostgreSQL", 20)])
    assert drawn.splitlines()[-1].endswith("4.00 x completion")
