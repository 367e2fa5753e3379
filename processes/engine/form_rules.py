"""Conditions between the answers of one form: `wajib_jika` and `benar_jika`.

They are expressions of the safe language over the answers of the same form, where a question that
was not answered is null. A condition that cannot be computed, say because it compares null with a
number, does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from processes.engine.calendar import WorkingCalendar
from processes.engine.language import PURE_FUNCTIONS, SafeLanguage, clock_functions, strip_wrapping
from processes.errors import UnsafeExpression

_EQUALITY = re.compile(
    r"\s*(?P<field>[a-z][a-z0-9_]*)\s*==\s*"
    r"(?:\"(?P<double>[^\"\\]*)\"|'(?P<single>[^'\\]*)'|(?P<word>[Tt]rue|[Ff]alse))\s*"
)


@dataclass(frozen=True, kw_only=True)
class Equality:
    """The plainest condition: one question has one answer."""

    field: str
    value: str | bool


@lru_cache(maxsize=4)
def language_on(today: date) -> SafeLanguage:
    """The safe language as a form sees it: `hari_ini()` is the day on which it is answered."""
    moment = datetime.combine(today, time(), UTC)
    zone = ZoneInfo("UTC")
    functions = clock_functions(lambda: moment, lambda: zone, WorkingCalendar(lambda _: zone))
    return SafeLanguage({**PURE_FUNCTIONS, **functions})


def equality(condition: str) -> Equality | None:
    """The condition as one comparison with a text, true or false; None when it says more."""
    found = _EQUALITY.fullmatch(strip_wrapping(condition))
    if found is None:
        return None
    if found["word"]:
        return Equality(field=found["field"], value=found["word"].lower() == "true")
    text = found["single"] if found["double"] is None else found["double"]
    return Equality(field=found["field"], value=text)


def holds(condition: str, answers: Mapping[str, Any], language: SafeLanguage) -> bool:
    """Whether the condition holds for these answers."""
    try:
        return bool(language.evaluate(strip_wrapping(condition), answers))
    except UnsafeExpression:
        return False


def is_false(condition: str, answers: Mapping[str, Any], language: SafeLanguage) -> bool:
    """Whether the condition can be computed and does not hold."""
    try:
        return not language.evaluate(strip_wrapping(condition), answers)
    except UnsafeExpression:
        return False


def reads(condition: str, language: SafeLanguage) -> frozenset[str]:
    """Ids of the questions that the condition looks at; none when it cannot be read."""
    try:
        return language.names(strip_wrapping(condition))
    except UnsafeExpression:
        return frozenset()
