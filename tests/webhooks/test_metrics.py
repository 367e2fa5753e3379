"""`/metrics`: what the database knows, and what every process of the machine counted."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from processes.office import Office
from processes.store import accounts, pauses, sweeps
from processes.store.tables import AccountRole
from tests.webhooks.conftest import Clock
from tests.webhooks.official import Official

COUNT = "ksdd_http_requests_total"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def official(app: Flask, office: Office, case_id: str, clock: Clock) -> Official:
    """The holder of the first task."""
    return Official.holding(app, office, case_id, "isian", clock())


def read(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def asked(app: Flask, office: Office, clock: Clock, region: str | None = None) -> TestResponse:
    """What the holder of a fresh token reads."""
    with office.database.write() as session:
        token = accounts.create_token(
            session,
            name=secrets.token_hex(4),
            role=AccountRole.SYSTEM,
            now=clock(),
            region_code=region,
        )
    return app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


def test_it_tells_what_waits_what_is_late_and_when_each_sweep_was_seen(
    app: Flask, office: Office, clock: Clock, official: Official
) -> None:
    with office.database.write() as session:
        sweeps.beat(session, "timers", now=clock(), done=7)
        sweeps.count(session, "timers", 7)
        sweeps.count(session, "timers", 5)
    clock.pass_days(60)
    found = read(asked(app, office, clock).text)
    assert found["ksdd_cases", (("status", "running"),)] == 1
    assert found["ksdd_tasks_open", (("stage", "1"),)] == 1
    assert found["ksdd_tasks_overdue", (("stage", "1"),)] == 1
    assert found["ksdd_sweep_age_seconds", (("sweep", "timers"),)] == 60 * 86400
    assert found["ksdd_sweep_done_total", (("sweep", "timers"),)] == 12
    assert found["ksdd_sending_paused", ()] == 0
    with office.database.write() as session:
        pauses.begin(session, made_at=clock() - timedelta(hours=1), now=clock())
    assert read(asked(app, office, clock).text)["ksdd_sending_paused", ()] == 1


def test_only_a_token_of_the_whole_installation_reads_it(
    app: Flask, office: Office, clock: Clock
) -> None:
    assert app.test_client().get("/metrics").status_code == 401
    assert asked(app, office, clock, region="32.01").status_code == 403


def test_requests_are_counted_by_route_and_no_token_is_in_it(
    app: Flask, office: Office, clock: Clock, official: Official
) -> None:
    browser = app.test_client()
    route = (("method", "GET"), ("route", "/t/<token>"), ("status", "2xx"))
    before = read(asked(app, office, clock).text).get((COUNT, route), 0.0)
    for _ in range(3):
        assert browser.get(official.path).status_code == 200
    assert browser.get("/t/tidak-ada").status_code == 404
    text = asked(app, office, clock).text
    assert read(text)[COUNT, route] == before + 3
    assert official.path not in text
    assert "tidak-ada" not in text


COUNTING = """
from webhooks.metrics import REQUESTS
for _ in range({n}):
    REQUESTS.labels("/uji", "GET", "2xx").inc()
"""
READING = """
from prometheus_client import generate_latest
from webhooks.metrics import _counted
print(generate_latest(_counted()).decode())
"""


def test_what_several_processes_counted_is_summed_though_they_have_ended(tmp_path: Path) -> None:
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def run(script: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True
        ).stdout

    for number in range(3):
        run(COUNTING.format(n=10 * (number + 1)))
    key = (COUNT, (("method", "GET"), ("route", "/uji"), ("status", "2xx")))
    assert read(run(READING))[key] == 60
