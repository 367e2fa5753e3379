"""The engine's part alone, without any database: restore, run, save, and what the state weighs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from processes.engine.procedure import Procedure
from processes.engine.run import Run
from processes.engine.told import OpenTask
from processes.office import Office
from processes.store import procedures as versions
from tests.bench.cases import ANSWERS, ELEMENT, PARTIES
from tests.bench.rows import Row
from tests.bench.stock import Stock, awaited
from tests.bench.turns import Size, in_turns
from tests.journeys.answers import smooth

#: Jawa Barat and all its kabupaten and kota
WEST_JAVA = (
    "32.01", "32", *(f"32.{n:02d}" for n in range(2, 19)), *(f"32.{n}" for n in range(71, 80)),
)  # fmt: skip
#: rounds of monitoring after which the state is weighed again
ROUNDS = 8
WHAT = {
    "restore": "restore a case, every step of a smooth one",
    "run": "run its answer",
    "save": "save it again",
    "engine": "restore, run and save",
}
STEP = {
    "same_step": "restore, run and save, only tahap1_telaah",
    "stock_engine": "the same step, stock scheduler and serializer",
}

T = TypeVar("T")


class Walk:
    """A smooth case walked in memory, saved and restored between all steps."""

    def __init__(self, office: Office, parties: int) -> None:
        self.office = office
        with office.database.read() as session:
            version = versions.latest(session, "ksdd")
            assert version is not None
            self.procedure: Procedure = office.procedure(session, version.id)
        self.parties = WEST_JAVA[:parties]
        self.now = datetime.now(UTC)
        self.plan = smooth(self.now.date().isoformat(), parties=self.parties)
        #: milliseconds of every step
        self.times: dict[str, list[float]] = {name: [] for name in WHAT}
        run = self.procedure.start(parties=self.parties, now=self.now, calendar=office.calendar)
        self.state = run.save()

    def to_rest(self) -> int:
        """Answer until nobody is awaited; bytes of the state then."""
        while self.step():
            pass
        return len(self.state)

    def monitor(self, rounds: int) -> int:
        """Live through rounds of monitoring; bytes of the state after them."""
        for _ in range(rounds):
            self.now += timedelta(days=186)
            run = self.resume()
            run.fire_timers()
            self.state = run.save()
            self.to_rest()
        return len(self.state)

    def step(self) -> bool:
        """Answer the first open task; False when there is none."""
        run, restored = timed(self.resume)
        found = run.open_tasks()
        if not found:
            return False
        answers = self._answers(found[0])
        _, ran = timed(lambda: run.complete(found[0].id, answers))
        self.state, saved = timed(run.save)
        steps = {"restore": restored, "run": ran, "save": saved, "engine": restored + ran + saved}
        for name, took in steps.items():
            self.times[name].append(took)
        return True

    def resume(self) -> Run:
        """The case as it was last saved, at the walk's moment."""
        return self.procedure.resume(
            self.state, region=self.parties[0], now=self.now, calendar=self.office.calendar
        )

    def _answers(self, task: OpenTask) -> Mapping[str, Any]:
        planned = self.plan[task.shape.element]
        return {
            k: {"document": "0" * 32} if isinstance(v, bytes) else v for k, v in planned.items()
        }


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A case as it is to be kept, and the names of the tasks that opened."""

    state: bytes
    opened: list[str]


class Engine(Protocol):
    """Moves cases that all stand alike, at the measured task."""

    begun: bytes

    def go_on(self, state: bytes) -> Moved:
        """The case after the measured task."""
        ...


class Ours:
    """The product's codec and scheduler."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        walk.step()
        self.begun = walk.state

    def go_on(self, state: bytes) -> Moved:
        self._walk.state = state
        run = self._walk.resume()
        [task] = run.open_tasks()
        run.complete(task.id, ANSWERS)
        opened = [each.shape.element for each in run.open_tasks()]
        return Moved(state=run.save(), opened=opened)


def measure(office: Office, size: Size) -> list[Row]:
    """Rows of a small and of a large case, and of the stock serializer at one step."""
    rows = []
    for parties in size.parties:
        rows += _of(office, parties, max(1, size.walks * size.parties[0] // parties))
    return [*rows, *_beside_stock(office, size)]


def _beside_stock(office: Office, size: Size) -> list[Row]:
    """The measured task in both engines, in turns."""
    walk, stock = Walk(office, len(PARTIES)), Stock()
    walk.step()
    state, body = walk.state, stock.save(stock.at_task())

    def ours(_number: int) -> None:
        walk.state = state
        walk.step()

    def theirs(_number: int) -> None:
        workflow = stock.restore(body)
        stock.answer(workflow, str(awaited(workflow)[0].id), {ELEMENT: ANSWERS})
        stock.save(workflow)

    times = in_turns({"same_step": ours, "stock_engine": theirs}, size)
    where = f"{len(PARTIES)} parties"
    return [
        Row(key=key, what=what, where=where, unit="ms", values=times[key])
        for key, what in STEP.items()
    ]


def _of(office: Office, parties: int, walks: int) -> list[Row]:
    where = f"{parties} parties"
    times: dict[str, list[float]] = {name: [] for name in WHAT}
    for _ in range(walks):
        walk = Walk(office, parties)
        fresh = walk.to_rest()
        for name, found in walk.times.items():
            times[name] += found
    later = walk.monitor(ROUNDS)
    rows = [
        Row(key=name, what=what, where=where, unit="ms", values=times[name])
        for name, what in WHAT.items()
    ]
    what = "state in stage 7, waiting for a round"
    old = f"the same after {ROUNDS} rounds"
    rows.append(Row(key="state", what=what, where=where, unit="bytes", values=[fresh]))
    rows.append(Row(key="state_later", what=old, where=where, unit="bytes", values=[later]))
    return rows


def timed(act: Callable[[], T]) -> tuple[T, float]:
    """What an act gave, and the milliseconds it took."""
    began = time.perf_counter()
    result = act()
    return result, (time.perf_counter() - began) * 1000
