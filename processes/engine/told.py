"""What a running case tells of one act: tasks, deadlines, what time closed, what tables decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.engine.shapes import TaskShape


@dataclass(frozen=True, kw_only=True)
class OpenTask:
    """A task that waits for a person."""

    id: str
    shape: TaskShape
    #: code of the region whose role holds it
    region: str
    #: code of the region it is about: that of the loop it is in, else the region that holds it
    concerns: str


@dataclass(frozen=True, kw_only=True)
class Due:
    """A deadline as the owner's words give it at this moment."""

    at: datetime
    #: day the clock started
    starts_on: str
    #: True while that day is only assumed
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class Overtaken:
    """A timer closed a task before anybody answered it."""

    #: the owner's name for what then holds, for example "Dianggap setuju"
    name: str
    #: the moment at which it came to hold
    due: datetime
    #: the task that was closed
    task: OpenTask


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What a decision table said for a region."""

    element: str
    #: the title of the table
    name: str
    #: region of the loop it was asked in; outside of loops the pemrakarsa
    region: str
    #: what it looked at, by the label of the column
    inputs: Mapping[str, Any]
    #: what it decided, by the label of the column
    outputs: Mapping[str, Any]


class EngineFault(Exception):
    """SpiffWorkflow could not go on with this diagram; nothing may be saved."""
