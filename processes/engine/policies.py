"""Reminders and escalations as an owner writes them on a shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from processes.engine.durations import DurationError

REMINDER = re.compile(
    r"([+-]?\d{1,3})(?:\s+hari kerja)?(?:\s+berulang\s+(\d{1,2})(?:\s+setiap\s+(\d{1,2})\s+hari kerja)?)?"
)
ESCALATION = re.compile(r"\+(\d{1,3})\s+hari kerja\s*:\s*([a-z][a-z0-9_]*)(?:\s*,\s*(alihkan|beritahu))?")


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """Remind the holder so many working days after the deadline (negative: before)."""

    offset_working_days: int
    #: working days between repetitions; None when it does not repeat
    repeat_every: int | None = None
    #: how many times in all when it repeats
    repeat_count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """Tell a role, or give it the task, so many working days after the deadline."""

    offset_working_days: int
    role: str
    verb: Literal["beritahu", "alihkan"]


def parse_reminders(text: str) -> list[Reminder]:
    """`-2 hari kerja; 0; +2 hari kerja berulang 3`; DurationError when a part cannot be read.

    `berulang 3` sends it three times in all, as many working days apart as the offset itself.
    """
    return [_reminder(part) for part in _parts(text)]


def parse_escalations(text: str) -> list[Escalation]:
    """`+1 hari kerja: asisten; +5 hari kerja: sekda, alihkan`; DurationError likewise."""
    return [_escalation(part) for part in _parts(text)]


def _parts(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(";") if part.strip()]


def _reminder(part: str) -> Reminder:
    found = REMINDER.fullmatch(part)
    if not found:
        raise DurationError("durations.reminder", value=part[:60])
    offset = int(found[1])
    if offset != 0 and "hari kerja" not in part:
        raise DurationError("durations.reminder", value=part[:60])
    if found[2] is None:
        return Reminder(offset_working_days=offset)
    every, count = int(found[3] or offset), int(found[2])
    if every <= 0 or count <= 0:
        raise DurationError("durations.reminder", value=part[:60])
    return Reminder(offset_working_days=offset, repeat_every=every, repeat_count=count)


def _escalation(part: str) -> Escalation:
    found = ESCALATION.fullmatch(part)
    if not found:
        raise DurationError("durations.escalation", value=part[:60])
    verb: Literal["beritahu", "alihkan"] = "alihkan" if found[3] == "alihkan" else "beritahu"
    return Escalation(offset_working_days=int(found[1]), role=found[2], verb=verb)
