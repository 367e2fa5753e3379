"""Completions in one, two and four processes at once, each with cases of its own, on PostgreSQL.

Beside them, by as many processes: the same SQL without an engine, on a copy of the database; the
same SQL and the engine's part, without all else that a completion looks at; and pgbench. All take
turns several times. From where the database, asked without an engine, does no more work for twice
as many processes, the database is the limit and not the product; on a machine of few cores these
are its cores, which all of them share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import cycle, islice, pairwise
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from processes.office import Office
from processes.store.database import Database
from tests.bench import pgbench
from tests.bench.cases import PARTIES, case_at_task, complete, opened
from tests.bench.crew import Span, all_do, crew_of, lasted, timed_acts
from tests.bench.engine import Ours, Walk
from tests.bench.places import Postgres
from tests.bench.recording import Recorder, Replayer, Step
from tests.bench.rows import Row
from tests.bench.turns import Size

#: how many processes work at once
CROWDS = (1, 2, 4)
#: the database is the limit where twice as many processes do less than this many times as much
STEEP = 1.2
WAYS = {
    "together": "completions in process",
    "together_engine": "the same SQL and the engine's part",
    "together_sql": "the same SQL without an engine",
    "together_pgbench": "pgbench, minimal durable transactions",
}
LIMIT = "processes from which the database is the limit"
#: which way is compared with which, and each crowd with half of it
BESIDE_TOGETHER = {
    f"{way}_{crowd}": f"{yardstick}_{crowd}"
    for way, yardstick in (
        ("together", "together_sql"),
        ("together_engine", "together_sql"),
        ("together_sql", "together_pgbench"),
    )
    for crowd in CROWDS
}


def measure(place: Postgres, folder: Path, size: Size) -> list[Row]:
    """How much is done in a second by so many processes, and how much more by twice as many."""
    rates: dict[str, list[float]] = defaultdict(list)
    data = folder / "together"
    data.mkdir()
    with ExitStack() as stack:
        template = stack.enter_context(place.fresh())
        crew = stack.enter_context(crew_of(max(CROWDS), _Hand))
        next_ones = cycle(crew)
        takes_part = ceil(sum(CROWDS) * (size.turns + 1) / len(crew))
        opened(template, data).close()
        all_do(crew, "prepare", template, str(data), takes_part * size.each)
        copies = [stack.enter_context(place.copy(template)) for _ in range(2)]
        all_do(crew, "open", template, copies, str(data))
        stack.callback(all_do, crew, "close")
        least = stack.enter_context(pgbench.prepared(place))
        for number in range(size.turns + 1):
            for crowd in CROWDS:
                found = _turn(list(islice(next_ones, crowd)), size)
                found["together_pgbench"] = pgbench.rate(least, folder, crowd, size.turn_seconds)
                # the first turn warms up
                for way, rate in found.items() if number else ():
                    if rate is not None:
                        rates[f"{way}_{crowd}"].append(rate)
    return rows_of(rates, "pgbench is not installed")


def missing(why: str) -> list[Row]:
    """The rows of a database that is not there."""
    return rows_of({}, why)


def rows_of(rates: dict[str, list[float]], why: str) -> list[Row]:
    """The rows of what was done in each turn; `why` something could not be measured."""
    rows = []
    for way, what in WAYS.items():
        for crowd in CROWDS:
            said = f"{what}, {crowd} at once"
            rows.append(_row(f"{way}_{crowd}", said, "/s", rates.get(f"{way}_{crowd}", []), why))
    for way, what in WAYS.items():
        for half, crowd in pairwise(CROWDS):
            one, more = rates.get(f"{way}_{half}", []), rates.get(f"{way}_{crowd}", [])
            gains = [b / a for a, b in zip(one, more, strict=True)]
            said = f"gain from {half} to {crowd}: {what}"
            rows.append(_row(f"gain_{way}_{crowd}", said, "times", gains, why))
    limit = _limit(rates)
    values = [] if limit is None else [float(limit)]
    absent = f"not up to {CROWDS[-1]}" if rates else why
    return [*rows, _row("database_limit", LIMIT, "processes", values, absent)]


def _row(key: str, what: str, unit: str, values: Sequence[float], why: str) -> Row:
    missing = "" if values else why
    return Row(
        key=key, what=what, where="PostgreSQL", unit=unit, values=list(values), missing=missing
    )


def _limit(rates: dict[str, list[float]]) -> int | None:
    """The fewest processes of which twice as many send hardly more of the same SQL."""
    for half, crowd in pairwise(CROWDS):
        one, more = rates.get(f"together_sql_{half}"), rates.get(f"together_sql_{crowd}")
        if one and more and median(more) < STEEP * median(one):
            return half
    return None


def _turn(crew: Sequence[Connection], size: Size) -> dict[str, float | None]:
    """Each of them completes its next cases, then sends the same SQL, then runs the engine as well;
    what is done in a second."""
    done = len(crew) * size.each
    ways = {"together": "complete", "together_sql": "replay", "together_engine": "run_and_replay"}
    return {way: done / lasted(all_do(crew, act, size.each)) for way, act in ways.items()}


class _Hand:
    """One process with its cases, its installation and its bare connection."""

    office: Office
    engine: Ours
    bare: list[Database]
    replayers: list[Replayer]
    recorder: Recorder

    def __init__(self) -> None:
        self.tasks: list[str] = []
        self.recorded: list[list[Step]] = []

    def prepare(self, url: str, folder: str, count: int) -> None:
        """Cases of its own that wait for the measured task."""
        office = opened(url, Path(folder))
        try:
            self.tasks = [case_at_task(office, datetime.now(UTC)) for _ in range(count)]
        finally:
            office.close()

    def open(self, url: str, copies: Sequence[str], folder: str) -> None:
        """The installation, and a connection to each of its copies."""
        self.office = opened(url, Path(folder))
        self.engine = Ours(Walk(self.office, len(PARTIES)))
        self.recorder = Recorder(self.office.database.engine)
        self.bare = [Database.open(copy) for copy in copies]
        self.replayers = [Replayer(each.engine) for each in self.bare]

    def complete(self, count: int) -> Span:
        """Finish the next cases, noting their SQL."""
        self.recorder.take()
        self.recorded = []
        return timed_acts(self._complete_one, count)

    def _complete_one(self, _number: int) -> None:
        complete(self.office, self.tasks.pop(), datetime.now(UTC))
        self.recorded.append(self.recorder.take())

    def replay(self, count: int) -> Span:
        """Send what those completions sent."""
        return timed_acts(lambda number: self.replayers[0].send(self.recorded[number]), count)

    def run_and_replay(self, count: int) -> Span:
        """Send it to the other copy, and restore, run and save such a case each time."""
        return timed_acts(self._run_and_replay_one, count)

    def _run_and_replay_one(self, number: int) -> None:
        self.engine.go_on(self.engine.begun)
        self.replayers[1].send(self.recorded[number])

    def close(self) -> None:
        """Leave all databases alone."""
        for replayer in self.replayers:
            replayer.close()
        for each in self.bare:
            each.close()
        self.office.close()
