"""What was measured: one row per way and place, with its median and spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, kw_only=True)
class Row:
    """Measured values of one thing; none when a tool for it was missing."""

    #: short name that stays the same from run to run
    key: str
    #: what was measured, in words
    what: str
    #: "SQLite", "PostgreSQL", "2 parties", "this machine", …
    where: str
    unit: str
    values: Sequence[float] = ()
    #: what is missing, when nothing could be measured
    missing: str = ""

    @property
    def median(self) -> float | None:
        """The middle value; None when nothing was measured."""
        return median(self.values) if self.values else None

    @property
    def spread(self) -> tuple[float, float] | None:
        """What a tenth of the values stay below, and what a tenth exceed."""
        if not self.values:
            return None
        if len(self.values) == 1:
            return self.values[0], self.values[0]
        tenths = quantiles(self.values, n=10, method="inclusive")
        return tenths[0], tenths[-1]
