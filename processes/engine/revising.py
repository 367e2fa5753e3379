"""Answers that come after their task was finished: the data of every living token follow them, and
so do the timers that count from them.

A timer keeps the moment fixed when its token arrived; it moves only when the answer changes what
its own expression gave for its own token then. What was granted to the clock of its task before,
pauses and extensions, is then applied to the new moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from processes.engine.clocks import edge_timers, moment_now, set_moment, waiting_timers
from processes.engine.granted import Clock
from processes.engine.recounting import clock_at
from processes.engine.run import Run
from processes.engine.surroundings import REGION, during
from processes.engine.timers import COUNTED_AT
from processes.engine.told import OpenTask


def revise(
    run: Run, element: str, region: str, answers: Mapping[str, Any], clocks: Mapping[str, Clock]
) -> None:
    """Put later answers to a finished task of a region into the data of the process.

    Only those that steer the flow are kept there, as when the task was finished. `clocks` are those
    of the open tasks by task id, as they were until now. Timers that are due by the answers fire at
    once.
    """
    kept = {name: value for name, value in answers.items() if name in run.procedure.steering}
    if kept:
        with during(run.surroundings):
            before = {id(timer): _as_fixed(run, timer) for timer in waiting_timers(run)}
            for task in _tokens(run):
                _revise_data(run, task, element, region, kept)
            moved = [t for t in waiting_timers(run) if _as_fixed(run, t) != before[id(t)]]
        hosts = {
            id(timer): open_task
            for open_task in run.open_tasks()
            for timer in edge_timers(run, open_task.id)
        }
        for timer in moved:
            host = hosts.get(id(timer))
            clock = clocks.get(host.id) if host else None
            _set(run, timer, _counting_anew(run, host, clock) if host and clock else None)
    run.fire_timers()


def _tokens(run: Run) -> Iterator[Any]:
    """Every token of every level: what is kept for later passes is revised as well."""
    for level in (run.workflow, *run.workflow.subprocesses.values()):
        yield from level.tasks.values()


def _revise_data(
    run: Run, task: Any, element: str, region: str, answers: Mapping[str, Any]
) -> None:
    record = task.data.get(element)
    if not isinstance(record, Mapping) or record.get(REGION) != region:
        return
    for name, value in answers.items():
        # the same answer under its own name, unless a later task gave it another value
        if name not in run.procedure.shapes and task.data.get(name) == record.get(name):
            task.data[name] = value
    task.data[element] = {**record, **answers}


def _as_fixed(run: Run, timer: Any) -> datetime | None:
    """What the timer's expression gives for the moment it was fixed: where an unknown day is
    taken to be today, an answer that names the day of this very act still makes a difference."""
    fixed = timer._get_internal_data(COUNTED_AT)
    now = datetime.fromisoformat(fixed) if fixed else run.surroundings.now
    with during(replace(run.surroundings, now=now)):
        return moment_now(timer)


def _counting_anew(run: Run, host: OpenTask, clock: Clock) -> Clock:
    """The clock of an open task from the day on which it is known to have started by now."""
    due = run.due(host) if host.shape.clock_start else None
    starts_on = date.fromisoformat(due.starts_on) if due and not due.provisional else None
    if due is None or starts_on is None or starts_on == clock.starts_on:
        return clock
    return replace(clock, base=due.at, starts_on=starts_on)


def _set(run: Run, timer: Any, clock: Clock | None) -> None:
    with during(run.surroundings):
        moment = moment_now(timer)
    if moment is not None:
        moment = clock_at(run, timer, clock).through(moment)
    timer._set_internal_data(**{COUNTED_AT: run.surroundings.now.isoformat()})
    set_moment(timer, moment)
