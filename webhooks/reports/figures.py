"""What a set of finished tasks amounts to: how many, how long, how many in time, how often again.

Days are working days of the holder's region, counted after the day the task opened (or its letter
was received, if that came later) up to the day it was finished; days on which its clock stood still
are left out. The 90th percentile is the smallest number of days within which nine of ten were done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from statistics import median

SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The numbers of one line of a report."""

    #: finished tasks
    count: int
    #: working days; None without a finished task
    middle: float | None
    slowest_tenth: int | None
    #: working days that were allowed, in the middle; None where there was no deadline
    target: float | None
    #: finished tasks that had a deadline, and those of them that were in time
    with_deadline: int
    on_time: int
    #: closed without an answer
    cancelled: int
    #: open now, and those of them past their deadline
    open: int
    late: int
    #: how often it came back: opened again in the same case
    returns: int
    #: calendar days from opening to finishing, in the middle, to compare with other programs
    calendar_days: float | None

    @property
    def rate(self) -> float | None:
        """The share that was in time, 0 to 1; None when nothing had a deadline."""
        return self.on_time / self.with_deadline if self.with_deadline else None


@dataclass(frozen=True, kw_only=True)
class KindRow:
    """One task of the drawing."""

    element: str
    name: str
    stage: int
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """One stage: the figures of its tasks, and how long cases took to pass it as a whole."""

    number: int
    name: str
    figures: Figures
    passed: int
    middle: float | None
    slowest_tenth: int | None
    #: cases that were in it, and those that came back to one of its tasks
    cases: int
    came_back: int


@dataclass(frozen=True, kw_only=True)
class OfficeRow:
    """One role at one region."""

    role: str
    region: str
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """What was finished in one month."""

    #: its first day
    month: date
    figures: Figures


@dataclass(kw_only=True)
class Tally:
    """Counts up while the tasks go by."""

    lengths: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    on_time: int = 0
    cancelled: int = 0
    open: int = 0
    late: int = 0
    returns: int = 0

    def add(self, other: Tally) -> None:
        """Count what another one counted, too."""
        self.lengths += other.lengths
        self.targets += other.targets
        self.seconds += other.seconds
        self.on_time += other.on_time
        self.cancelled += other.cancelled
        self.open += other.open
        self.late += other.late
        self.returns += other.returns

    def figures(self) -> Figures:
        """What was counted."""
        days = middle(self.seconds)
        return Figures(
            count=len(self.lengths),
            middle=middle(self.lengths),
            slowest_tenth=nine_of_ten(self.lengths),
            target=middle(self.targets),
            with_deadline=len(self.targets),
            on_time=self.on_time,
            cancelled=self.cancelled,
            open=self.open,
            late=self.late,
            returns=self.returns,
            calendar_days=None if days is None else days / SECONDS,
        )


def middle(values: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    return float(median(values)) if values else None


def nine_of_ten(values: Sequence[int]) -> int | None:
    """The 90th percentile as the nearest rank; None of nothing."""
    return sorted(values)[ceil(0.9 * len(values)) - 1] if values else None
