"""What lasts is written once, seldom again, and when it is over: for a broker and a database."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from celery.beat import SchedulingError

from processes.settings import Settings
from tests.servers import free_port
from worker.alive import sign_of
from worker.app import SWEEPS, make_celery
from worker.lasting import FIRST, LONGEST, Lasting
from worker.signs import NotedScheduler, show_signs


def test_what_lasts_is_written_after_pauses_that_double_and_once_it_is_over() -> None:
    lasting = Lasting()
    assert lasting.over(0.0) is None
    said = [second for second in range(0, 7 * 3600, 5) if lasting.is_news(float(second))]
    pauses = [after - before for before, after in pairwise(said)]
    assert pauses == [60, 120, 240, 480, 960, 1920, *[3600] * (len(pauses) - 6)]
    assert (pauses[0], pauses[-1]) == (FIRST, LONGEST)
    assert lasting.over(25201.0) == 25201.0
    assert lasting.over(25202.0) is None
    assert lasting.is_news(25203.0)


def test_processes_that_were_forked_tell_it_together_and_one_may_be_killed() -> None:
    lasting = Lasting()
    child = os.fork()
    if child == 0:
        lasting.is_news(10.0)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert lasting.is_on
    assert not lasting.is_news(12.0)
    assert lasting.over(15.0) == 5.0
    assert not lasting.is_on


@pytest.mark.redis
def test_beat_writes_one_line_while_its_broker_is_away_and_one_when_it_is_back(
    redis_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away, back = (
        Settings.from_environment({"KSDD_DATA": str(tmp_path), "KSDD_REDIS_URL": url})
        for url in (f"redis://127.0.0.1:{free_port()}/0", redis_url)
    )
    beat = NotedScheduler(make_celery(away))
    monkeypatch.setattr("worker.signs.PERIOD", 0.0)
    entries = list(beat.schedule.values())
    for entry in entries[:4]:
        beat.apply_entry(entry)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "Perantara (Redis atau Valkey) tidak dapat dihubungi (" in caplog.text
    assert "Connection refused" in caplog.text
    beat.app = make_celery(back)
    for entry in entries[:4]:
        beat.apply_entry(entry)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "Perantara dapat dihubungi lagi" in caplog.text


def test_beat_tries_one_sweep_for_all_and_shows_no_sign_while_its_broker_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    settings = Settings.from_environment({"KSDD_DATA": str(tmp_path), "KSDD_REDIS_URL": url})
    app = make_celery(settings)
    show_signs(app, settings, "beat")
    beat = NotedScheduler(app)
    tried: list[str] = []

    def refuse(entry: Any, **_: Any) -> None:
        tried.append(entry.name)
        raise SchedulingError("away")

    monkeypatch.setattr(beat, "apply_async", refuse)
    monkeypatch.setattr(NotedScheduler, "producer", None)
    for entry in beat.schedule.values():
        entry.last_run_at -= timedelta(minutes=1)
    for _ in SWEEPS:
        beat.tick()
    assert len(tried) == 1
    assert not sign_of(settings, "beat").exists()
