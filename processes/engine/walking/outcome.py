"""One move of a case, and how the case stands after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from processes.engine.walking.situation import Situation

Kind = Literal["start", "answer", "time", "message"]


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing that happens to a case."""

    kind: Kind
    #: the task that is answered, or the message, or the way the case is opened
    what: str = ""
    #: code of the region that answers
    region: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: when a timer fires
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a case stands after a move."""

    move: Move
    situation: Situation
    state: bytes
    now: datetime
    #: ids of the open tasks
    ids: frozenset[str]
    #: (element, region) of every open task
    open: tuple[tuple[str, str], ...]
    #: (element, region, region it is about) of tasks that are open more than once
    twice: tuple[tuple[str, str, str], ...]
    next_timer: datetime | None
    is_over: bool
    #: how many messages were delivered so far
    messages: int
    #: pairs of shapes that a token went between during the move, as (from, to)
    went: frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A move that the drawing cannot carry out."""

    move: Move
    why: str
