"""A scenario of the owner as facts: a case step by step, and what must hold after each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from processes.engine.durations import Span


@dataclass(frozen=True, kw_only=True)
class Place:
    """A task by its shape, and by the region that does it where that is said."""

    element: str
    region: str = ""

    def __str__(self) -> str:
        return f"{self.element} {self.region}".strip()


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message that must have gone out; what is empty may be anything."""

    kind: str
    role: str = ""
    region: str = ""
    on: date | None = None

    def __str__(self) -> str:
        day = self.on.isoformat() if self.on else ""
        return " ".join(part for part in (self.kind, self.role, self.region, day) if part)


@dataclass(frozen=True, kw_only=True)
class Hope:
    """What must hold after a step; None means that nothing is said about it."""

    stage: int | None = None
    #: exactly these tasks are open
    open: tuple[Place, ...] | None = None
    #: the day on which each of these open tasks is due
    due: Mapping[Place, date] = field(default_factory=dict)
    #: messages that went out during the step, whatever else did
    told: tuple[Told, ...] = ()
    #: kinds of messages that did not go out during the step
    untold: tuple[str, ...] = ()
    status: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happens, and what must hold after it."""

    line: int
    kind: Literal["jawab", "kembalikan", "maju", "maju_ke", "pesan"]
    #: the task, or the message
    what: str = ""
    #: the earlier task to which the case is sent back from there
    back_to: str = ""
    region: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    span: Span | None = None
    moment: datetime | None = None
    hope: Hope = Hope()


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario as its owner wrote it; moments are in the zone of the pemrakarsa."""

    name: str
    title: str
    starts: datetime
    #: codes, pemrakarsa first
    parties: tuple[str, ...]
    entry: str
    #: answers by task, wherever it is answered
    answers: Mapping[str, Mapping[str, Any]]
    steps: tuple[Step, ...]
