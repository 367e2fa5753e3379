"""Several senders at once, as processes that can be killed: nothing is lost, and a letter goes out
twice only when its sender was killed over it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select

from processes.office import Office
from processes.settings import Settings
from processes.store import outbox, tries
from processes.store.tables import MessageEvent, MessageStatus
from tests.worker.served import Served, wait_until
from tests.worker.sink import Sink
from tests.worker.test_delivery import all_messages, write_news
from worker.delivery import deliver_due

ROOT = Path(__file__).parents[2]
KSDD = [sys.executable, "-P", "-m", "webhooks.cli"]
#: a sender in a process of its own: it says that it is there, and when it is told to, delivers
#: until nothing is left
SENDER = """
import os
from datetime import datetime
from processes.office import Office
from processes.settings import Settings
from worker.delivery import deliver_due
office = Office.open(Settings.from_environment(os.environ))
print("ready", flush=True)
input()
deliver_due(office, datetime.fromisoformat({now!r}))
"""
KILLS = 2
LETTERS = 60


def environ_of(office: Office, sink: Sink) -> dict[str, str]:
    """What a part of the installation is started with."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KSDD_ENV": office.settings.env,
        "KSDD_DATA": str(office.settings.data),
        "KSDD_DATABASE_URL": office.settings.database_url,
        "KSDD_MAIL_URL": sink.url,
    }


def begin(office: Office, sink: Sink, now: datetime) -> subprocess.Popen[bytes]:
    """A sender that waits until it is let go."""
    return subprocess.Popen(
        [sys.executable, "-c", SENDER.format(now=now.isoformat())],
        cwd=ROOT,
        env=environ_of(office, sink),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def let_go(*senders: subprocess.Popen[bytes]) -> None:
    """Let senders deliver at the same moment, once all of them are there."""
    for process in senders:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in senders:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()


def test_senders_that_are_killed_over_many_letters_lose_none_and_double_one_each_at_most(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    write_news(mailing, now, *(f"pejabat{number}" for number in range(LETTERS)))
    # an answer that takes its time makes it likely that a kill meets a letter on its way
    sink.thinks = 0.01
    killed = 0
    for number in range(KILLS):
        at = now + number * outbox.LEASE
        with ExitStack() as stack:
            senders = [stack.enter_context(begin(mailing, sink, at)) for _ in range(2)]
            enough = len(sink.mails) + 5
            let_go(*senders)
            wait_until(lambda enough=enough: len(sink.mails) >= enough)  # type: ignore[misc]
            for process in senders:
                process.kill()
                killed += process.wait() == -signal.SIGKILL
    sink.thinks = 0.0
    waiting = [m for m in all_messages(mailing) if m.status is MessageStatus.WAITING]
    assert waiting, "the senders were killed too late"
    deliver_due(mailing, now + KILLS * outbox.LEASE)

    sent = Counter(sink.message_ids)
    messages = all_messages(mailing)
    assert {message.status for message in messages} == {MessageStatus.SENT}
    assert set(sent) == {message.message_id for message in messages}
    assert killed == 2 * KILLS
    assert sum(sent.values()) - LETTERS <= killed


def test_a_killed_sender_has_every_letter_but_its_last_marked(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    write_news(mailing, now, *(f"pejabat{number}" for number in range(20)))
    process: list[subprocess.Popen[bytes]] = []
    taken = Event()

    def strike() -> None:
        if len(sink.mails) == 11:
            process[0].send_signal(signal.SIGKILL)
            process[0].wait()
            taken.set()

    sink.before_answer = strike
    with begin(mailing, sink, now) as started:
        process.append(started)
        let_go(started)
        assert taken.wait(60)
    sent = [m for m in all_messages(mailing) if m.status is MessageStatus.SENT]
    assert {message.message_id for message in sent} == set(sink.message_ids[:10])
    with mailing.database.read() as session:
        lines = session.scalar(select(func.count()).select_from(MessageEvent))
    assert lines == 2 * len(sent)
    sink.before_answer = lambda: None
    assert deliver_due(mailing, now + outbox.LEASE) == 10
    assert Counter(Counter(sink.message_ids).values()) == {1: 19, 2: 1}


def test_a_letter_over_which_every_sender_dies_puts_none_of_its_neighbours_aside(
    mailing: Office, now: datetime
) -> None:
    names = ["sekda", *(f"pejabat{number}" for number in range(9))]
    write_news(mailing, now, *names)

    def die(office: Office, at: datetime) -> list[str]:
        """Claim, deliver up to the letter that kills, and die; who was delivered."""
        with office.database.write() as session:
            claimed = outbox.claim(session, at, 20)
        done = []
        for message in claimed:
            if message.key == "news:sekda":
                return done
            with office.database.write() as session:
                outbox.mark_sent(session, message.id, now=at)
            done.append(message.key)
        return done

    for number in range(tries.TRIES + 2 * len(names)):
        die(mailing, now + number * outbox.LEASE)
    found = {message.key: message.status for message in all_messages(mailing)}
    assert found.pop("news:sekda") is MessageStatus.PARKED
    assert set(found.values()) == {MessageStatus.SENT}


@pytest.fixture
def both_workers(
    fresh_postgres_url: str, redis_url: str, tmp_path: Path, sink: Sink
) -> Iterator[tuple[Office, list[Served]]]:
    """Two workers and a beat of one installation on one machine."""
    environ = {
        "KSDD_ENV": "development",
        "KSDD_DATA": str(tmp_path / "data"),
        "KSDD_DATABASE_URL": fresh_postgres_url,
        "KSDD_REDIS_URL": redis_url,
        "KSDD_MAIL_URL": sink.url,
    }
    office = Office.open(Settings.from_environment(environ))
    parts = ("worker", "worker", "beat")
    running = [
        Served([*KSDD, part], tmp_path / f"{part}{number}", environ)
        for number, part in enumerate(parts)
    ]
    yield office, running
    for each in running:
        each.clear_away()
    office.close()


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.redis
def test_two_workers_of_one_machine_send_side_by_side_one_process_each(
    both_workers: tuple[Office, list[Served]], sink: Sink
) -> None:
    office, running = both_workers
    sink.thinks = 0.02
    write_news(office, datetime.now(UTC), *(f"pejabat{number}" for number in range(800)))
    wait_until(lambda: len(sink.mails) >= 800, 120)
    wait_until(lambda: all(m.status is MessageStatus.SENT for m in all_messages(office)))
    assert len(set(sink.message_ids)) == len(sink.message_ids) == 800
    assert sink.at_once == 2
    assert all(each.process.poll() is None for each in running)
