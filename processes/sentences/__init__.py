"""Every sentence a user reads, by key, in Indonesian first and English beside it.

`say("forms.required", label="Judul")` reads `required` from `id/forms.toml`. A key that English
lacks falls back to Indonesian; a key that Indonesian lacks is a defect and raises KeyError.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("id", "en")


@lru_cache(maxsize=128)
def area(language: str, name: str) -> dict[str, str]:
    """The sentences of one area in one language; empty when the file does not exist."""
    path = Path(__file__).parent / language / f"{name}.toml"
    if not path.exists():
        return {}
    return {k: str(v) for k, v in tomllib.loads(path.read_text("utf-8")).items()}


def say(key: str, language: str = "id", /, **values: Any) -> str:
    """The sentence of `key` ("area.name") with its values filled in."""
    name, _, short = key.partition(".")
    text = area(language, name).get(short) if language != "id" else None
    if text is None:
        text = area("id", name)[short]
    return text.format(**values) if values else text
