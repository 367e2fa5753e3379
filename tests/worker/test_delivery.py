"""Messages leave the outbox once, with the same Message-ID at every try, and none is lost."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.store import links, outbox, tries
from processes.store.tables import Message, MessageStatus, Task, TaskStatus
from tests.worker.sink import Sink
from worker import delivery
from worker.channels import SmtpChannel
from worker.delivery import deliver_due
from worker.tick import tick

ROOT = Path(__file__).parents[2]
BOGOR, SUKABUMI = "32.01", "32.02"
#: one sender in a process of its own
SENDER = """
import os
from datetime import datetime
from processes.office import Office
from processes.settings import Settings
from worker.delivery import deliver_due
deliver_due(Office.open(Settings.from_environment(os.environ)), datetime.fromisoformat({now!r}))
"""


def open_case(office: Office, now: datetime, title: str = "Pelayanan Publik") -> str:
    return actions.open_case(
        office,
        procedure="ksdd",
        region=BOGOR,
        parties=[SUKABUMI],
        title=title,
        actor=actions.Actor(kind="account", name="administrator"),
        now=now,
    )


def write_news(office: Office, now: datetime, *names: str) -> None:
    """Put one piece of news per name in the outbox."""
    with office.database.write() as session:
        for name in names:
            outbox.put(
                session, key=f"news:{name}", kind="kabar", address=f"{name}@example.test", now=now
            )


def all_messages(office: Office) -> list[Message]:
    with office.database.read() as session:
        return list(session.scalars(select(Message).order_by(Message.created_at, Message.id)))


def only_message(office: Office) -> Message:
    (message,) = all_messages(office)
    return message


def test_an_invitation_is_sent_once_and_its_link_opens_the_task(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    open_case(mailing, now)
    waiting = all_messages(mailing)
    assert waiting
    assert deliver_due(mailing, now) == len(waiting)
    assert deliver_due(mailing, now + timedelta(days=9)) == 0
    assert sorted(sink.message_ids) == sorted(message.message_id for message in waiting)
    body = sink.mails[0].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Pelayanan Publik" in text
    assert "Kabupaten Bogor dan Kabupaten Sukabumi" in text
    assert re.search(r"Tenggat: \w+, \d+ \w+ 2026 pukul 16\.00 WIB", text)
    found = re.search(r"https://ksdd\.example\.test/t/([\w-]{43})\b", text)
    assert found is not None
    with mailing.database.read() as session:
        link = links.find(session, found[1])
    assert link is not None
    assert {message.status for message in all_messages(mailing)} == {MessageStatus.SENT}


def test_without_a_mail_server_letters_become_files(office: Office, now: datetime) -> None:
    write_news(office, now, "kabag", "sekda")
    assert deliver_due(office, now) == 2
    files = sorted(office.settings.mail_folder.iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    mail = message_from_bytes(files[0].read_bytes(), policy=default)
    assert mail["Auto-Submitted"] == "auto-generated"


def test_in_production_messages_wait_for_a_mail_server(office: Office, now: datetime) -> None:
    production = replace(office, settings=replace(office.settings, env="production"))
    write_news(production, now, "kabag")
    assert deliver_due(production, now) == 0
    assert only_message(production).status == MessageStatus.WAITING
    assert only_message(production).attempts == 0


def test_a_mail_server_in_trouble_is_tried_on_schedule_and_then_no_more(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    sink.answers["kabag@example.test"] = "451 4.3.0 try again later"
    write_news(mailing, now, "kabag")
    deliver_due(mailing, now)
    for tried, pause in enumerate(tries.PAUSES, start=1):
        deliver_due(mailing, now + pause - timedelta(seconds=1))
        assert only_message(mailing).attempts == tried
        now += pause
        deliver_due(mailing, now)
    parked = only_message(mailing)
    assert parked.status == MessageStatus.PARKED
    assert "451" in (parked.last_error or "")
    assert deliver_due(mailing, now + timedelta(days=30)) == 0
    assert sink.mails == []


def test_a_mail_server_that_recovers_gets_the_letter_with_the_same_message_id(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    sink.answers["kabag@example.test"] = "451 4.3.0 try again later"
    write_news(mailing, now, "kabag")
    expected = only_message(mailing).message_id
    assert deliver_due(mailing, now) == 0
    sink.answers.clear()
    assert deliver_due(mailing, now + timedelta(seconds=5)) == 1
    assert sink.message_ids == [expected]


def test_an_unknown_mailbox_is_parked_at_once_and_the_others_are_served(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    sink.answers["kabag@example.test"] = "550 5.1.1 no such mailbox"
    write_news(mailing, now, "kabag", "sekda")
    assert deliver_due(mailing, now) == 1
    by_address = {message.address: message.status for message in all_messages(mailing)}
    assert by_address == {
        "kabag@example.test": MessageStatus.PARKED,
        "sekda@example.test": MessageStatus.SENT,
    }


@pytest.mark.parametrize(("step", "doubled"), [("MAIL", 0), ("RCPT", 0), ("DATA", 0), ("END", 1)])
def test_a_mail_server_that_hangs_up_in_the_middle_of_a_batch_costs_one_letter_a_second_try_at_most(
    mailing: Office, sink: Sink, now: datetime, step: str, doubled: int
) -> None:
    write_news(mailing, now, *(f"pejabat{number}" for number in range(12)))
    sink.cuts = {(step, 5)}
    later = int(step in {"DATA", "END"})
    assert deliver_due(mailing, now) == 12 - later
    waiting = [m for m in all_messages(mailing) if m.status is MessageStatus.WAITING]
    assert [message.attempts for message in waiting] == [1] * later
    assert deliver_due(mailing, now + tries.PAUSES[0]) == later
    messages = all_messages(mailing)
    assert {message.status for message in messages} == {MessageStatus.SENT}
    assert set(sink.message_ids) == {message.message_id for message in messages}
    assert len(sink.message_ids) == 12 + doubled


def test_a_mail_server_that_refuses_some_of_a_batch_gets_the_rest_over_one_connection(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    write_news(mailing, now, *(f"pejabat{number}" for number in range(10)))
    sink.answers["pejabat2@example.test"] = "550 5.1.1 no such mailbox"
    sink.last_answers["pejabat4@example.test"] = "552 5.2.2 mailbox full"
    sink.answers["pejabat6@example.test"] = "451 4.7.1 greylisted"
    assert deliver_due(mailing, now) == 7
    found = {m.key.removeprefix("news:pejabat"): m.status for m in all_messages(mailing)}
    others = {found.pop("2"), found.pop("4")}, found.pop("6")
    assert others == ({MessageStatus.PARKED}, MessageStatus.WAITING)
    assert set(found.values()) == {MessageStatus.SENT}
    assert len(set(sink.peers)) == 1


def test_a_sender_killed_before_it_could_note_the_sending_doubles_one_letter_only(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    write_news(mailing, now, "kabag")
    settings = mailing.settings
    environ = {
        **os.environ,
        "KSDD_ENV": settings.env,
        "KSDD_DATA": str(settings.data),
        "KSDD_DATABASE_URL": settings.database_url,
        "KSDD_MAIL_URL": sink.url,
    }
    killed: list[subprocess.Popen[bytes]] = []
    sink.before_answer = lambda: os.kill(killed[0].pid, signal.SIGKILL)
    code = SENDER.format(now=now.isoformat())
    killed.append(subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environ))
    assert killed[0].wait(30) == -signal.SIGKILL
    sink.before_answer = lambda: None

    assert deliver_due(mailing, now + timedelta(seconds=59)) == 0
    assert deliver_due(mailing, now + timedelta(seconds=60)) == 1
    assert deliver_due(mailing, now + timedelta(days=1)) == 0
    first, second = sink.message_ids
    assert first == second == only_message(mailing).message_id


def test_senders_working_at_once_send_every_letter_once(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    write_news(mailing, now, *(f"pejabat{number}" for number in range(40)))
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: deliver_due(mailing, now, limit=3), range(4)))
    assert sum(sent) == 40
    assert len(sink.message_ids) == len(set(sink.message_ids)) == 40


def test_what_a_slow_mail_server_left_over_is_given_back_without_counting_a_try(
    mailing: Office, sink: Sink, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "ENOUGH", -1.0)
    write_news(mailing, now, "kabag", "sekda")
    with delivery.sending(mailing, SmtpChannel(sink.url)) as sender:
        batch = sender.deliver_batch(now, 20)
    assert (batch.tried, batch.sent) == (2, 1)
    left = next(m for m in all_messages(mailing) if m.status == MessageStatus.WAITING)
    assert (left.attempts, left.lease_until) == (0, None)
    assert deliver_due(mailing, now) == 1


def test_an_invitation_to_a_task_that_is_closed_is_not_sent(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    case_id = open_case(mailing, now)
    with mailing.database.write() as session:
        for task in session.scalars(select(Task).where(Task.case_id == case_id)):
            task.status = TaskStatus.CANCELLED
    assert deliver_due(mailing, now) == 0
    assert sink.mails == []
    assert {message.status for message in all_messages(mailing)} == {MessageStatus.DROPPED}


def test_a_link_that_was_revoked_is_not_sent(mailing: Office, sink: Sink, now: datetime) -> None:
    open_case(mailing, now)
    with mailing.database.write() as session:
        for task in session.scalars(select(Task)):
            links.revoke(session, task.id, now=now)
    assert deliver_due(mailing, now) == 0
    assert sink.mails == []


def test_no_live_token_is_kept_in_the_outbox(office: Office, now: datetime) -> None:
    open_case(office, now)
    deliver_due(office, now)
    kept = " ".join(str(vars(message)) for message in all_messages(office))
    with office.database.read() as session:
        for message in all_messages(office):
            assert message.link_id is not None
            token = links.token_for(office.secret, message.link_id)
            assert links.find(session, token) is not None
            assert token not in kept


def test_a_tick_delivers_what_is_due_at_its_moment(office: Office, now: datetime) -> None:
    write_news(office, now, "kabag")
    early = {"timers": 0, "reminders": 0, "escalations": 0, "messages": 0}
    assert tick(office, now - timedelta(seconds=1)) == early
    assert tick(office, now) == {**early, "messages": 1}
