"""Every attack with its size: the long one of `make chaos`, and the short one of the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.chaos import (
    brokers,
    downtime,
    hosts,
    kills,
    leaks,
    migrations,
    moods,
    restores,
    rolling,
    strangers,
    workers,
)
from tests.chaos.proof import Proof

BOTH = ["postgres", "sqlite"]


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One attack on an installation on one kind of database."""

    key: str
    #: "sqlite" or "postgres"
    database: str
    #: takes the database's URL, its name and the data folder
    run: Callable[[str, str, Path], Proof]

    @property
    def name(self) -> str:
        """Fit for `--only`."""
        return f"{self.key}@{self.database}"


def plan(share: float = 1.0, *, quick: bool = False) -> list[Attack]:
    """All attacks; `share` lessens kills, cases and rounds, `quick` asks for the short versions."""

    def size(long: int, short: int) -> int:
        return short if quick else max(round(long * share), short)

    many = kills.Size(cases=size(2300, 6), timers=size(1600, 4), kills=size(1000, 12))
    # the short versions are shared between the databases; each attack meets both in the long ones
    first, second = (["postgres"], ["sqlite"]) if quick else (BOTH, BOTH)
    fewer = kills.Size(cases=size(575, 6), timers=size(400, 4), kills=size(500, 12))
    return [
        *_on(["postgres"], "kills", kills.kill_loop, size=many),
        *_on(["sqlite"], "kills", kills.kill_loop, size=fewer),
        *_on(["postgres"], "workers_killed", workers.killed_workers, kills=size(20, 1), cases=25),
        *_on(first, "too_many", workers.too_many, workers=size(5, 2), beats=3, cases=size(250, 10)),
        *_on(second, "downtime", downtime.standstill, cases=size(1000, 60)),
        *_on(second, "clock", moods.jumping_clock, cases=size(250, 5)),
        *_on(first, "poison", moods.poisoned, cases=size(1000, 40), sick=10),
        *_on(["sqlite"], "robots", strangers.robots, cases=size(500, 10)),
        *_on(second, "guesses", strangers.guesses, tries=size(100_000, 200), rounds=size(1500, 5)),
        *_on(first, "leaks", leaks.leaks, tokens=size(200, 3)),
        *_on(second, "former_holders", strangers.former_holders, races=size(1000, 10)),
        *_on(first, "restores", restores.restores, rounds=size(10, 1)),
        *_on(second, "migrations", migrations.migrations, cases=size(1000, 8), kills=size(200, 3)),
        *_on(["postgres"], "hosts", hosts.hosts, cases=size(100, 8), rounds=size(10, 1)),
        # the previous program comes out of git, which a copy of the sources need not have
        *([] if quick else _on(BOTH, "rolling", rolling.rolling)),
        *_brokers(size(50, 1), size(10, 1), hung_seconds=3 if quick else 70),
    ]


def _on(
    databases: Sequence[str], key: str, run: Callable[..., Proof], **sizes: object
) -> list[Attack]:
    return [Attack(key=key, database=each, run=partial(run, **sizes)) for each in databases]


def _brokers(rounds: int, hangs: int, hung_seconds: float) -> list[Attack]:
    return [
        Attack(
            key=f"broker_{name.replace(' ', '_')}",
            database="postgres",
            run=partial(
                brokers.broker_rounds, attack=attack, rounds=hangs if name == "hung" else rounds
            ),
        )
        for name, attack in brokers.attacks(hung_seconds).items()
    ]
