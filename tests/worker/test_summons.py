"""While many letters wait further workers are woken now and then, and nobody waits for a broker."""

from __future__ import annotations

import os
import signal

import pytest
import redis

from processes.settings import Settings
from tests.servers import free_port
from worker import summons
from worker.app import make_celery
from worker.summons import Summons, one_at_a_time

#: the list in which wake-ups wait
QUEUE = "celery"


def summons_at(url: str) -> Summons:
    settings = Settings.from_environment({"KSDD_ENV": "development", "KSDD_REDIS_URL": url})
    return Summons(make_celery(settings), "sweep_outbox")


@pytest.mark.redis
def test_others_are_woken_while_more_waits_but_not_after_every_batch(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis.Redis.from_url(redis_url) as broker:
        broker.delete(QUEUE)
        made = summons_at(redis_url)
        made.note(False)
        made.pass_on()
        assert broker.llen(QUEUE) == 0
        for _ in range(5):
            made.note(True)
        assert broker.llen(QUEUE) == 1
        monkeypatch.setattr(summons, "EVERY", 0.0)
        made.note(True)
        assert broker.llen(QUEUE) == 2
        made.pass_on()
        assert broker.llen(QUEUE) == 3
        made.note(False)
        made.pass_on()
        assert broker.llen(QUEUE) == 3
        broker.delete(QUEUE)


def test_a_broker_that_is_away_is_asked_once_and_keeps_no_letter_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = summons_at(f"redis://127.0.0.1:{free_port()}/0")
    monkeypatch.setattr(summons, "EVERY", 0.0)
    made.note(True)
    monkeypatch.setattr(made, "_app", None)
    made.note(True)
    made.pass_on()


def test_of_the_processes_of_a_worker_one_sends_at_a_time_and_none_for_ever() -> None:
    alone = one_at_a_time()
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        with alone() as is_alone:
            os.write(tell, b"1" if is_alone else b"0")
            signal.pause()
    try:
        assert os.read(told, 1) == b"1"
        with alone() as is_alone:
            assert not is_alone
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(told)
        os.close(tell)
    with alone() as is_alone:
        assert is_alone
