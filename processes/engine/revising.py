"""Answers that come after their task was finished: the data of every living token follow them, and
so do the timers that count from them.

A timer keeps the moment fixed when its token arrived; it moves only when the answer changes what
its own expression gives for its own token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from processes.engine.clocks import STOOD, held_moment, hold, moment_now, waiting_timers
from processes.engine.run import Run
from processes.engine.surroundings import REGION, during
from processes.engine.timers import COUNTED_AT, NEVER


def revise(run: Run, element: str, region: str, answers: Mapping[str, Any]) -> None:
    """Put later answers to a finished task of a region into the data of the process.

    Only those that steer the flow are kept there, as when the task was finished. Timers that are
    due by them fire at once.
    """
    kept = {name: value for name, value in answers.items() if name in run.procedure.steering}
    if kept:
        with during(run.surroundings):
            before = {id(timer): moment_now(timer) for timer in waiting_timers(run)}
            for task in _tokens(run):
                _revise_data(run, task, element, region, kept)
            for timer in waiting_timers(run):
                after = moment_now(timer)
                if after != before[id(timer)]:
                    _set(timer, after, run.surroundings.now)
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


def _set(timer: Any, moment: datetime | None, now: datetime) -> None:
    value = moment.isoformat() if moment else NEVER
    timer._set_internal_data(**{COUNTED_AT: now.isoformat(), STOOD: None})
    if held_moment(timer) is not None:
        hold(timer, value)
    else:
        timer._set_internal_data(event_value=value)
