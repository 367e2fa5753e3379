"""Running a drawing in every way, without any cleverness: what the walk is measured against.

Nothing here knows what is read later: every answer that a form takes is given, every timer fires,
and two states are the same only when all data of all open work are the same.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from SpiffWorkflow.util.task import TaskState

from processes.engine.calendar import WorkingCalendar
from processes.engine.procedure import Procedure
from processes.engine.run import Run
from tests.engine.drawings import MONDAY

REGIONS = ("32.01", "32.02", "32.03")
WORK = TaskState.READY | TaskState.WAITING | TaskState.STARTED
#: states that one drawing may have before brute force gives up
MOST_STATES = 200


class TooMany(Exception):
    """There are more states than brute force can go through."""


def wrong_with(diagram: bytes) -> str | None:
    """What goes wrong in some run with two or three parties; None when nothing does.

    Raises TooMany.
    """
    try:
        procedure = Procedure("brute", {"p.bpmn": diagram})
    except Exception as fault:  # noqa: BLE001 - whatever keeps a drawing from being read
        return f"unreadable: {type(fault).__name__}"
    found = [_Brute(procedure, REGIONS[:parties]).run() for parties in (2, 3)]
    return next((each for each in found if each), None)


class _Brute:
    def __init__(self, procedure: Procedure, parties: tuple[str, ...]) -> None:
        self.procedure = procedure
        self.parties = parties
        zone = ZoneInfo("Asia/Jakarta")
        self.calendar = WorkingCalendar(lambda _: zone)
        self.seen: dict[str, int] = {}
        self.back: dict[int, set[int]] = {}
        self.ends: set[int] = set()
        self.waiting: deque[tuple[int, bytes, datetime]] = deque()

    def run(self) -> str | None:
        """Go through all states; the first thing that goes wrong."""
        try:
            first = self.procedure.start(parties=self.parties, now=MONDAY, calendar=self.calendar)
            wrong = self.meet(first, None)
            while wrong is None and self.waiting:
                wrong = self.explore(*self.waiting.popleft())
        except TooMany:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever a drawing makes the engine raise
            return f"fault: {type(fault).__name__}: {fault}"[:200]
        return wrong or self.without_exit()

    def explore(self, number: int, state: bytes, now: datetime) -> str | None:
        """Everything that can happen next in one state."""
        run = self.wake(state, now)
        for position, task in enumerate(run.open_tasks()):
            for answers in ways(task.shape.form):
                changed = self.wake(state, now)
                changed.complete(changed.open_tasks()[position].id, answers)
                wrong = self.meet(changed, number)
                if wrong:
                    return wrong
        if run.next_timer is not None:
            later = self.wake(state, max(now, run.next_timer))
            later.fire_timers()
            return self.meet(later, number)
        return None

    def meet(self, run: Run, before: int | None) -> str | None:
        """Note a state; what is wrong with it."""
        for task in run.open_tasks():
            run.due(task)
        state = run.save()
        over, places = run.is_over, run.open_tasks()
        if over and places:
            return "lost: a task is open when the case is over"
        if not over and not places and run.next_timer is None:
            return "stuck"
        mark = _mark(run)
        fresh = mark not in self.seen
        known = self.seen.setdefault(mark, len(self.seen))
        self.back.setdefault(known, set())
        if before is not None:
            self.back[known].add(before)
        if over:
            self.ends.add(known)
        elif fresh:
            self.waiting.append((known, state, run.surroundings.now))
        if len(self.seen) > MOST_STATES:
            raise TooMany
        return None

    def without_exit(self) -> str | None:
        """A state from which no end is reached."""
        good, waiting = set(self.ends), list(self.ends)
        while waiting:
            fresh = self.back[waiting.pop()] - good
            good |= fresh
            waiting += fresh
        return "no exit" if len(good) < len(self.seen) else None

    def wake(self, state: bytes, now: datetime) -> Run:
        return self.procedure.resume(state, region=self.parties[0], now=now, calendar=self.calendar)


def ways(form: Any) -> Iterator[Mapping[str, Any]]:
    """Every combination of answers that a form of choices takes."""
    names = [field.id for field in form.fields]
    values = []
    for field in form.fields:
        options: list[Any] = [code for code, _ in field.options] or ["isi"]
        values.append(options if field.required else [*options, None])
    return (dict(zip(names, way, strict=True)) for way in product(*values))


def _mark(run: Run) -> str:
    """All open work with all of its data, and how far away each timer is."""
    work = []
    for level in run.workflow.levels():
        for task in level.tasks.values():
            if task._state & WORK:
                due = getattr(getattr(task.task_spec, "event_definition", None), "due", None)
                moment = due(task) if due else None
                left = str(moment - run.surroundings.now) if moment else ""
                data = json.dumps(task.data, sort_keys=True, default=str)
                work.append((task.task_spec.name, str(task._state), left, data))
    return repr((run.is_over, sorted(work)))
