"""What becomes of the moments of timers when a case gets another version of its drawing."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from processes.engine.clocks import (
    edge_timers,
    held_moment,
    hold_timer,
    moment_now,
    waiting_timers,
)
from processes.engine.granted import Clock
from processes.engine.recounting import (
    MovedTimer,
    clock_at,
    counted_anew,
    moment_kept,
    moved_timer,
)
from processes.engine.run import Run
from processes.engine.surroundings import REGION, during
from processes.engine.timers import COUNTED_AT


class Anew(enum.StrEnum):
    """From when the moment of a timer is counted by its new words."""

    #: from when its token arrived
    ARRIVAL = "arrival"
    NOW = "now"


#: for a timer's element and that of the task it is on (or empty), from when; None: it stays
Choose = Callable[[str, str], Anew | None]


def migrated_timers(
    run: Run, known: Mapping[str, Any], choose: Choose, clocks: Mapping[str, Clock]
) -> list[MovedTimer]:
    """The timers that waited before (`known`: by id, their former words) and fire at another
    moment now; `clocks` are those of the open tasks, with what was granted to them, by task id.

    Words that did not change give the same moment again, so such a timer moves only when it begins
    anew.
    """
    hosts = {
        str(timer.id): open_task
        for open_task in run.open_tasks()
        for timer in edge_timers(run, open_task.id)
    }
    found = []
    for timer in waiting_timers(run):
        own, before = str(timer.id), moment_kept(timer)
        if own not in known or before is None:
            continue
        host = hosts.get(own)
        how = choose(timer.task_spec.bpmn_id, host.shape.element if host else "")
        if how is None or (how is Anew.ARRIVAL and known[own] == _words(timer)):
            continue
        after = _found_anew(run, timer, clocks.get(host.id) if host else None, how)
        if after is not None and after != before:
            found.append(moved_timer(timer, before, after))
    return found


def words_of_timers(run: Run) -> dict[str, str]:
    """By id, the owner's words of every timer that waits."""
    return {str(timer.id): _words(timer) for timer in waiting_timers(run)}


def hold_new(run: Run, task_id: str) -> None:
    """Hold those timers on the edge of a paused task that run."""
    for timer in edge_timers(run, task_id):
        if held_moment(timer) is None:
            hold_timer(timer)


def _words(timer: Any) -> str:
    return str(timer.task_spec.event_definition.expression)


def _found_anew(run: Run, timer: Any, clock: Clock | None, how: Anew) -> datetime | None:
    if how is Anew.ARRIVAL:
        return counted_anew(run, timer, clock)
    with during(run.surroundings):
        moment = moment_now(timer)
    timer._set_internal_data(**{COUNTED_AT: run.surroundings.now.isoformat()})
    if moment is None:
        return None
    today = run.surroundings.calendar.today(
        run.surroundings.now, timer.data.get(REGION) or run.surroundings.region
    )
    return replace(clock_at(run, timer, clock), starts_on=today).through(moment)
