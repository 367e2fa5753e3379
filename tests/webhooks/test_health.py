"""Whether the process can serve, and whether the installation is whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from processes.office import Office
from processes.store import sweeps
from processes.store.database import Database
from tests.webhooks.conftest import Clock
from webhooks import health


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
    assert answer.get_json()["wrong"] == list(health.SWEEPS)
    assert browser.get("/healthz").status_code == 200


def test_sweeps_that_ran_lately_are_well(
    browser: FlaskClient, office: Office, clock: Clock
) -> None:
    clock.moment += health.GRACE
    with office.database.write() as session:
        for name in health.SWEEPS:
            sweeps.beat(session, name, now=clock())

    assert browser.get("/readyz").status_code == 200
    clock.moment += health.LATE_AFTER * 2
    assert browser.get("/readyz").status_code == 503


def test_a_database_that_is_gone_is_named(app: Flask, browser: FlaskClient, office: Office) -> None:
    gone = Database(create_engine("sqlite+pysqlite:////nowhere/ksdd.sqlite3"))
    app.extensions["office"] = replace(office, database=gone)

    answer = browser.get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["wrong"] == ["database"]
