"""Which sweeps have to be seen at work, and how long each may be silent before it is late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from processes.actions.scanning import LATER_PATIENCE
from processes.store import sweeps
from processes.store.tables import Sweep
from worker.conversation import TIMEOUT

#: how often each sweep looks, in seconds
PERIOD = 5.0
#: the sweeps without which time does nothing
WATCHED = ("timers", "reminders", "escalations", "documents", "outbox", "events", "repairs")
#: a sweep that was not seen for three of its periods is dead
LATE_AFTER = timedelta(seconds=3 * PERIOD)
#: what brings something elsewhere may be kept waiting so much longer by whoever takes it
SLOW_AFTER = {
    "documents": LATE_AFTER + timedelta(seconds=2 * LATER_PATIENCE),
    **dict.fromkeys(("outbox", "events"), LATE_AFTER + timedelta(seconds=2 * TIMEOUT)),
}


def late(last: Mapping[str, Sweep], moment: datetime) -> list[str]:
    """The sweeps that by their last runs should have been seen by `moment` and were not."""
    limits = {name: SLOW_AFTER.get(name, LATE_AFTER) for name in WATCHED}
    return sweeps.late(last, moment, limits)
