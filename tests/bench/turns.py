"""Several ways of doing the same, measured in turns, so that all meet the same machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.bench.many import LARGE, SMALL, Extent

#: does its work for the case of this number
Way = Callable[[int], object]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is measured."""

    #: cases that are measured
    cases: int
    #: cases before them, which are not
    warm_up: int
    #: after that long no further case is begun
    seconds: float
    #: walks through the whole procedure in memory, with few parties
    walks: int
    #: parties of a small and of a large case
    parties: tuple[int, int] = (2, 28)
    pgbench_seconds: int = 5
    #: the installation behind the board, and how often each way of looking is shown
    large: Extent = LARGE
    looks: int = 15
    #: cases in a database that live through many rounds
    grown: int = 3
    #: the late round that is compared with an early one
    late: int = 100
    #: completions of each process and turn where several work at once, how many such turns, and
    #: seconds of pgbench in each
    each: int = 25
    turns: int = 4
    turn_seconds: int = 2
    #: deadlines of a large installation that wait, and how many of them are due
    deadlines: int = 1_000_000
    due: int = 1_000
    #: reminders that wait to be mailed, and for how many seconds that is watched
    letters: int = 12_000
    mail_seconds: float = 30

    @property
    def prepared(self) -> int:
        """Cases that have to wait before it begins."""
        return self.cases + self.warm_up


USUAL = Size(cases=300, warm_up=20, seconds=150, walks=10)
TINY = Size(
    cases=3,
    warm_up=1,
    seconds=30,
    walks=1,
    parties=(2, 3),
    pgbench_seconds=1,
    large=SMALL,
    looks=1,
    grown=2,
    late=10,
    each=1,
    turns=1,
    turn_seconds=1,
    deadlines=1_000,
    due=10,
    letters=40,
)


def in_turns(ways: Mapping[str, Way], size: Size) -> dict[str, list[float]]:
    """Milliseconds of every way for every case, after the warm-up."""
    measured: dict[str, list[float]] = {name: [] for name in ways}
    give_up = time.monotonic() + size.seconds
    for number in range(size.prepared):
        for name, way in ways.items():
            began = time.perf_counter()
            way(number)
            took = (time.perf_counter() - began) * 1000
            if number >= size.warm_up:
                measured[name].append(took)
        if time.monotonic() > give_up and number > size.warm_up:
            break
    return measured
