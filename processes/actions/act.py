"""An act on a case, as its history tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Act:
    """What moved the tokens, as the history tells it."""

    kind: str
    details: Mapping[str, Any] = field(default_factory=dict)
