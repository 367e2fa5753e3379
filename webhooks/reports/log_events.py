"""The events of one case: each task opened, stopped, run on, finished or cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
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
    #: the day on which a letter was received from which its clock counts, where that is known
    received_on: date | None


def events_of(found: LoggedCase, *, with_names: bool) -> list[LogEvent]:
    """What happened in the case, the oldest first; what ends stands before what begins with it."""
    events = [event for task in found.tasks for event in _of_task(found, task, with_names)]
    return sorted(events, key=lambda e: (e.at, ORDER.index(e.transition), e.task.position))


def _of_task(found: LoggedCase, task: Task, with_names: bool) -> Iterator[LogEvent]:
    office = f"{task.role}@{task.region_code}"

    def event(at: datetime, transition: Transition, resource: str = office) -> LogEvent:
        received = found.received.get(task.id)
        return LogEvent(
            at=at, transition=transition, task=task, resource=resource, received_on=received
        )

    yield event(task.opened_at, "start")
    for at, stops in found.pauses.get(task.id, ()):
        yield event(at, "suspend" if stops else "resume")
    if task.closed_at is None:
        return
    if task.status is TaskStatus.DONE:
        yield event(task.closed_at, "complete", (task.done_by if with_names else "") or office)
    else:
        yield event(task.closed_at, "ate_abort")
