"""A mail server that is away: it is known at once, and once it is back nobody waits for a day."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from processes.office import Office
from processes.store import outbox, sweeps
from processes.store.mail_way import PACE
from processes.store.questions.stalled import Stall, stall
from processes.store.tables import Message, MessageStatus
from processes.store.viewer import Viewer
from tests.servers import free_port
from tests.worker.sink import Sink
from tests.worker.test_ping import Watcher
from worker import watch
from worker.delivery import deliver_due
from worker.ping import ping


@pytest.fixture
def away(mailing: Office) -> Office:
    """The installation while nothing listens at its mail server's address."""
    url = f"smtp://127.0.0.1:{free_port()}"
    return replace(mailing, settings=replace(mailing.settings, mail_url=url))


def write(office: Office, now: datetime, *names: str) -> None:
    with office.database.write() as session:
        for name in names:
            address = f"{name}@example.test"
            outbox.put(session, key=f"news:{name}", kind="kabar", address=address, now=now)


def stalled(office: Office, now: datetime, viewer: Viewer | None = None) -> Stall | None:
    with office.database.read() as session:
        return stall(session, viewer or Viewer.system(), now)


def waiting(office: Office) -> dict[str, datetime]:
    """When each message that waits is tried next, by its receiver."""
    query = select(Message.address, Message.not_before)
    with office.database.read() as session:
        found = session.execute(query.where(Message.status == MessageStatus.WAITING))
        return {address.partition("@")[0]: moment for address, moment in found}


def test_after_two_refusals_it_is_known_how_many_wait_since_when_and_why(
    away: Office, now: datetime
) -> None:
    write(away, now, "kabag", "sekda")
    deliver_due(away, now)
    assert stalled(away, now) is None
    later = now + timedelta(seconds=5)
    deliver_due(away, later)
    found = stalled(away, later)
    assert found is not None
    assert (found.count, found.since) == (2, now)
    assert "Connection refused" in found.error
    # these letters are for no official of a region
    assert stalled(away, later, Viewer.of_region("32.01")) is None


def test_one_letter_that_is_taken_brings_the_others_forward_in_a_pace(
    away: Office, mailing: Office, sink: Sink, now: datetime
) -> None:
    names = [f"orang{number}" for number in range(10)]
    write(away, now, *names)
    for minutes in (0, 1, 10, 60, 200):
        deliver_due(away, now + timedelta(minutes=minutes))
    back = now + timedelta(minutes=210)
    assert min(waiting(away).values()) > back + timedelta(hours=1)
    write(mailing, back, "baru")
    assert deliver_due(mailing, back) == 1 + 1
    assert stalled(mailing, back) is None
    left = sorted(waiting(mailing).values())
    assert left == [back + number * PACE for number in range(1, 10)]
    deliver_due(mailing, back + timedelta(minutes=1))
    assert waiting(mailing) == {}
    assert len(sink.mails) == 11


def test_a_receiver_who_is_refused_while_others_are_not_is_not_tried_with_each_of_them(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    sink.answers["penuh@example.test"] = "452 4.2.2 mailbox full"
    write(mailing, now, "penuh")
    for minute in range(1, 30):
        moment = now + timedelta(minutes=minute)
        write(mailing, moment, f"orang{minute}")
        deliver_due(mailing, moment)
        assert stalled(mailing, moment) is None
    with mailing.database.read() as session:
        full = session.scalars(select(Message).where(Message.key == "news:penuh")).one()
    assert full.attempts <= 4


def test_no_dead_mans_switch_says_that_all_is_well(
    away: Office, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    write(away, now, "kabag")
    for seconds in (0, 5):
        deliver_due(away, now + timedelta(seconds=seconds))
    later = now + timedelta(seconds=10)
    with Watcher() as elsewhere:
        url = f"http://127.0.0.1:{elsewhere.port}/"
        watched = replace(away, settings=replace(away.settings, ping_url=url))
        with watched.database.write() as session:
            for name in watch.WATCHED:
                sweeps.beat(session, name, now=later)
        with caplog.at_level(logging.WARNING, "worker.ping"):
            assert not ping(watched, later)
    assert elsewhere.heard == 0
    assert "mail server takes no letter" in caplog.text
