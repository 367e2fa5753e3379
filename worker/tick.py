"""One pass of every sweep as of a given instant: for cron, for a demonstration and for tests."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from processes import actions
from processes.office import Office
from processes.store.tables import AlarmKind
from worker.delivery import deliver_due
from worker.webhook_delivery import deliver_events, note_late

#: cases per look; generous, as nobody else waits for this process
BATCH = 1000


def tick(office: Office, now: datetime) -> dict[str, int]:
    """Do all that is due at `now`, in the order timers, reminders, escalations, delivery.

    Deadlines follow the calendar first, then what was ordered for many tasks at once is carried on,
    and what somebody asks to publish is tried out.
    Whoever stands in for somebody from today on does so before the reminders; the histories are
    sealed before, and digests written after. Returns how many
    cases were moved by a timer, how many reminders and escalations were written, and how many
    letters were handed over. Events go to the systems of the regions last, uncounted.
    """

    def ring(kinds: Collection[AlarmKind]) -> Callable[[], int]:
        return lambda: actions.fire_alarms(office, kinds=kinds, now=now, limit=BATCH)

    def remind() -> int:
        actions.change_substitutes(office, now=now)
        return _all(ring(actions.REMINDERS))

    def escalate() -> int:
        rung = _all(ring(actions.ESCALATIONS))
        actions.write_digests(office, now=now)
        actions.mail_anchors(office, now=now)
        return rung

    _all(lambda: actions.recount_cases(office, now=now, limit=BATCH))
    _all(lambda: actions.scan_documents(office, now=now, limit=BATCH))
    actions.seal_of_the_day(office, now=now)
    _all(lambda: actions.inspect_some(office, now=now))
    _all(lambda: actions.carry_on_repairs(office, now=now, limit=BATCH))
    _all(lambda: actions.try_requested(office, clock=lambda: now))
    actions.forget_old(office, now=now)
    done = {
        "timers": _all(lambda: actions.fire_timers(office, now=now, limit=BATCH)),
        "reminders": remind(),
        "escalations": escalate(),
        "messages": deliver_due(office, now),
    }
    note_late(office, now)
    deliver_events(office, now)
    return done


def _all(some: Callable[[], int]) -> int:
    """Repeat until nothing is found; how much was."""
    total = 0
    while found := some():
        total += found
    return total
