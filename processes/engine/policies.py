"""Reminders and escalations as owners write them on a task, around its deadline.

`-2 hari kerja; 0; +2 hari kerja berulang 3` and `+1 hari kerja: asisten; +5 hari kerja: sekda,
alihkan`. Both count working days of the region that holds the task; 0 is the day it is due.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from processes.engine.durations import DurationError

Verb = Literal["beritahu", "alihkan", "peringatkan"]

#: furthest from the deadline, in working days; about a year
MOST_DAYS = 250
#: most messages that one repeated reminder sends
MOST_TIMES = 50
#: most reminders or escalations of one task
MOST_ENTRIES = 20

_DAYS = r"(?:[+-]?0|(?P<sign>[+-])?(?P<days>[0-9]{1,4})\s+hari\s+kerja)"
_REMINDER = re.compile(
    rf"{_DAYS}(?:\s+berulang\s+(?P<times>[0-9]{{1,4}})(?:\s+kali)?"
    r"(?:\s+setiap\s+(?P<every>[0-9]{1,4})\s+hari\s+kerja)?)?",
    re.I,
)
_ESCALATION = re.compile(
    rf"{_DAYS}\s*:\s*(?P<role>[A-Za-z][A-Za-z0-9_.-]{{0,60}})(?:\s*,\s*(?P<verb>[A-Za-z]+))?", re.I
)

_DAYS_BEFORE = re.compile(r"([0-9]{1,5})(?:\s+hari)?", re.I)
#: most open tasks that an owner lets go by without a digest
MOST_OPEN = 1000
_COUNT = re.compile(r"[0-9]{1,4}")
#: working weekdays as owners write them, Monday first, and the word for never
WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat")
NEVER = "mati"
#: the word for once a day
DAILY = "harian"

#: furthest before the end of an agreement, in days
MOST_DAYS_BEFORE = 3653


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """When the holder is reminded."""

    #: working days after the due day; negative before it
    offset_working_days: int
    #: working days between repetitions; None when it comes once
    repeat_every: int | None
    #: how often it comes in all; None when it comes once
    repeat_count: int | None

    @property
    def offsets(self) -> tuple[int, ...]:
        """Every working day, counted from the due day, on which it comes."""
        step, times = self.repeat_every or 0, self.repeat_count or 1
        return tuple(self.offset_working_days + step * n for n in range(times))


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """When somebody else learns that the task is late, or gets it."""

    #: working days after the due day; negative before it
    offset: int
    #: role in the same region's house
    target_role: str
    #: tell the role, hand the task over to it, or warn it of what silence will count as
    verb: Verb


def parse_reminders(text: str) -> list[Reminder]:
    """The reminders in the owner's order; raises DurationError naming the part it cannot read.

    `+2 hari kerja berulang 3` comes three times in all, two working days apart; another distance is
    written `berulang 3 kali setiap 1 hari kerja`.
    """
    return [_reminder(part) for part in _parts(text)]


def parse_escalations(text: str) -> list[Escalation]:
    """The escalations in the owner's order; raises DurationError naming the part it cannot read.

    Without a verb the role is told (`beritahu`).
    """
    return [_escalation(part) for part in _parts(text)]


def label_of(offset: int) -> str:
    """A working day around the due day in the owner's words, for example `+2 hari kerja`."""
    return "0" if offset == 0 else f"{offset:+d} hari kerja"


def reminder_rings(text: str) -> list[str]:
    """Every moment at which the holder is reminded, in one wording for one meaning."""
    return [label_of(offset) for each in parse_reminders(text) for offset in each.offsets]


def escalation_rings(text: str) -> list[str]:
    """Every escalation with its moment, role and verb, in one wording for one meaning."""
    return [
        f"{label_of(each.offset)}: {each.target_role}, {each.verb}"
        for each in parse_escalations(text)
    ]


def end_rings(text: str) -> list[str]:
    """Every day before an agreement's end on which its parties are told, in one wording."""
    return [f"{days} hari" for days in days_before_the_end(text)]


def days_before_the_end(text: str) -> list[int]:
    """Days before an agreement's end on which its parties are told, `90; 60; 30; 7; 0`.

    Calendar days, each at most ten years; raises DurationError naming the part it
    cannot read.
    """
    days = []
    for part in _parts(text):
        found = _DAYS_BEFORE.fullmatch(part)
        if found is None or int(found[1]) > MOST_DAYS_BEFORE:
            raise DurationError("durations.days_before", text=part[:40], limit=MOST_DAYS_BEFORE)
        days.append(int(found[1]))
    return days


def most_open_tasks(text: str) -> int:
    """With how many open tasks an official still gets no daily digest; 0 means nobody gets one.

    Raises DurationError when it is not a whole number up to a thousand.
    """
    if not _COUNT.fullmatch(text.strip()) or int(text) > MOST_OPEN:
        raise DurationError("durations.daily_digest", text=text[:40], limit=MOST_OPEN)
    return int(text)


def digest_weekday(text: str) -> int | None:
    """The weekday of the weekly digest, 0 = Monday; None for `mati`, raises DurationError."""
    word = text.strip().lower()
    if word == NEVER:
        return None
    if word not in WEEKDAYS:
        offered = ", ".join((*WEEKDAYS, NEVER))
        raise DurationError("durations.weekly_digest", text=text[:40], offered=offered)
    return WEEKDAYS.index(word)


def wants_daily_seal(text: str) -> bool:
    """Whether the regions are mailed the seal of the day (`harian`); False for `mati`.

    Raises DurationError for any other word.
    """
    word = text.strip().lower()
    if word not in (DAILY, NEVER):
        raise DurationError("durations.daily_seal", text=text[:40], offered=f"{DAILY}, {NEVER}")
    return word == DAILY


def _parts(text: str) -> Sequence[str]:
    parts = [" ".join(part.split()) for part in text.split(";")]
    if parts and not parts[-1]:
        parts.pop()
    if len(parts) > MOST_ENTRIES:
        raise DurationError("durations.too_many", limit=MOST_ENTRIES)
    for part in parts:
        if parts.count(part) > 1:
            raise DurationError("durations.twice", text=part[:40])
    return parts


def _reminder(part: str) -> Reminder:
    found = _REMINDER.fullmatch(part)
    if found is None:
        raise DurationError("durations.reminder", text=part[:40])
    offset = _offset(found, part)
    if found["times"] is None:
        return Reminder(offset_working_days=offset, repeat_every=None, repeat_count=None)
    times, every = int(found["times"]), int(found["every"] or max(offset, 0))
    if not 2 <= times <= MOST_TIMES:
        raise DurationError("durations.times", text=part[:40], limit=MOST_TIMES)
    if not 1 <= every <= MOST_DAYS:
        raise DurationError("durations.no_distance", text=part[:40], limit=MOST_DAYS)
    return Reminder(offset_working_days=offset, repeat_every=every, repeat_count=times)


def _escalation(part: str) -> Escalation:
    found = _ESCALATION.fullmatch(part)
    if found is None:
        raise DurationError("durations.escalation", text=part[:40])
    offset, word = _offset(found, part), (found["verb"] or "beritahu").lower()
    for verb in get_args(Verb):
        if word == verb:
            return Escalation(offset=offset, target_role=found["role"], verb=verb)
    raise DurationError("durations.verb", text=word[:40])


def _offset(found: re.Match[str], part: str) -> int:
    days = int(found["days"] or 0)
    if days > MOST_DAYS:
        raise DurationError("durations.too_far", text=part[:40], limit=MOST_DAYS)
    return -days if found["sign"] == "-" else days
