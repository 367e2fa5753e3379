"""The dead man's switch: somebody elsewhere hears every minute that all is well, or nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from processes.office import Office
from processes.store import sweeps
from tests.worker.listening import Listening
from worker import watch
from worker.ping import ping


class Watcher(Listening):
    """Somebody who is told; counts how often."""

    heard = 0

    def hear(self, headers: dict[str, str], body: bytes) -> int:
        self.heard += 1
        return self.status


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    with Watcher() as opened:
        yield opened


@pytest.fixture
def watched(office: Office, watcher: Watcher) -> Office:
    """An installation that tells the watcher."""
    url = f"http://127.0.0.1:{watcher.port}/ping/rahasia"
    return replace(office, settings=replace(office.settings, ping_url=url))


def all_at_work(office: Office, now: datetime) -> None:
    with office.database.write() as session:
        for name in watch.WATCHED:
            sweeps.beat(session, name, now=now)


def test_somebody_elsewhere_hears_once_a_minute_that_all_is_well(
    watched: Office, watcher: Watcher, now: datetime
) -> None:
    for second in range(0, 180, 5):
        moment = now + timedelta(seconds=second)
        all_at_work(watched, moment)
        ping(watched, moment)
    assert watcher.heard == 3


def test_nothing_is_said_while_a_sweep_is_late(
    watched: Office, watcher: Watcher, now: datetime
) -> None:
    all_at_work(watched, now)
    assert not ping(watched, now + timedelta(minutes=5))
    assert watcher.heard == 0


def test_a_watcher_that_refuses_is_told_again_and_its_address_is_in_no_log(
    watched: Office, watcher: Watcher, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    all_at_work(watched, now)
    watcher.status = 500
    with caplog.at_level(logging.DEBUG):
        assert not ping(watched, now)
        assert not ping(watched, now)
        watcher.status = 200
        assert ping(watched, now)
        nobody = replace(watched.settings, ping_url="http://127.0.0.1:1/ping/rahasia")
        all_at_work(watched, now + timedelta(minutes=2))
        assert not ping(replace(watched, settings=nobody), now + timedelta(minutes=2))
    assert watcher.heard == 3
    assert "rahasia" not in caplog.text


def test_nobody_is_told_without_an_address(office: Office, now: datetime) -> None:
    all_at_work(office, now)
    assert not ping(office, now)
