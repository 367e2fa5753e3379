"""Signs of life: a worker touches its file with each heartbeat it sends, beat with each tick.

So a file grows old when its part ended, hangs, or has lost the broker.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from celery import Celery
from celery.beat import Scheduler
from celery.signals import heartbeat_sent

from processes.settings import Settings
from worker.alive import sign_of

#: where an application keeps the file that its beat touches
CONF = "ksdd_alive"


def show_signs(app: Celery, settings: Settings, part: str) -> None:
    """Let this process, which is that part, touch its file from now on."""
    path = sign_of(settings, part)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    if part == "worker":
        # kept by the signal itself: nobody else holds on to this function
        heartbeat_sent.connect(lambda **_: _touch(path), weak=False)
    else:
        app.conf.update({CONF: str(path), "beat_scheduler": "worker.signs:NotedScheduler"})


class NotedScheduler(Scheduler):  # type: ignore[misc]
    """Beat's scheduler, which remembers nothing and touches its file with each tick."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Wake what is due; seconds until the next look."""
        pause: float = super().tick(*args, **kwargs)
        _touch(Path(self.app.conf[CONF]))
        return pause


def _touch(path: Path) -> None:
    # a full disk is told by others; it must not end a worker
    with suppress(OSError):
        path.touch(mode=0o600)
