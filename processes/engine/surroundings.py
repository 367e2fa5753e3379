"""What an expression may know besides the data: the moment, the region and its calendar.

SpiffWorkflow evaluates every condition, timer, decision and script through one environment object.
Ours answers with the safe language, and nothing in it reads the clock of the machine: the moment is
handed in with each act and lives in a context variable for as long as that act takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from SpiffWorkflow.bpmn.script_engine import (
    BasePythonScriptEngineEnvironment,
    PythonScriptEngine,
)

from processes.engine.calendar import WorkingCalendar
from processes.engine.language import PURE_FUNCTIONS, SafeLanguage, clock_functions, strip_wrapping

#: name under which the code of the region at work stands in the data of every task
REGION = "daerah"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The moment, the calendar and the region of the act at hand."""

    #: aware moment of the act
    now: datetime
    calendar: WorkingCalendar
    #: code of the region whose zone and holidays count
    region: str


_surroundings: ContextVar[Surroundings] = ContextVar("surroundings")


def surroundings() -> Surroundings:
    """The surroundings of the act at hand; LookupError outside of one."""
    return _surroundings.get()


@contextmanager
def during(around: Surroundings) -> Iterator[None]:
    """Evaluate everything inside the block at this moment and place."""
    token = _surroundings.set(around)
    try:
        yield
    finally:
        _surroundings.reset(token)


@contextmanager
def in_region(region: str | None) -> Iterator[None]:
    """Evaluate with the calendar of `region`; None changes nothing."""
    if region is None or region == surroundings().region:
        yield
        return
    with during(replace(surroundings(), region=region)):
        yield


class CalendarAtHand:
    """The calendar of the act at hand, for the functions of the safe language."""

    def after_working_days(self, start: date, count: int, region: str | None = None) -> datetime:
        """16:00 of the `count`-th working day after `start` in the region at work."""
        around = surroundings()
        return around.calendar.after_working_days(start, count, region or around.region)


def make_language(extra: Mapping[str, Callable[..., Any]] | None = None) -> SafeLanguage:
    """The safe language with every function an owner may use."""

    def now() -> datetime:
        return surroundings().now

    def zone() -> ZoneInfo:
        around = surroundings()
        return around.calendar.zone(around.region)

    functions = dict(PURE_FUNCTIONS)
    functions.update(clock_functions(now, zone, CalendarAtHand()))
    functions.update(extra or {})
    return SafeLanguage(functions)


class SafeEnvironment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """Evaluates and executes with the safe language, in the region the task belongs to."""

    def __init__(self, language: SafeLanguage) -> None:
        super().__init__({})
        self.language = language

    def evaluate(
        self,
        expression: Any,
        context: dict[str, Any],
        external_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value of an expression over the data of one task."""
        if not isinstance(expression, str):
            return expression
        with in_region(context.get(REGION)):
            return self.language.evaluate(
                strip_wrapping(expression), external_context or {}, context
            )

    def execute(
        self,
        script: str,
        context: dict[str, Any],
        external_context: Mapping[str, Any] | None = None,
    ) -> bool:
        """Run the assignments of a script on the data of one task."""
        with in_region(context.get(REGION)):
            self.language.execute(script, context, external_context or {})
        return True


class SafeScriptEngine(PythonScriptEngine):  # type: ignore[misc]
    """The engine's door to the safe language; nothing here calls Python's own `eval`."""

    def __init__(self, language: SafeLanguage) -> None:
        super().__init__(SafeEnvironment(language))

    def evaluate(
        self, task: Any, expression: Any, external_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Like the stock method, but our own errors pass through unwrapped."""
        return self.environment.evaluate(expression, task.data, external_context)

    def execute(
        self, task: Any, script: str, external_context: Mapping[str, Any] | None = None
    ) -> bool:
        """Like the stock method, but our own errors pass through unwrapped."""
        self.environment.execute(script, task.data, external_context or {})
        return True

    def validate(self, expression: str) -> None:
        """Raise UnsafeExpression when the text is outside the safe language."""
        self.environment.language.check(strip_wrapping(expression))
