"""What clocks must do, by the rules that people were promised; it never asks the product.

A clock is told what happened to it: the day from which it counts, pauses, extensions, days off.
Everything else follows from these by counting days one by one: when it is due, when the timers on
its edge fire, and what rings. Nothing is planned ahead or kept up to date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from processes.store.tables import AlarmKind
from tests.journeys.test_a_whole_year import (
    OFF,
    OTHERWISE,
    REMINDED,
    SILENT,
    TASKS,
    TOLD,
    WARNED,
    ZONES,
)

#: tasks opened by somebody's silence or by a withdrawal, beside those of a smooth case
MORE = {"tahap2_laporan_gwpp": 5, "penarikan_berita_acara": 5}
DAYS = {element: days for element, (_, _, days) in TASKS.items()} | MORE
#: tasks whose clock counts from a receipt, each with the task that answers when that was
RECEIVED = {
    "tahap2_kesediaan": "tahap1_surat",
    "tahap4_keputusan_dprd": "tahap4_permohonan_dprd",
}
#: what opens when a partner stays silent, so many working days after its letter was received
SILENCE = {"tahap2_surat_kedua": 30, "tahap2_laporan_gwpp": 45}
Ring = tuple[AlarmKind, datetime]
#: what tells a ring from the others of its task: kind, working days, whom
Key = tuple[AlarmKind, int, str]
#: the clock stood still between two days
Pause = tuple[date, date]


@dataclass
class Extension:
    """On a day, working days were added or another day was set."""

    on: date
    by: int | date


@dataclass
class Clock:
    """What happened to one open task."""

    element: str
    region: str
    case: str
    #: regional days off, shared with the model
    off: set[date]
    starts_on: date
    #: whether that day is known, or only assumed
    is_known: bool
    #: when its deadline was last set or let run on
    since: datetime
    acts: list[Pause | Extension] = field(default_factory=list)
    paused_on: date | None = None
    rung: Counter[Ring] = field(default_factory=Counter)
    #: what was heard of the deadline that holds now, and of any
    heard: set[Key] = field(default_factory=set)
    ever: set[Key] = field(default_factory=set)
    #: warnings that came to nothing, each with the moment
    lapsed: dict[Key, datetime] = field(default_factory=dict)
    #: escalations that were missed when the clock was last changed and come at once
    late: set[Key] = field(default_factory=set)
    #: what silence has opened
    opened: set[str] = field(default_factory=set)

    # --- days, one by one ------------------------------------------------------------------------
    def walk(self, start: date, count: int) -> date:
        """The day so many working days after or before another."""
        day, step = start, 1 if count > 0 else -1
        while count:
            day += timedelta(days=step)
            if day.weekday() < 5 and day not in OFF and day not in self.off:
                count -= step
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`."""
        low, high = min(first, last), max(first, last)
        count = 0
        while (low := self.walk(low, 1)) <= high:
            count += 1
        return count if last >= first else -count

    def today(self, now: datetime) -> date:
        return now.astimezone(ZONES[self.region]).date()

    def at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), ZONES[self.region]).astimezone(UTC)

    # --- the deadline and what stands on its edge ------------------------------------------------
    @property
    def due_on(self) -> date:
        """The day it is due, or was when it was paused."""
        return self.run(DAYS[self.element])

    @property
    def left(self) -> int | None:
        """Working days left while it is paused."""
        if self.paused_on is None:
            return None
        return self.between(max(self.paused_on, self.starts_on), self.due_on)

    def run(self, days: int) -> date:
        """Where a timer ends that lasts so many working days, with all that was granted: never
        before the deadline of its task, as those of the shipped diagram."""
        due, end = (self.walk(self.starts_on, n) for n in (DAYS[self.element], days))
        for act in self.acts:
            gap = self.between(due, end)
            due = self._paused(due, *act) if isinstance(act, tuple) else self._extended(due, act)
            end = self.walk(due, gap)
        return end

    def _paused(self, due: date, stopped: date, started: date) -> date:
        if self.starts_on > stopped and self.starts_on >= started:
            return due
        left = self.between(max(stopped, self.starts_on), due)
        works = started.weekday() < 5 and started not in OFF and started not in self.off
        return self.walk(started, left if left or works else 1)

    def _extended(self, due: date, act: Extension) -> date:
        if isinstance(act.by, date):
            return max(due, act.by)
        return self.walk(max(due, act.on), act.by)

    def is_over(self, now: datetime) -> bool:
        """Whether silence has answered by now."""
        runs = self.paused_on is None and self.element in SILENT
        knows = self.is_known or self.element not in RECEIVED
        return runs and knows and self.at(self.due_on, 16) <= now

    def fall_silent(self, now: datetime) -> None:
        """Open what the silence of a partner opens by now."""
        if self.element == "tahap2_kesediaan" and self.paused_on is None:
            self.opened |= {n for n, days in SILENCE.items() if self.at(self.run(days), 16) <= now}

    # --- what rings ------------------------------------------------------------------------------
    def keys(self) -> Iterator[Key]:
        yield from ((AlarmKind.REMINDER, n, "") for n in REMINDED)
        yield from ((AlarmKind.ESCALATION, n, "") for n in OTHERWISE.get(self.element, TOLD))
        days, roles = WARNED.get(self.element, ((), ()))
        yield from ((AlarmKind.ESCALATION, n, role) for n in days for role in roles)

    def morning(self, key: Key) -> datetime:
        return self.at(self.walk(self.due_on, key[1]), 8)

    def waiting(self) -> dict[Key, datetime]:
        """What is still to ring, and when: nothing of the past but a missed escalation."""
        if self.paused_on is not None:
            return {}
        moments = {key: self.morning(key) for key in self.keys() if key not in self.heard}
        return {
            key: at
            for key, at in moments.items()
            if (at > self.since or key in self.late)
            and (key not in self.lapsed or at > self.lapsed[key])
        }

    def ring(self, now: datetime) -> None:
        """Everything that is due is heard; of a silence that does not count, nobody is warned."""
        for key, at in self.waiting().items():
            if at <= now and key[2] and not self.is_known:
                self.lapsed[key] = now
            elif at <= now:
                self.heard.add(key)
                self.ever.add(key)
                self.rung[key[0], at] += 1

    def changed(self, now: datetime, *, anew: bool) -> None:
        """The clock runs on from here, or its deadline is `anew`: then all is told again."""
        self.since, self.lapsed = now, {}
        if anew:
            self.heard = set()
        told = [key for key in self.keys() if key[0] is AlarmKind.ESCALATION]
        missed = [self.morning(key) for key in told if self.morning(key) <= now]
        self.late = {
            key
            for key in told
            if missed and self.morning(key) == max(missed) and key not in self.ever
        }


@dataclass
class Model:
    """All tasks that are open, and who is away."""

    clocks: dict[str, Clock] = field(default_factory=dict)
    #: what rang for tasks that are closed by now, and what silence had opened for them
    rung: Counter[AlarmKind] = field(default_factory=Counter)
    opened: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: official that is away -> the substitution
    away: dict[str, str] = field(default_factory=dict)
    #: by region, the days off that were declared
    off: dict[str, set[date]] = field(default_factory=dict)
    #: cases whose plan burdens the budgets, so that the councils are asked
    heavy: set[str] = field(default_factory=set)
    #: by case, answering task and region: the day of the receipt
    received: dict[tuple[str, str, str], date | None] = field(default_factory=dict)
