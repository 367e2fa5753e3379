"""The functions a diagram may call that depend on their arguments only.

Lists of objects (the answers of all partners, say) have the owner's Indonesian names; date
functions carry an English synonym. Nothing here changes what it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from processes.engine.dates import DATE_FUNCTIONS, whole_number
from processes.engine.values import bounded, field, items, kind, number
from processes.errors import UnsafeExpression

#: most decimals `round` keeps
MAX_DECIMALS = 15
#: most comparisons of one call that looks through a list
MAX_COMPARISONS = 20_000

# Lists of objects, for example the answers of all partners.


def _matching(rows: Any, name: Any, wanted: Any) -> list[tuple[Any, bool]]:
    """Each row with whether its field `name` is `wanted`, or one of a list `wanted`."""
    if not isinstance(name, str):
        raise UnsafeExpression("language.field_is_text", kind=kind(name))
    several = items(wanted) if isinstance(wanted, (list, tuple)) else [wanted]
    all_rows = items(rows)
    # Both lists may be long: their product is the work, so it is what is limited.
    if len(all_rows) * len(several) > MAX_COMPARISONS:
        raise UnsafeExpression("language.too_large")
    return [(row, field(row, name) in several) for row in all_rows]


def ada(daftar: Any, nama: Any, nilai: Any, /) -> bool:
    """Whether any row's field has the value, or one of the values; false for an empty list."""
    return any(fits for _, fits in _matching(daftar, nama, nilai))


def semua(daftar: Any, nama: Any, nilai: Any, /) -> bool:
    """Whether every row's field has the value; true for an empty list, false for null."""
    return daftar is not None and all(fits for _, fits in _matching(daftar, nama, nilai))


def yang(daftar: Any, nama: Any, nilai: Any, /) -> list[Any]:
    """The rows whose field has the value, or one of the values."""
    return [row for row, fits in _matching(daftar, nama, nilai) if fits]


def tanpa(daftar: Any, nama: Any, nilai: Any, /) -> list[Any]:
    """The rows whose field has not the value, nor one of the values."""
    return [row for row, fits in _matching(daftar, nama, nilai) if not fits]


def cari(daftar: Any, nama: Any, nilai: Any, /) -> Any:
    """The first row whose field has the value, or null."""
    return next((row for row, fits in _matching(daftar, nama, nilai) if fits), None)


def ganti(daftar: Any, kunci: Any, baru: Any, /) -> list[Any]:
    """The rows, each replaced by the one of `baru` that has the same value in the field `kunci`."""
    if not isinstance(kunci, str):
        raise UnsafeExpression("language.field_is_text", kind=kind(kunci))
    rows, newer = items(daftar), items(baru)
    if len(rows) * len(newer) > MAX_COMPARISONS:
        raise UnsafeExpression("language.too_large")
    return [
        next((new for new in newer if field(new, kunci) == field(row, kunci)), row) for row in rows
    ]


def kolom(daftar: Any, nama: Any, /) -> list[Any]:
    """The field of every row, null where a row lacks it."""
    if not isinstance(nama, str):
        raise UnsafeExpression("language.field_is_text", kind=kind(nama))
    return [field(row, nama) for row in items(daftar)]


# Plain values.


def _length(nilai: Any, /) -> int:
    """The number of items, fields or characters; 0 for null."""
    if nilai is None:
        return 0
    if not isinstance(nilai, (str, list, tuple, Mapping)):
        raise UnsafeExpression("language.not_a_list", kind=kind(nilai))
    return len(nilai)


def _several(nilai: tuple[Any, ...]) -> list[Any]:
    """The values compared: those of the one list given, or the arguments themselves."""
    if len(nilai) == 1 and (nilai[0] is None or isinstance(nilai[0], (list, tuple))):
        return items(nilai[0])
    return items(nilai)


def _least(*nilai: Any) -> Any:
    """The least of the arguments or of one list; null for an empty list."""
    return min(_several(nilai), default=None)


def _greatest(*nilai: Any) -> Any:
    """The greatest of the arguments or of one list; null for an empty list."""
    return max(_several(nilai), default=None)


def _total(daftar: Any, /) -> int | float:
    """The sum of a list of numbers; 0 for an empty list."""
    total: int | float = bounded(sum(number(each) for each in items(daftar)))
    return total


def _absolute(nilai: Any, /) -> int | float:
    """The number without its sign."""
    return abs(number(nilai))


def _rounded(nilai: Any, desimal: Any = 0, /) -> int | float:
    """The number rounded half up (2.5 → 3), to `desimal` decimals; whole when 0."""
    places = whole_number(desimal, MAX_DECIMALS)
    if isinstance(number(nilai), int):
        return number(nilai)
    exact = Decimal(repr(nilai))
    if exact.adjusted() >= MAX_DECIMALS:
        return bounded(int(exact)) if places == 0 else number(nilai)
    half_up = exact.quantize(Decimal(1).scaleb(-abs(places)), rounding=ROUND_HALF_UP)
    return int(half_up) if places == 0 else float(half_up)


def _text(nilai: Any, /) -> str:
    """The value as text: null is empty, booleans are `true` and `false`."""
    if nilai is None:
        return ""
    if isinstance(nilai, bool):
        return "true" if nilai else "false"
    if isinstance(nilai, (str, int, float, date)):
        return str(bounded(nilai))
    raise UnsafeExpression("language.not_a_text", kind=kind(nilai))


def _whole(nilai: Any, /) -> int:
    """The whole part of a number, or the whole number written in a text."""
    if isinstance(nilai, str):
        # Measured first: reading a very long number takes time that grows with its square.
        if len(nilai) > 80 or not re.fullmatch(r"\s*[+-]?[0-9]+\s*", nilai):
            raise UnsafeExpression("language.not_a_number", kind=kind(nilai))
        return int(bounded(int(nilai)))
    return int(bounded(int(number(nilai))))


def _all_true(daftar: Any, /) -> bool:
    """Whether every item of a list is true; true for an empty list, false for null."""
    return daftar is not None and all(each is True for each in items(daftar))


def _any_true(daftar: Any, /) -> bool:
    """Whether any item of a list is true."""
    return any(each is True for each in items(daftar))


#: the functions that need no clock and no calendar
PURE_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "ada": ada,
    "semua": semua,
    "yang": yang,
    "tanpa": tanpa,
    "cari": cari,
    "ganti": ganti,
    "kolom": kolom,
    **DATE_FUNCTIONS,
    "len": _length,
    "min": _least,
    "max": _greatest,
    "sum": _total,
    "abs": _absolute,
    "round": _rounded,
    "str": _text,
    "int": _whole,
    "all_true": _all_true,
    "any_true": _any_true,
}
