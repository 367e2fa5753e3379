"""TOML as owners write it, read so that whatever a file holds comes out as one refusal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from processes.errors import KsddError
from processes.sentences import say

#: largest file
MOST_BYTES = 64 * 1024
#: most tables and lists inside each other
DEEPEST = 20
#: how the parser's sentences begin, and what we say instead
FAULTS = {
    **dict.fromkeys(("Cannot ", "Duplicate inline table key"), "texts.toml_twice"),
    **dict.fromkeys(("Unclosed ", "Expected ']"), "texts.toml_open"),
    "Unterminated string": "texts.toml_quote",
    **dict.fromkeys(("Unescaped ", "Escaped ", "Invalid hex"), "texts.toml_backslash"),
    # a text that goes on at the end of its line
    r"Illegal character '\n'": "texts.toml_quote",
    r"Found invalid character '\n'": "texts.toml_quote",
    **dict.fromkeys(("Illegal character", "Found invalid character"), "texts.toml_character"),
    "Expected '='": "texts.toml_equals",
    "Expected newline": "texts.toml_line",
    # what ends a text between other quotation marks
    "Expected ": "texts.toml_quote",
    **dict.fromkeys(("Invalid value", "Invalid date"), "texts.toml_bad_value"),
}


class TomlRefused(KsddError):
    """A text cannot be read as TOML; `line` and `column` count from 1, 0 is the whole file."""

    status = 422
    default_key = "texts.toml_statement"

    def __init__(
        self, key: str | None = None, /, *, line: int = 0, column: int = 0, **values: Any
    ) -> None:
        self.line = line
        self.column = column
        super().__init__(key, **values)

    def say(self, language: str = "id") -> str:
        """What is wrong, and in which column."""
        what = super().say(language)
        return (
            say("texts.toml_at", language, what=what, column=self.column) if self.column else what
        )


def read_toml(text: str) -> dict[str, Any]:
    """What a text says; raises TomlRefused."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused(text, str(error)) from None
    except RecursionError:
        raise TomlRefused("texts.toml_deep", most=DEEPEST) from None
    except ValueError:
        # what TOML has no word for: a day that no month has, a number of thousands of digits
        raise TomlRefused("texts.toml_value") from None
    if _is_deep([found]):
        raise TomlRefused("texts.toml_deep", most=DEEPEST)
    return found


def _refused(text: str, told: str) -> TomlRefused:
    """In the reader's words what the parser said in its own; at the end of the text it names no
    place."""
    place = re.search(r"at line (\d+), column (\d+)", told)
    line, column = (int(place[1]), int(place[2])) if place else (len(text.splitlines()), 0)
    key = next((key for begins, key in FAULTS.items() if told.startswith(begins)), None)
    return TomlRefused(key, line=line, column=column)


def _is_deep(values: Iterable[Any]) -> bool:
    """Whether tables and lists lie inside each other further than any file needs."""
    for _ in range(DEEPEST + 1):
        values = [inner for value in values for inner in _inside(value)]
    return bool(values)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
