"""The letters of a batch, written ahead in one look at the database, just before they go out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from processes.office import Office
from processes.store.kinds import is_pointless
from processes.store.tables import Message
from worker.ahead import read_ahead
from worker.letters import Letter
from worker.writing import write_letter, write_together

#: seconds after which what was written is written anew: a task may have been closed meanwhile
FRESH = 1.0
#: letters of the first look; of the next ones twice as many, as long as all go out while fresh
FEW, MOST = 8, 128


@dataclass
class Pace:
    """How many letters are written ahead, learned from how fast they went out."""

    most: int = FEW

    def follow(self, used: int, *, in_time: bool) -> None:
        """Learn from a look whose letters were `used`, all of them or as many as went in time."""
        # where letters go out slowly, few are written for nothing
        self.most = min(2 * self.most, MOST) if in_time else max(used, 1)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter with the messages that it tells; without one when there is no point in any."""

    letter: Letter | None
    told: Sequence[Message]


class Desk:
    """Writes the letters of a batch in their order, those that soon follow each other in one look
    at the database, which is over before the first of them is sent."""

    def __init__(
        self, office: Office, batch: Sequence[Sequence[Message]], now: datetime, pace: Pace
    ) -> None:
        self._office = office
        self._batch = batch
        self._now = now
        self._pace = pace
        self._ready: dict[int, Written] = {}
        self._looked_at = 0.0
        self._used = 0

    def write(self, number: int) -> Written:
        """The letter of that number in the batch; raises what makes it impossible to write."""
        if number not in self._ready or time.monotonic() - self._looked_at > FRESH:
            if self._used:
                self._pace.follow(self._used, in_time=not self._ready)
            self._look(number)
            self._used = 0
        self._used += 1
        return self._ready.pop(number)

    def _look(self, first: int) -> None:
        """Write some from that number on, up to the first letter that cannot be written."""
        self._ready.clear()
        rest = range(first, min(first + self._pace.most, len(self._batch)))
        with self._office.database.read() as session:
            self._looked_at = time.monotonic()
            read_ahead(session, [message for number in rest for message in self._batch[number]])
            for number in rest:
                try:
                    self._ready[number] = self._one(session, self._batch[number])
                except Exception:
                    # it keeps none of the others back: its turn comes in a look of its own
                    if number == first:
                        raise
                    return

    def _one(self, session: Session, together: Sequence[Message]) -> Written:
        """The letter of those messages in which there still is a point."""
        told = [each for each in together if not is_pointless(session, each, self._now)]
        if not told:
            return Written(letter=None, told=told)
        if len(told) == 1:
            letter = write_letter(self._office, session, told[0], self._now)
        else:
            letter = write_together(self._office, session, told, self._now)
        return Written(letter=letter, told=told)
