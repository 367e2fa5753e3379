"""The engine's part of a completion with the least SQL that keeps it, on PostgreSQL: a row of the
case, those of its tasks, those of its history; with our engine, with the stock one, and with none.

The statements are those of the recipe, but sent straight through the driver. What links, deadlines,
messages and chained history cost is not in it; `together` measures completions with all of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import cycle, islice
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from processes.store.database import Database
from tests.bench.cases import ANSWERS, ELEMENT, PARTIES, opened
from tests.bench.crew import Span, all_do, crew_of, lasted, timed_acts
from tests.bench.engine import Engine, Moved, Ours, Walk
from tests.bench.places import Postgres
from tests.bench.recipe import TABLES
from tests.bench.rows import Row
from tests.bench.stock import Stock, awaited
from tests.bench.together import CROWDS
from tests.bench.turns import Size

WAYS = {
    "minimal": "restore, run and save with the least SQL",
    "minimal_sql": "the least SQL, no engine",
    "minimal_stock": "the least SQL, stock scheduler and serializer",
}
#: for one act of the stock engine, so many of the other two
MORE = 4
BESIDE_MINIMAL = {
    f"{way}_{crowd}": f"{yardstick}_{crowd}"
    for way, yardstick in (("minimal", "minimal_sql"), ("minimal_stock", "minimal"))
    for crowd in CROWDS
}
FIND = (
    "SELECT instance.id, instance.body FROM instance JOIN task ON task.instance_id = instance.id"
    " WHERE task.id = %s AND task.status = 'open' FOR UPDATE OF instance"
)
BEGIN = "INSERT INTO instance (id, body) VALUES (%s, %s)"
SAVE = "UPDATE instance SET body = %s WHERE id = %s"
CLOSE = "UPDATE task SET status = 'done', closed_at = %s WHERE id = %s"
OPEN = "INSERT INTO task (id, instance_id, name, status, opened_at) VALUES (%s, %s, %s, 'open', %s)"
TELL = "INSERT INTO history (id, instance_id, at, what) VALUES (%s, %s, %s, %s)"


class Theirs:
    """The stock serializer and scheduler."""

    def __init__(self) -> None:
        self._stock = Stock()
        self.begun = self._stock.save(self._stock.at_task()).encode()

    def go_on(self, state: bytes) -> Moved:
        workflow = self._stock.restore(state.decode())
        self._stock.answer(workflow, str(awaited(workflow)[0].id), {ELEMENT: ANSWERS})
        opened = [task.task_spec.bpmn_id for task in awaited(workflow)]
        return Moved(state=self._stock.save(workflow).encode(), opened=opened)


class Nobody:
    """No engine: what ours made of such a case once is written for each."""

    def __init__(self, ours: Ours) -> None:
        self.begun = ours.begun
        self._moved = ours.go_on(ours.begun)

    def go_on(self, _state: bytes) -> Moved:
        return self._moved


class Hand:
    """One process, with cases of its own for each way."""

    def __init__(self) -> None:
        self.tasks: dict[str, list[str]] = {way: [] for way in WAYS}

    def open(self, product: str, url: str, folder: str) -> None:
        """Make the engines, and a connection to the three tables."""
        office = opened(product, Path(folder))
        ours = Ours(Walk(office, len(PARTIES)))
        office.close()
        engines: list[Engine] = [ours, Nobody(ours), Theirs()]
        self.engines = dict(zip(WAYS, engines, strict=True))
        self.database = Database.open(url)
        self.pooled = self.database.engine.raw_connection()
        self.ask: Any = self.pooled.cursor().execute

    def prepare(self, counts: Mapping[str, int]) -> None:
        """Cases that wait, so many for each way."""
        for way, count in counts.items():
            for _ in range(count):
                instance = uuid4().hex
                self.ask(BEGIN, (instance, self.engines[way].begun))
                self.tasks[way].append(self._open(instance, ELEMENT, datetime.now(UTC)))
            self.pooled.commit()

    def act(self, way: str, count: int) -> Span:
        """Finish the task of so many cases."""
        return timed_acts(lambda _: self._complete(way), count)

    def close(self) -> None:
        """Leave the database alone."""
        self.pooled.close()
        self.database.close()

    def _complete(self, way: str) -> None:
        task, now = self.tasks[way].pop(), datetime.now(UTC)
        instance, state = self.ask(FIND, (task,)).fetchone()
        moved = self.engines[way].go_on(state)
        self.ask(SAVE, (moved.state, instance))
        self.ask(CLOSE, (now.isoformat(), task))
        self._tell(instance, f"completed {task}", now)
        for name in moved.opened:
            self._open(instance, name, now)
        self.pooled.commit()

    def _open(self, instance: str, name: str, now: datetime) -> str:
        task = uuid4().hex
        self.ask(OPEN, (task, instance, name, now.isoformat()))
        self._tell(instance, f"opened {task}", now)
        return task

    def _tell(self, instance: str, what: str, now: datetime) -> None:
        self.ask(TELL, (uuid4().hex, instance, now.isoformat(), what))


def measure(place: Postgres, folder: Path, size: Size) -> list[Row]:
    """How many are done in a second by one, two and four processes, in turns."""
    rates: dict[str, list[float]] = defaultdict(list)
    each = {"minimal": MORE * size.each, "minimal_sql": MORE * size.each}
    each["minimal_stock"] = size.each
    data = folder / "minimal"
    data.mkdir()
    with ExitStack() as stack:
        product, url = stack.enter_context(place.fresh()), stack.enter_context(place.fresh())
        opened(product, data).close()
        _make_tables(url)
        crew = stack.enter_context(crew_of(max(CROWDS), Hand))
        all_do(crew, "open", product, url, str(data))
        stack.callback(all_do, crew, "close")
        takes_part = ceil(sum(CROWDS) * (size.turns + 1) / len(crew))
        all_do(crew, "prepare", {way: takes_part * count for way, count in each.items()})
        next_ones = cycle(crew)
        for number in range(size.turns + 1):
            for crowd in CROWDS:
                hands = list(islice(next_ones, crowd))
                found = _turn(hands, each)
                # the first turn warms up
                for way, rate in found.items() if number else ():
                    rates[f"{way}_{crowd}"].append(rate)
    return _rows(rates, "")


def missing(why: str) -> list[Row]:
    """The rows of a database that is not there."""
    return _rows({}, why)


def _rows(rates: Mapping[str, list[float]], why: str) -> list[Row]:
    return [
        Row(
            key=f"{way}_{crowd}",
            what=f"{what}, {crowd} at once",
            where="PostgreSQL",
            unit="/s",
            values=rates.get(f"{way}_{crowd}", []),
            missing=why,
        )
        for way, what in WAYS.items()
        for crowd in CROWDS
    ]


def _turn(crew: Sequence[Connection], each: Mapping[str, int]) -> dict[str, float]:
    """What all of them do in a second, one way after the other."""
    return {
        way: len(crew) * count / lasted(all_do(crew, "act", way, count))
        for way, count in each.items()
    }


def _make_tables(url: str) -> None:
    """The recipe's tables, the state as bytes."""
    database = Database.open(url)
    with database.connect_to_write() as connection:
        for statement in TABLES:
            connection.execute(text(statement.replace("body TEXT", "body BYTEA")))
    database.close()
