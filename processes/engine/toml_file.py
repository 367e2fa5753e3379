"""TOML as owners write it, read so that whatever a file holds comes out as one refusal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from processes.errors import KsddError

#: largest file
MOST_BYTES = 64 * 1024
#: most tables and lists inside each other
DEEPEST = 20


class TomlRefused(KsddError):
    """A text cannot be read as TOML; `line` counts from 1, 0 is the whole file."""

    status = 422
    default_key = "texts.toml_unreadable"

    def __init__(self, key: str | None = None, /, *, line: int = 0, **values: Any) -> None:
        self.line = line
        super().__init__(key, **values)


def read_toml(text: str) -> dict[str, Any]:
    """What a text says; raises TomlRefused."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise TomlRefused(line=int(line[1]) if line else 0, detail=str(error)) from None
    except RecursionError:
        raise TomlRefused("texts.toml_deep", most=DEEPEST) from None
    except ValueError:
        # what TOML has no word for: a day that no month has, a number of thousands of digits
        raise TomlRefused("texts.toml_value") from None
    if _is_deep([found]):
        raise TomlRefused("texts.toml_deep", most=DEEPEST)
    return found


def _is_deep(values: Iterable[Any]) -> bool:
    """Whether tables and lists lie inside each other further than any file needs."""
    for _ in range(DEEPEST + 1):
        values = [inner for value in values for inner in _inside(value)]
    return bool(values)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
