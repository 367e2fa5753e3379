"""A deadline as a person reads it: the moment, the working days that are left, and how urgent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from processes.engine.calendar import WorkingCalendar
from processes.sentences import say
from processes.store.tables import Task, TaskStatus
from webhooks.language import language, text

#: from so many working days before the deadline on, it is shown as near
NEAR = 2


@dataclass(frozen=True, kw_only=True)
class Due:
    """When a task is due, told at one moment."""

    at: datetime
    #: zone of the region that must act
    zone: ZoneInfo
    #: for example "sisa 3 hari kerja"
    left: str
    #: colour of the mark; `left` says the same in words
    tone: Literal["good", "soon", "bad"]
    #: whether the day the clock starts is not known yet
    provisional: bool
    #: why the calendar may still move it; empty when nothing does
    warning: str


def due_of(task: Task, calendar: WorkingCalendar, now: datetime) -> Due | None:
    """The task's deadline seen from `now`; None when it has none."""
    if task.due_at is None:
        return None
    left, tone = _distance(task.due_at, task.region_code, calendar, now)
    return Due(
        at=task.due_at,
        zone=calendar.zone(task.region_code),
        left=left,
        tone=tone,
        provisional=task.due_is_provisional,
        warning=warning_of(task, language()),
    )


def is_provisional(task: Task) -> bool:
    """Whether the deadline may move by itself: a receipt or a feast has no date yet."""
    return task.due_at is not None and (task.due_is_provisional or task.due_is_estimated)


def warning_of(task: Task, wanted: str) -> str:
    """Why the calendar may still move a task's deadline, in a language; empty when nothing does."""
    if task.due_at is None or task.status is not TaskStatus.OPEN:
        return ""
    found = [say("calendar.warning_estimated", wanted)] if task.due_is_estimated else []
    if task.due_unknown_year is not None:
        found.append(say("calendar.warning_year", wanted, year=task.due_unknown_year))
    return " ".join(found)


def _distance(
    due_at: datetime, region: str, calendar: WorkingCalendar, now: datetime
) -> tuple[str, Literal["good", "soon", "bad"]]:
    today, last = calendar.today(now, region), calendar.today(due_at, region)
    if due_at < now:
        late = calendar.working_days_between(last, today, region)
        return (text("due_late", count=late) if late else text("due_late_today")), "bad"
    if last == today:
        return text("due_today"), "soon"
    left = calendar.working_days_between(today, last, region)
    return text("due_days", count=left), "soon" if left <= NEAR else "good"
