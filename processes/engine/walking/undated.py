"""What is told of the values of a case, kept where no day can change it, so that it is told once.

Most values of a case are the same from situation to situation; only dates, years and timers have to
be looked at again at each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.engine.field_values import REGION_CODE

CODE = re.compile(REGION_CODE)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A date or timer whose place in the order is not known yet."""

    at: datetime


class Undated:
    """What is told of a value that no day can change; kept, so that it is told only once."""

    __slots__ = ("_hash", "_named", "_renamed", "_text", "_told", "words")

    def __init__(self, told: tuple[Any, ...]) -> None:
        self._told = told
        self._text = repr(told)
        self._hash = hash(self._text)
        #: every text in it
        self.words = frozenset(_words(told))
        self._named = any(CODE.fullmatch(word) for word in self.words)
        self._renamed: dict[Naming, Undated] = {}

    def __repr__(self) -> str:
        return self._text

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Undated) and self._text == other._text)

    def renamed(self, naming: Naming) -> Undated:
        """The same with the parties by their part."""
        if not self._named:
            return self
        known = self._renamed.get(naming)
        if known is None:
            known = self._renamed[naming] = Undated(renamed(self._told, naming))
        return known


class Naming(dict[str, str]):
    """The part of each party by its code."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        super().__init__(parts)
        self._hash = hash(tuple(parts.items()))

    def __hash__(self) -> int:  # type: ignore[override]
        return self._hash


def kept(told: Any) -> Any:
    """What is told of a value, as `Undated` where no day can change it."""
    return Undated(told) if isinstance(told, tuple) and _is_undated(told) else told


def _is_undated(told: Any) -> bool:
    """Whether this is told alike on every day."""
    if not isinstance(told, tuple):
        return not isinstance(told, Moment)
    if len(told) == 2 and told[0] == "year":
        return False
    return all(_is_undated(each) for each in told)


def holds_word(told: Any, word: str) -> bool:
    """Whether this text stands anywhere in what is told."""
    if isinstance(told, tuple):
        return any(holds_word(each, word) for each in told)
    return word in told.words if isinstance(told, Undated) else bool(told == word)


def renamed(value: Any, names: Naming) -> Any:
    """What is told with the parties by their part; lists in the order of what stands there then."""
    if isinstance(value, Undated):
        return value.renamed(names)
    if isinstance(value, tuple):
        if value and value[0] == "list" and len(value) == 2:
            return ("list", tuple(sorted((renamed(v, names) for v in value[1]), key=repr)))
        if len(value) == 2 and value[0] in ("text", "region"):
            return (value[0], names.get(value[1], value[1]))
        return tuple(renamed(each, names) for each in value)
    return value


def _words(told: Any) -> Iterator[str]:
    """Every text in what is told."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Undated):
        yield from told.words
    elif isinstance(told, tuple):
        for each in told:
            yield from _words(each)
