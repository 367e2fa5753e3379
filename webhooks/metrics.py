"""`/metrics` for Prometheus: how the installation stands, and how this machine's pages answer.

What the database knows is asked when somebody looks, so every machine says the same. Requests are
counted by each process in files of one folder (`PROMETHEUS_MULTIPROC_DIR`, made by `ksdd web`) and
summed over all of them, those that have ended too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Flask, Response, request
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from processes.store import pauses, sweeps
from processes.store.questions.gauges import read_gauges
from webhooks.api.caller import find_caller
from webhooks.clock import now
from webhooks.current import office
from webhooks.request_log import elapsed

pages = Blueprint("metrics", __name__)

#: the folder of the counters of several processes
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
REQUESTS = Counter(
    "ksdd_http_requests_total",
    "Requests answered",
    ("route", "method", "status"),
    registry=REGISTRY,
)
SECONDS = Histogram(
    "ksdd_http_request_seconds",
    "Time from a request to its answer",
    ("route",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)


def register(app: Flask) -> None:
    """Count every request of this app, which `request_log` times."""
    app.after_request(_count)
    app.register_blueprint(pages)


@pages.get("/metrics")
def metrics() -> Response:
    """The figures, for the holder of an API token that is bound to no region."""
    find_caller(office()).check_everywhere()
    standing = CollectorRegistry()
    moment = now()
    with office().database.read() as session:
        standing.register(_Collected(_standing(session, moment)))
    return Response(
        generate_latest(standing) + generate_latest(_counted()),
        content_type=CONTENT_TYPE_PLAIN_0_0_4,
    )


def _count(response: Response) -> Response:
    # the route and not the path, which may hold a token
    route = str(request.url_rule) if request.url_rule else "unknown"
    REQUESTS.labels(route, request.method, f"{response.status_code // 100}xx").inc()
    SECONDS.labels(route).observe(elapsed())
    return response


def _counted() -> CollectorRegistry:
    """What the processes of this machine counted; without the folder, this process alone."""
    if FOLDER not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


class _Collected(Collector):
    """Metrics that are at hand already."""

    def __init__(self, found: list[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        yield from self._found


def _standing(session: Session, moment: datetime) -> list[Metric]:
    found = read_gauges(session, moment)
    cases = GaugeMetricFamily("ksdd_cases", "Running and halted cases", labels=["status"])
    waiting = GaugeMetricFamily("ksdd_tasks_open", "Open tasks", labels=["stage"])
    late = GaugeMetricFamily("ksdd_tasks_overdue", "Open tasks that are late", labels=["stage"])
    letters = GaugeMetricFamily("ksdd_messages", "Unsettled messages", labels=["status"])
    all_that = found.matters
    standing = {"running": all_that.running, "incident": all_that.incidents}
    unsettled = {
        "waiting": all_that.waiting_messages,
        "parked": all_that.parked_messages,
        "by_hand": all_that.by_hand_messages,
    }
    for family, counts in (
        (cases, standing),
        (waiting, found.open_tasks),
        (late, found.overdue_tasks),
        (letters, unsettled),
    ):
        for name, count in counts.items():
            family.add_metric([str(name)], count)
    age = GaugeMetricFamily(
        "ksdd_sweep_age_seconds", "Time since a sweep was seen at work", labels=["sweep"]
    )
    done = CounterMetricFamily("ksdd_sweep_done", "What a sweep ever did", labels=["sweep"])
    for name, sweep in sweeps.beats(session).items():
        age.add_metric([name], (moment - sweep.finished_at).total_seconds())
        done.add_metric([name], sweep.total)
    alarms = GaugeMetricFamily("ksdd_alarms_failed", "Reminders and escalations that failed")
    alarms.add_metric([], all_that.failed_alarms)
    parked = GaugeMetricFamily("ksdd_events_parked", "Events that nobody takes any more")
    parked.add_metric([], all_that.parked_events)
    held = GaugeMetricFamily("ksdd_sending_paused", "1 while nothing is sent after a restore")
    held.add_metric([], pauses.running(session) is not None)
    stalled = GaugeMetricFamily("ksdd_mail_stalled", "Letters that the mail server keeps refusing")
    stalled.add_metric([], found.stall.count if found.stall else 0)
    return [cases, waiting, late, letters, age, done, alarms, parked, held, stalled]
