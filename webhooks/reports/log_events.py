"""The events of one case: each task opened, stopped, run on, finished or cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from processes.store.questions.event_log import LoggedCase
from processes.store.tables import Task, TaskStatus

#: as XES calls what happens to a piece of work; a task that is cancelled was begun before
Transition = Literal["start", "suspend", "resume", "complete", "ate_abort"]
ORDER: tuple[Transition, ...] = ("suspend", "resume", "complete", "ate_abort", "start")


@dataclass(frozen=True, kw_only=True)
class LogEvent:
    """Something happened to a task."""

    at: datetime
    transition: Transition
    task: Task
    #: a role at a region, or the person who did it
    resource: str


def events_of(found: LoggedCase, *, with_names: bool) -> list[LogEvent]:
    """What happened in the case, the oldest first; what ends stands before what begins with it."""
    events = [event for task in found.tasks for event in _of_task(found, task, with_names)]
    return sorted(events, key=lambda e: (e.at, ORDER.index(e.transition), e.task.position))


def _of_task(found: LoggedCase, task: Task, with_names: bool) -> Iterator[LogEvent]:
    office = f"{task.role}@{task.region_code}"
    person = (task.done_by or office) if with_names else office
    yield LogEvent(at=task.opened_at, transition="start", task=task, resource=office)
    for at, stops in found.pauses.get(task.id, ()):
        what: Transition = "suspend" if stops else "resume"
        yield LogEvent(at=at, transition=what, task=task, resource=office)
    if task.closed_at is None:
        return
    if task.status is TaskStatus.DONE:
        yield LogEvent(at=task.closed_at, transition="complete", task=task, resource=person)
    else:
        yield LogEvent(at=task.closed_at, transition="ate_abort", task=task, resource=office)
