"""An agreement that ends later than it was registered: the data of every token say so, and the
timers that count from its end follow."""

from __future__ import annotations

from datetime import date

from processes.engine.clocks import moment_now, set_moment, waiting_timers
from processes.engine.run import ENDS, Run
from processes.engine.surroundings import during
from processes.engine.timers import COUNTED_AT


def extend_agreement(run: Run, until: date) -> None:
    """Let the agreement of a case end on another day; nothing fires by this itself."""
    now = run.surroundings.now
    with during(run.surroundings):
        before = {id(timer): moment_now(timer) for timer in waiting_timers(run)}
        for level in (run.workflow, *run.workflow.subprocesses.values()):
            for token in level.tasks.values():
                if token.data.get(ENDS) is not None:
                    token.data[ENDS] = until.isoformat()
        for timer in waiting_timers(run):
            moment = moment_now(timer)
            if moment == before[id(timer)]:
                continue
            timer._set_internal_data(**{COUNTED_AT: now.isoformat()})
            set_moment(timer, moment)
