"""Which answers to a task led to one and the same place, wherever the task was met.

A form with many questions can be answered in more ways than there are places to come to. After a
task was met a few times in full, answers that never made a difference are tried once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from processes.engine.walking.outcome import Broken, Outcome

#: times that a task is met before anything is left out
TIMES = 4
#: ways of answering a task up to which nothing is left out
FEW = 8


@dataclass(kw_only=True)
class Habits:
    """What was seen of one task."""

    #: for each time the task was met: where each way of answering led
    seen: list[dict[Any, bytes]] = field(default_factory=list)
    _now: dict[Any, bytes] = field(default_factory=dict)
    #: of this time: where things led before, and the answers that stand for it
    _standing: dict[tuple[bytes, ...], Any] = field(default_factory=dict)

    def alike(self, told: Any) -> Any | None:
        """Answers of this time that always led where these did; None when these must be tried."""
        before = self._before(told)
        return None if before is None else self._standing.get(before)

    def note(self, told: Any, outcome: Outcome | Broken) -> None:
        """Note where answers led this time."""
        self._now[told] = b"" if isinstance(outcome, Broken) else outcome.situation.key
        before = self._before(told)
        if before is not None:
            self._standing.setdefault(before, told)

    def end(self) -> None:
        """The task is left for this time."""
        if len(self.seen) < TIMES:
            self.seen.append(self._now)
        self._now, self._standing = {}, {}

    def _before(self, told: Any) -> tuple[bytes, ...] | None:
        """Where these answers led each time before; None as long as too little is known."""
        if len(self.seen) < TIMES or len(self.seen[0]) <= FEW:
            return None
        if not all(told in each for each in self.seen):
            return None
        return tuple(each[told] for each in self.seen)
