"""The database server dies while letters go out: none is lost, and of the batch alone some go out
twice."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError

from processes.office import Office
from processes.settings import Settings
from processes.store import outbox
from processes.store.tables import Message, MessageStatus
from tests import servers
from tests.worker.sink import Sink
from tests.worker.test_delivery import write_news
from worker.delivery import deliver_due

LETTERS, BATCH, STRUCK_AT = 60, 20, 33


@pytest.fixture
def database_url() -> Iterator[str]:
    """An empty database of a server that nobody else uses."""
    with servers.postgres() as server:
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE ksdd ENCODING 'UTF8'"))
        engine.dispose()
        yield make_url(server).set(database="ksdd").render_as_string(hide_password=False)


def crash(url: str) -> None:
    """End one of the server's processes so that it has to recover from what is on its disk."""
    engine = create_engine(url)
    connection = engine.connect()
    pid = connection.scalar(text("SELECT pg_backend_pid()"))
    assert isinstance(pid, int)
    os.kill(pid, signal.SIGKILL)
    connection.invalidate()
    connection.close()
    engine.dispose()


def messages(office: Office) -> list[Message]:
    """All messages, as soon as the server has recovered."""
    give_up = time.monotonic() + 60
    while True:
        try:
            with office.database.read() as session:
                return list(session.scalars(select(Message)))
        except DBAPIError:
            assert time.monotonic() < give_up
            time.sleep(0.05)


@pytest.mark.postgres
@pytest.mark.slow
def test_a_server_that_crashes_in_the_middle_of_a_batch_loses_no_letter(
    database_url: str, tmp_path: Path, now: datetime
) -> None:
    settings = Settings.from_environment(
        {
            "KSDD_ENV": "development",
            "KSDD_DATA": str(tmp_path),
            "KSDD_DATABASE_URL": database_url,
        }
    )
    with Sink() as sink, closing(Office.open(settings)) as opened:
        office = replace(opened, settings=replace(opened.settings, mail_url=sink.url))
        write_news(office, now, *(f"pejabat{number}" for number in range(LETTERS)))

        def strike() -> None:
            if len(sink.mails) == STRUCK_AT:
                crash(database_url)

        sink.before_answer = strike
        with pytest.raises(DBAPIError):
            deliver_due(office, now, limit=BATCH)
        marked = {m.message_id for m in messages(office) if m.status is MessageStatus.SENT}
        assert set(sink.message_ids[:BATCH]) <= marked, "the batch before is on the disk"
        deliver_due(office, now + outbox.LEASE, limit=BATCH)
        found = messages(office)
    sent = Counter(sink.message_ids)
    assert {message.status for message in found} == {MessageStatus.SENT}
    assert set(sent) == {message.message_id for message in found}
    # some more may have gone out before the server was quite gone, but none of another batch
    assert sum(sent.values()) - LETTERS <= BATCH
