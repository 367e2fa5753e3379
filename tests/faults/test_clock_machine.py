"""Whatever people, time and crashes do to a case: the right clocks ring, each exactly once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import postgres_copy
from tests.faults.clock_machine import ClockMachine
from tests.journeys.conftest import START
from tests.journeys.conftest import settled_postgres as settled_postgres
from tests.journeys.conftest import settled_sqlite as settled_sqlite
from tests.journeys.town import Town

Fresh = Callable[[], AbstractContextManager[Town]]


@pytest.fixture
def fresh_sqlite(tmp_path: Path, settled_sqlite: Path) -> Fresh:
    @contextmanager
    def fresh() -> Iterator[Town]:
        folder = tmp_path / uuid4().hex[:8]
        folder.mkdir()
        path = folder / "ksdd.sqlite3"
        shutil.copy(settled_sqlite, path)
        town = Town(f"sqlite+pysqlite:///{path}", folder / "data", START)
        yield town
        town.office.close()
        shutil.rmtree(folder)

    return fresh


@pytest.fixture
def fresh_postgres(tmp_path: Path, postgres_url: str, settled_postgres: str) -> Fresh:
    @contextmanager
    def fresh() -> Iterator[Town]:
        with postgres_copy(postgres_url, settled_postgres) as url:
            town = Town(url, tmp_path / uuid4().hex[:8], START)
            yield town
            town.office.close()

    return fresh


@pytest.mark.slow
@pytest.mark.parametrize(("database", "examples"), [("sqlite", 8), ("postgres", 3)])
def test_whatever_happens_each_clock_rings_exactly_when_it_must(
    database: str, examples: int, request: pytest.FixtureRequest
) -> None:
    class Machine(ClockMachine):
        fresh = staticmethod(request.getfixturevalue(f"fresh_{database}"))

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
