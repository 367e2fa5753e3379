"""The rows as one table to read, and as JSON lines to keep."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench import board, growth, minimal, together
from tests.bench.rows import Row

HEAD = ("what", "where", "median", "10 % to 90 %", "unit", "n", "ratio")
#: with which row of the same place a row is compared
BESIDE = {
    "same_sql": "completion",
    "recipe": "completion",
    "pgbench": "completion",
    "completion_http": "completion",
    "link_http": "completion",
    "recipe_http": "completion_http",
    "bare_http": "completion_http",
    "stock_engine": "same_step",
    **board.BESIDE_SQL,
    **minimal.BESIDE_MINIMAL,
    **together.BESIDE_TOGETHER,
    **growth.BESIDE_EARLY,
}
#: what such a row is called in the table
CALLED = {
    "completion": "completion",
    "completion_http": "HTTP",
    "same_step": "ours",
    **dict.fromkeys(growth.BESIDE_EARLY.values(), f"round {growth.EARLY}"),
    **{f"minimal_{crowd}": "ours" for crowd in together.CROWDS},
    **{f"together_pgbench_{crowd}": "pgbench" for crowd in together.CROWDS},
}


def drawn(rows: Sequence[Row]) -> str:
    """The table; "2.00 x completion" means twice as long as a completion on the same database, or
    twice as much where rows do not measure time."""
    lines = [HEAD, *(_cells(row, _ratio(row, rows)) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(line, widths) for line in [HEAD, rule, *lines[1:]])


def keep(path: Path, rows: Sequence[Row], run: Mapping[str, Any]) -> None:
    """Append one JSON line per row; each carries the facts of the run."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps({**run, **_facts(row, _ratio(row, rows))}) + "\n")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    left = [cells[0].ljust(widths[0]), cells[1].ljust(widths[1])]
    right = [cell.rjust(width) for cell, width in zip(cells[2:], widths[2:], strict=True)]
    return "  ".join([*left, *right]).rstrip()


def _cells(row: Row, ratio: float | None) -> tuple[str, str, str, str, str, str, str]:
    if row.median is None or row.spread is None:
        return row.what, row.where, "missing", row.missing, row.unit, "0", ""
    low, high = row.spread
    return (
        row.what,
        row.where,
        _number(row.median),
        f"{_number(low)} to {_number(high)}",
        row.unit,
        str(len(row.values)),
        f"{ratio:.2f} x {CALLED.get(BESIDE[row.key], 'SQL')}" if ratio is not None else "",
    )


def _number(value: float) -> str:
    if value == int(value) or value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


def _ratio(row: Row, rows: Sequence[Row]) -> float | None:
    """How many times its yardstick; None when there is nothing to compare."""
    key = BESIDE.get(row.key)
    yardstick = next((r for r in rows if r.key == key and r.where == row.where), None)
    if row.median is None or yardstick is None or not yardstick.median:
        return None
    return row.median / yardstick.median


def _facts(row: Row, ratio: float | None) -> dict[str, Any]:
    low, high = row.spread or (None, None)
    return {
        "key": row.key,
        "what": row.what,
        "where": row.where,
        "unit": row.unit,
        "n": len(row.values),
        "median": row.median,
        "p10": low,
        "p90": high,
        "ratio": ratio,
        "ratio_to": BESIDE.get(row.key) if ratio is not None else None,
        "missing": row.missing or None,
    }
