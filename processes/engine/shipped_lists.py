"""Lists of choices that come with the product, for fields with the property `pilihan`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

#: names an owner may write
LISTS = ("urusan",)


@lru_cache(maxsize=8)
def shipped_list(name: str) -> tuple[tuple[str, str], ...]:
    """Codes and labels of a shipped list, in its order; KeyError for a name that is not shipped."""
    if name not in LISTS:
        raise KeyError(name)
    groups = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
    return tuple((code, label) for group in groups.values() for code, label in group.items())
