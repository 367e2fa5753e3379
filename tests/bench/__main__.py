"""`make bench`: one table on the screen, the same as JSON lines in `$KSDD_DATA/bench.jsonl`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

from processes.settings import Settings
from tests.bench import run, table
from tests.bench.turns import TINY, USUAL

LEGEND = """
Every way takes its turn case by case, so all rows of one database met the same machine. A
completion answers tahap1_telaah of the shipped diagram: one form, one decision table, one next task
with its deadline, link, message and history. "The same SQL" sends what a completion sent, to a copy
of the database, with no engine; the pool's pings are not counted. The recipe keeps the diagram and
its tokens as SpiffWorkflow's JSON in one row, with rows for tasks and history, but no links,
deadlines, messages, forms or chained hashes. The board is shown over 100,000 open tasks and a
million entries of history; "its SQL alone" sends again what its question took, without
pages. Where processes work at once, each has cases of its own, and all share the machine's cores
with the database, which is the limit from where twice as many send less than 1.2 times as much of
the same SQL. A share of memory (PSS) divides each page among the processes that see it. After
rounds of monitoring nothing of a case may weigh or cost more: a ratio of 1 is what is wanted."""


def main(arguments: Sequence[str]) -> None:
    """Measure and print; `--quick` only shows that every row can be measured."""
    settings = Settings.from_environment(os.environ)
    size = TINY if "--quick" in arguments else USUAL
    began = time.monotonic()
    rows = run.measured(size, _tell)
    kept = settings.data / "bench.jsonl"
    table.keep(kept, rows, run.facts())
    sys.stdout.write(f"\n{table.drawn(rows)}\n{LEGEND}\n\n")
    sys.stdout.write(f"{time.monotonic() - began:.0f} seconds; kept in {kept}\n")


def _tell(what: str) -> None:
    sys.stderr.write(f"measuring {what} ...\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
