"""Signs of life: a worker touches its file with each heartbeat it sends, beat with each tick.

So a file grows old when its part ended, hangs, or has lost the broker.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from celery import Celery
from celery.beat import Scheduler, SchedulingError
from celery.signals import heartbeat_sent

from processes.sentences import say
from processes.settings import Settings
from worker.alive import sign_of
from worker.lasting import Lasting
from worker.watch import PERIOD

log = logging.getLogger(__name__)

#: where an application keeps the file that its beat touches
CONF = "ksdd_alive"


def show_signs(app: Celery, settings: Settings, part: str) -> None:
    """Let this process, which is that part, touch its file from now on."""
    path = sign_of(settings, part)
    # this part may be the first of a new installation, whose folder is for its owner only
    settings.make_folder()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    if part == "worker":
        # kept by the signal itself: nobody else holds on to this function
        heartbeat_sent.connect(lambda **_: _touch(path), weak=False)
    else:
        app.conf.update({CONF: str(path), "beat_scheduler": "worker.signs:NotedScheduler"})


class NotedScheduler(Scheduler):  # type: ignore[misc]
    """Beat's scheduler, which remembers nothing and touches its file with each tick.

    Celery's own writes two tracebacks for each sweep that it cannot wake.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._away = Lasting()
        self._again_at = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Wake what is due; seconds until the next look."""
        pause: float = super().tick(*args, **kwargs)
        if not self._away.is_on:
            _touch(Path(self.app.conf[CONF]))
        return pause

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Wake one sweep. While the broker is away one is tried for all; each comes again soon."""
        if time.monotonic() < self._again_at:
            return
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            now = time.monotonic()
            self._again_at = now + PERIOD / 2
            if self._away.is_news(now):
                why = str(error.__context__ or error).rstrip(".")
                log.error("%s", say("worker.broker_away", "id", why=why, period=f"{PERIOD:g}"))
        else:
            lasted = self._away.over(time.monotonic())
            if lasted is not None:
                log.warning("%s", say("worker.broker_back", "id", seconds=round(lasted)))


def _touch(path: Path) -> None:
    # a full disk is told by others; it must not end a worker
    with suppress(OSError):
        path.touch(mode=0o600)
