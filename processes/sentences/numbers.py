"""Whole numbers spelled out in Indonesian, as minutes and agreements write them."""

from __future__ import annotations

#: furthest from zero that is spelled out
MOST = 10**15
_SMALL = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan",
    "sepuluh", "sebelas",
)  # fmt: skip
_LARGE = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"))


def spelled(number: int) -> str:
    """A number in words: 2026 is `dua ribu dua puluh enam`; ValueError beyond 10^15."""
    if abs(number) > MOST:
        raise ValueError(number)
    return f"minus {_spelled(-number)}" if number < 0 else _spelled(number)


def _spelled(number: int) -> str:
    for size, word in _LARGE:
        if number >= size:
            return _joined(f"{_spelled(number // size)} {word}", number % size)
    if number >= 2000:
        return _joined(f"{_spelled(number // 1000)} ribu", number % 1000)
    if number >= 1000:
        return _joined("seribu", number - 1000)
    if number >= 200:
        return _joined(f"{_SMALL[number // 100]} ratus", number % 100)
    if number >= 100:
        return _joined("seratus", number - 100)
    if number >= 20:
        return _joined(f"{_SMALL[number // 10]} puluh", number % 10)
    return f"{_SMALL[number - 10]} belas" if number >= 12 else _SMALL[number]


def _joined(front: str, rest: int) -> str:
    return f"{front} {_spelled(rest)}" if rest else front
