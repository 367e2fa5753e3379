"""Timer events that read the owner's words and the moment of the act, never the machine's clock.

A timer's moment is fixed once, when the token arrives, and kept with the token. The text may be
ISO 8601 (`P30D`, `2027-01-31`), `45 hari kerja`, or an expression of the safe language that gives
a date, a moment or such words. An expression that gives null means never.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.event_definitions import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)
from SpiffWorkflow.util.task import TaskState

from processes.engine.durations import DurationError, parse_span
from processes.engine.language import strip_wrapping
from processes.engine.surroundings import REGION, in_region, surroundings
from processes.errors import UnsafeExpression

#: kept in place of a moment when the owner's expression gave null
NEVER = ""
#: where the moment at which a timer was fixed is kept with its token
COUNTED_AT = "counted_at"
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def moment_of(value: Any) -> datetime | None:
    """The UTC moment that a timer's value means at the act at hand; None for never.

    A date alone means its first minute in the zone of the region; a moment without a zone is read
    in that zone; an ISO duration counts from this very minute, the owner's words (`45 hari kerja`)
    from today, ending at 16:00.
    """
    around = surroundings()
    zone = around.calendar.zone(around.region)
    if value is None or value == NEVER:
        return None
    if isinstance(value, timedelta):
        return around.now + value
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone).astimezone(UTC)
    if DATE.match(str(value)):
        return moment_of(_iso(str(value)))
    text, span = str(value), parse_span(str(value))
    if span.unit == "jam":
        return around.now + timedelta(hours=span.count)
    today = around.calendar.today(around.now, around.region)
    if text.strip().upper().startswith("P"):
        there = around.calendar.due(span, today, around.region).date()
        return around.now + (there - today)
    return around.calendar.due(span, today, around.region).astimezone(UTC)


def _iso(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        raise UnsafeExpression("timers.date", value=text[:40]) from error


def timer_value(text: str, my_task: Any) -> Any:
    """What the owner's text gives: the words themselves, or the value of the expression."""
    bare = strip_wrapping(text)
    if DATE.match(bare):
        return bare
    try:
        parse_span(bare)
    except DurationError:
        return my_task.workflow.script_engine.evaluate(my_task, bare)
    return bare


class OneShot:
    """A timer that fires once, at the moment fixed when its token arrived."""

    expression: str

    def has_fired(self, my_task: Any) -> bool:
        """Whether the moment has come; fixes the moment on the first call."""
        due = my_task._get_internal_data("event_value")
        if due is None:
            with in_region(my_task.data.get(REGION)):
                moment = moment_of(timer_value(self.expression, my_task))
            due = moment.isoformat() if moment else NEVER
            counted_at = surroundings().now.isoformat()
            my_task._set_internal_data(event_value=due, **{COUNTED_AT: counted_at})
        if due != NEVER and datetime.fromisoformat(due) <= surroundings().now:
            my_task._set_internal_data(event_fired=True)
        return bool(my_task._get_internal_data("event_fired", False))

    @staticmethod
    def due(my_task: Any) -> datetime | None:
        """When it will fire, or None for never."""
        value = my_task._get_internal_data("event_value")
        return datetime.fromisoformat(value) if value else None


class DateTimer(OneShot, TimeDateEventDefinition):  # type: ignore[misc]
    """A timer at a date or moment."""


class SpanTimer(OneShot, DurationTimerEventDefinition):  # type: ignore[misc]
    """A timer after a span."""


class CycleTimer(CycleTimerEventDefinition):  # type: ignore[misc]
    """`R3/P1D`, `R/PT24H`: a non-interrupting timer that fires again and again.

    Ticks missed while nothing ran collapse into one.
    """

    def cycle_complete(self, my_task: Any) -> bool:
        """Whether a tick is due now; moves the next tick past the present moment."""
        value = my_task._get_internal_data("event_value") or self._first(my_task)
        now, due = surroundings().now, False
        upcoming = datetime.fromisoformat(value["next"])
        if value["cycles"] == 0:
            my_task.internal_data["event_fired"] = True
        elif upcoming <= now:
            step = timedelta(seconds=value["duration"])
            missed = (now - upcoming) // step
            value = {
                "cycles": value["cycles"] - 1,
                "next": (upcoming + step * (missed + 1)).isoformat(),
                "duration": value["duration"],
            }
            due = True
        my_task._set_internal_data(event_value=value)
        return due

    def _first(self, my_task: Any) -> dict[str, Any]:
        repeat, _, span_text = str(timer_value_of_cycle(self.expression, my_task)).partition("/")
        now = surroundings().now
        with in_region(my_task.data.get(REGION)):
            first = moment_of(span_text)
        if first is None or first <= now:
            raise UnsafeExpression("timers.cycle", value=self.expression[:40])
        count = int(repeat[1:]) if repeat[1:] else -1
        return {
            "cycles": count,
            "next": first.isoformat(),
            "duration": (first - now).total_seconds(),
        }

    def update_task(self, my_task: Any) -> None:
        """Start one pass of the outgoing path per tick (the stock method also adds a dead join)."""
        if not self.cycle_complete(my_task):
            return
        for output in my_task.task_spec.outputs:
            if isinstance(output, BoundaryEventJoin):
                continue
            child = my_task._add_child(output, TaskState.FUTURE)
            child.task_spec._predict(child, mask=TaskState.NOT_FINISHED_MASK)
            child.task_spec._update(child)

    @staticmethod
    def due(my_task: Any) -> datetime | None:
        """When the next tick comes, or None when all are spent."""
        value = my_task._get_internal_data("event_value")
        if not value or value["cycles"] == 0:
            return None
        return datetime.fromisoformat(value["next"])


CYCLE = re.compile(r"R\d*/P.+", re.IGNORECASE)


def timer_value_of_cycle(text: str, my_task: Any) -> str:
    """The `Rn/P…` text itself, or what its expression gives."""
    bare = strip_wrapping(text)
    value = (
        bare if CYCLE.fullmatch(bare) else my_task.workflow.script_engine.evaluate(my_task, bare)
    )
    if not CYCLE.fullmatch(str(value)):
        raise UnsafeExpression("timers.cycle", value=str(value)[:40])
    return str(value).upper()
