"""The Celery application: a clock that wakes sweeps, and nothing that a lost broker could lose.

Every task asks the database what is due; none carries data. So a message that Redis forgets, keeps
or delivers twice changes nothing but the moment at which a sweep looks again.
"""

from __future__ import annotations

from typing import Any

from celery import Celery

from processes.errors import SettingsError
from processes.settings import Settings
from worker.watch import PERIOD

#: the tasks that beat wakes
SWEEPS = (
    "sweep_timers",
    "sweep_reminders",
    "sweep_escalations",
    "sweep_outbox",
    "sweep_documents",
    "sweep_events",
    "sweep_history",
    "sweep_repairs",
    "sweep_trials",
    "sweep_ping",
)
#: a wake-up older than this many seconds is thrown away: thousands pile up while no worker runs
STALE_AFTER = 600


def make_celery(settings: Settings) -> Celery:
    """The application as beat needs it; `tasks.register` adds what a worker needs.

    Raises SettingsError without a broker's address.
    """
    if settings.redis_url is None:
        raise SettingsError("worker.no_broker", name="KSDD_REDIS_URL")
    app = Celery("ksdd", broker=settings.redis_url, set_as_current=False)
    app.conf.update(_configuration())
    return app


def _configuration() -> dict[str, Any]:
    """Celery's settings; the reasons are measurements of Celery 5.7 with kombu 5.7."""
    return {
        # A result backend makes workers die when the broker restarts; results are in the database.
        "task_ignore_result": True,
        "accept_content": ["json"],
        "task_serializer": "json",
        # A worker that is killed gives its sweep back instead of losing it.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_max_tasks_per_child": 500,
        # A sweep stops by itself after seconds; this ends one that hangs, well before the broker
        # hands it to somebody else.
        "task_time_limit": 240,
        "worker_soft_shutdown_timeout": 10.0,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # Without time-outs kombu waits for ever for a broker that hangs.
        "broker_transport_options": {
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "visibility_timeout": 300,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
        },
        "timezone": "UTC",
        # Every tick is a fresh look, so beat has nothing to remember in a file.
        "beat_scheduler": "celery.beat:Scheduler",
        "beat_schedule": {
            name: {"task": name, "schedule": PERIOD, "options": {"expires": STALE_AFTER}}
            for name in SWEEPS
        },
    }
