"""Values of the safe language: how large they may get, and how they are read and joined.

A value is what JSON knows (null, boolean, number, string, list, object) or a date. Every
operation here either gives such a value within the limits or raises UnsafeExpression.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from processes.errors import UnsafeExpression

#: longest text an expression may make, in characters
MAX_TEXT = 100_000
#: longest list or object an expression may make or walk through
MAX_ITEMS = 5_000
#: largest whole number, in bits
MAX_BITS = 256
#: most items a result may hold in all its levels together
MAX_RESULT_ITEMS = 50_000
#: most characters a result may hold in all its levels together
MAX_RESULT_TEXT = 1_000_000
#: deepest nesting of a result
MAX_LEVELS = 50

_ATOMS = (bool, type(None), date, timedelta)


def kind(value: Any) -> str:
    """The JSON word for the kind of `value`: null, boolean, number, string, list or object."""
    if value is None:
        return "null"
    words: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "boolean"),
        ((int, float), "number"),
        (str, "string"),
        (date, "date"),
        ((list, tuple), "list"),
        (Mapping, "object"),
    )
    return next((word for types, word in words if isinstance(value, types)), type(value).__name__)


def bounded(value: Any) -> Any:
    """`value` itself when it is of a known kind and within the limits of its top level."""
    if isinstance(value, str):
        fits = len(value) <= MAX_TEXT
    elif isinstance(value, _ATOMS):
        fits = True
    elif isinstance(value, int):
        fits = value.bit_length() <= MAX_BITS
    elif isinstance(value, float):
        fits = math.isfinite(value)
    elif isinstance(value, (list, tuple, Mapping)):
        fits = len(value) <= MAX_ITEMS
    else:
        raise UnsafeExpression("language.unknown_kind", kind=type(value).__name__)
    if not fits:
        raise UnsafeExpression("language.too_large")
    return value


def number(value: Any) -> int | float:
    """`value` when it is a number within the limits; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnsafeExpression("language.not_a_number", kind=kind(value))
    result: int | float = bounded(value)
    return result


def items(value: Any) -> list[Any]:
    """The list `value`, empty for null; at most MAX_ITEMS long."""
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        raise UnsafeExpression("language.not_a_list", kind=kind(value))
    return list(bounded(value))


def field(owner: Any, name: str) -> Any:
    """The field `name` of an object; null when the object is null or has no such field."""
    if type(owner) is dict:
        return owner.get(name)
    if owner is None:
        return None
    if isinstance(owner, Mapping):
        return owner.get(name)
    raise UnsafeExpression("language.no_field", name=name, kind=kind(owner))


def item(owner: Any, key: Any) -> Any:
    """Field `key` of an object or item number `key` of a list; null when there is none."""
    if isinstance(key, str):
        return field(owner, key)
    if owner is None or key is None:
        return None
    if isinstance(key, bool) or not isinstance(key, int) or not isinstance(owner, (list, tuple)):
        raise UnsafeExpression("language.bad_index", key=kind(key), kind=kind(owner))
    return owner[key] if -len(owner) <= key < len(owner) else None


def same(left: Any, right: Any) -> bool:
    """Whether both are the same of null, true and false; 1 is not true."""
    return left is right


def add(left: Any, right: Any) -> Any:
    """The sum of two numbers, or two texts or two lists one after the other."""
    for sort, limit in ((str, MAX_TEXT), (list, MAX_ITEMS)):
        if isinstance(left, sort) and isinstance(right, sort):
            # Measured before joining, so that a large value is never made at all.
            if len(left) + len(right) > limit:
                raise UnsafeExpression("language.too_large")
            return left + right  # type: ignore[operator]
    return bounded(number(left) + number(right))


def subtract(left: Any, right: Any) -> Any:
    """`left` less `right`, numbers only."""
    return bounded(number(left) - number(right))


def multiply(left: Any, right: Any) -> Any:
    """The product of two numbers; a text or a list is never repeated."""
    return bounded(number(left) * number(right))


def divide(left: Any, right: Any) -> Any:
    """The quotient of two numbers, with its fraction."""
    return bounded(number(left) / _divisor(right))


def divide_whole(left: Any, right: Any) -> Any:
    """The quotient of two numbers, rounded down."""
    return bounded(number(left) // _divisor(right))


def remainder(left: Any, right: Any) -> Any:
    """The remainder of a division of numbers; a text is never formatted with `%`."""
    return bounded(number(left) % _divisor(right))


def negative(value: Any) -> Any:
    """The number with its sign changed."""
    return -number(value)


def positive(value: Any) -> Any:
    """The number itself."""
    return number(value)


def _divisor(value: Any) -> int | float:
    if number(value) == 0:
        raise UnsafeExpression("language.division_by_zero")
    return number(value)


def fresh(value: Any) -> Any:
    """A copy of `value` that shares no list or object with it; within all result limits."""
    return _copy(value, 0, [MAX_RESULT_ITEMS, MAX_RESULT_TEXT])


def _copy(value: Any, level: int, left: list[int]) -> Any:
    """A deep copy; `left` counts down the items and characters still allowed."""
    left[0] -= 1
    if isinstance(value, str):
        left[1] -= len(value)
    if level > MAX_LEVELS or min(left) < 0:
        raise UnsafeExpression("language.too_large")
    if isinstance(value, Mapping):
        return {str(name): _copy(each, level + 1, left) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copy(each, level + 1, left) for each in value]
    return bounded(value)


#: the operations that generated code calls, by the name it calls them
OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "bounded": bounded,
    "field": field,
    "item": item,
    "same": same,
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "divide_whole": divide_whole,
    "remainder": remainder,
    "negative": negative,
    "positive": positive,
}
