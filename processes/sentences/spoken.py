"""What stands in a sentence, for its two readers: machines get codes and ISO dates, people at a
page get names and days in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from processes.sentences.dates import listing, short


@dataclass(frozen=True)
class Spoken:
    """A code, and what people call it."""

    code: str
    name: str

    def __str__(self) -> str:
        return self.code


class Listed(tuple[Spoken, ...]):
    """Several of them in one sentence."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(str(each) for each in self)


def in_words(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values of a sentence as people read them."""
    return {name: _in_words(value, language) for name, value in values.items()}


def _in_words(value: Any, language: str) -> Any:
    if isinstance(value, Spoken):
        return value.name
    if isinstance(value, Listed):
        return listing([each.name for each in value], language)
    if isinstance(value, date) and not isinstance(value, datetime):
        return short(value, language)
    return value
