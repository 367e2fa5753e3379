"""The sweep of reminders over a large installation with a million deadlines that wait.

It is asked what is due first while nothing is, then when a thousand are, spread among all others.
The question is the sweep's own, asked as the sweep asks it; what rings is taken by the sweep's
conditional update, with its letters, links and history.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from processes import actions
from processes.office import Office
from processes.store import alarms
from tests.bench.board import NOW
from tests.bench.rows import Row
from tests.bench.turns import Size
from worker import sweeps

#: how often each question is asked, after some to warm up
TIMES, WARM_UP = 50, 10
#: deadlines that ring at last, each by itself
RUNG = 100
WHAT = {
    "sweep_none": "what is due of {deadlines:,} deadlines: nothing",
    "sweep_idle": "a whole sweep of reminders with nothing due",
    "sweep_due": "{due:,} due among {deadlines:,} deadlines, found",
    "sweep_ring": "one of them taken and told",
}
#: open tasks with a number each, so that every deadline finds its own
NUMBERED = (
    "CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS"
    " SELECT id, case_id, (row_number() OVER (ORDER BY id) - 1)::int AS nth"
    " FROM task WHERE status = 'open'"
)
#: one deadline every half minute from now on: a million within a year
FILL = (
    "INSERT INTO alarm (id, kind, case_id, task_id, due_at, label, set_at, attempts)"
    " SELECT 'bench' || lpad(n::text, 27, '0'), 'pengingat', case_id, id,"
    " %(now)s::timestamptz + interval '30 seconds' * n, '+0', %(now)s, 0"
    " FROM generate_series(1, %(deadlines)s) AS n"
    " JOIN numbered ON nth = n %% (SELECT count(*) FROM numbered)"
)
#: every so many-th of them comes due
COME_DUE = (
    "UPDATE alarm SET due_at = due_at - interval '2 years'"
    " WHERE id IN (SELECT 'bench' || lpad((n * %(step)s)::text, 27, '0')"
    " FROM generate_series(1, %(due)s) AS n)"
)


def measure(office: Office, where: str, size: Size) -> list[Row]:
    """Rows of a large installation on PostgreSQL, which has a million deadlines afterwards."""
    _fill(office, size)
    measured = {
        "sweep_none": _times(TIMES, lambda: _ask(office, sweeps.BATCH)),
        "sweep_idle": _times(TIMES, lambda: sweeps.sweep_reminders(office, lambda: NOW)),
    }
    _come_due(office, size)
    assert len(_ask(office, size.due + 1)) == size.due
    measured["sweep_due"] = _times(TIMES, lambda: _ask(office, size.due))
    ring = _times(min(RUNG, size.due // 2), lambda: _ring(office), warm_up=1)
    return _rows(where, size, {**measured, "sweep_ring": ring})


def missing(why: str, size: Size) -> list[Row]:
    """The rows of a database that is not there."""
    return _rows("PostgreSQL", size, {}, why)


def _rows(where: str, size: Size, values: dict[str, list[float]], why: str = "") -> list[Row]:
    return [
        Row(
            key=key,
            what=what.format(deadlines=size.deadlines, due=size.due),
            where=where,
            unit="ms",
            values=values.get(key, ()),
            missing=why,
        )
        for key, what in WHAT.items()
    ]


def _ask(office: Office, limit: int) -> list[str]:
    with office.database.glance() as session:
        return alarms.due_ids(session, NOW, actions.REMINDERS, limit)


def _ring(office: Office) -> None:
    assert actions.fire_alarms(office, kinds=actions.REMINDERS, now=NOW, limit=1) == 1


def _times(times: int, act: Callable[[], object], warm_up: int = WARM_UP) -> list[float]:
    """Milliseconds of an act, again and again."""
    taken = []
    for number in range(warm_up + times):
        began = time.perf_counter()
        act()
        if number >= warm_up:
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def _fill(office: Office, size: Size) -> None:
    with office.database.connect_to_write() as connection:
        # every deadline leans on a task that is there: nothing has to look that up again
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(NUMBERED)
        connection.exec_driver_sql(FILL, {"now": NOW, "deadlines": size.deadlines})
    _look_again(office)


def _come_due(office: Office, size: Size) -> None:
    with office.database.connect_to_write() as connection:
        step = size.deadlines // size.due
        connection.exec_driver_sql(COME_DUE, {"step": step, "due": size.due})
    _look_again(office)


def _look_again(office: Office) -> None:
    """What a database that was filled over years has long known about its deadlines."""
    engine = office.database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE alarm")
