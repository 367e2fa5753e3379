"""Whether the process can serve, and whether the installation is whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from processes.office import Office
from processes.store import sweeps as heartbeat
from processes.store.database import Database
from tests.webhooks.conftest import Clock
from webhooks import health
from worker import sweeps, watch


@pytest.fixture(autouse=True)
def started_at_the_clocks_beginning(app: Flask, clock: Clock) -> None:
    app.config["STARTED_AT"] = clock()


def test_a_process_that_answers_is_healthy(browser: FlaskClient) -> None:
    assert browser.get("/healthz").get_json() == {"status": "ok"}


def test_sweeps_get_time_to_show_up_after_a_start(browser: FlaskClient, clock: Clock) -> None:
    assert browser.get("/readyz").status_code == 200

    clock.moment += health.GRACE

    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["wrong"] == list(watch.WATCHED)
    assert browser.get("/healthz").status_code == 200


def test_a_dead_sweep_is_red_within_three_periods_and_a_long_one_stays_green(
    browser: FlaskClient, office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.moment += health.GRACE
    with office.database.write() as session:
        for name in watch.WATCHED:
            heartbeat.beat(session, name, now=clock())
    clock.moment += timedelta(seconds=14)
    assert browser.get("/readyz").status_code == 200
    clock.moment += timedelta(seconds=2)
    wrong = browser.get("/readyz").get_json()["wrong"]
    assert wrong == ["timers", "reminders", "escalations", "repairs"]

    clock.moment += timedelta(seconds=40)
    assert browser.get("/readyz").get_json()["wrong"] == list(watch.WATCHED)

    seen = []
    steps = iter(range(10))

    def long_work(*_: object, **__: object) -> int:
        seen.append("timers" not in browser.get("/readyz").get_json()["wrong"])
        clock.moment += timedelta(seconds=10)
        return next(steps, 9) - 9

    monkeypatch.setattr(sweeps, "BUDGET", 60.0)
    monkeypatch.setattr(sweeps, "PERIOD", 0.0)
    monkeypatch.setattr("worker.sweeps.actions.recount_cases", long_work)
    monkeypatch.setattr("worker.sweeps.actions.fire_timers", lambda *_, **__: 0)
    sweeps.sweep_timers(office, clock)
    assert seen == [False, *[True] * 9]


def test_a_database_that_is_gone_is_named(app: Flask, browser: FlaskClient, office: Office) -> None:
    gone = Database(create_engine("sqlite+pysqlite:////nowhere/ksdd.sqlite3"))
    app.extensions["office"] = replace(office, database=gone)

    answer = browser.get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["wrong"] == ["database"]
