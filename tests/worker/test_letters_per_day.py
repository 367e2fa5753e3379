"""An address gets so many letters a day; what is more shares one, and no link is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from processes import actions
from processes.office import Office
from processes.store import outbox
from processes.store.tables import MessageStatus
from tests.worker.sink import Sink
from tests.worker.test_delivery import all_messages, open_case
from worker.delivery import deliver_due

CLERK = "bagian-kerja-sama.3201@contoh.example"
LINK = re.compile(r"/t/[\w-]{43}")


@pytest.fixture
def capped(mailing: Office) -> Office:
    """An installation in which an address gets four letters a day."""
    return replace(mailing, settings=replace(mailing.settings, letters_per_day=4))


def open_cases(office: Office, now: datetime, count: int) -> None:
    for number in range(count):
        open_case(office, now, f"Perkara {number}")


def texts(sink: Sink) -> list[str]:
    bodies = [mail.get_body(("plain",)) for mail in sink.mails]
    return [body.get_content() for body in bodies if body is not None]


def test_what_is_more_than_a_days_letters_shares_the_last_one(
    capped: Office, sink: Sink, now: datetime
) -> None:
    open_cases(capped, now, 30)
    assert deliver_due(capped, now) == 4
    assert sink.recipients == [[CLERK]] * 4
    assert [len(LINK.findall(text)) for text in texts(sink)] == [1, 1, 1, 27]
    assert len({link for text in texts(sink) for link in LINK.findall(text)}) == 30
    assert {message.status for message in all_messages(capped)} == {MessageStatus.SENT}


def test_what_comes_after_the_last_one_shares_a_letter_the_next_morning(
    capped: Office, sink: Sink, now: datetime
) -> None:
    open_cases(capped, now, 4)
    deliver_due(capped, now)
    open_cases(capped, now, 3)
    assert deliver_due(capped, now + timedelta(hours=5)) == 0
    assert deliver_due(capped, now + timedelta(hours=22, minutes=59)) == 0
    assert deliver_due(capped, now + timedelta(hours=23)) == 1
    assert len(LINK.findall(texts(sink)[-1])) == 3
    waited = [message for message in all_messages(capped) if message.collapsible]
    assert {(message.attempts, message.status) for message in waited} == {(1, MessageStatus.SENT)}


def test_a_new_task_comes_before_reminders_and_a_letter_is_kept_for_it(
    capped: Office, sink: Sink, now: datetime
) -> None:
    def remind(number: int) -> None:
        with capped.database.write() as session:
            outbox.put(
                session,
                key=f"news:{number}",
                kind="pengingat",
                address=CLERK,
                values={"kabar": f"Kabar {number}"},
                now=now,
            )

    for number in range(6):
        remind(number)
    assert deliver_due(capped, now) == 3
    open_case(capped, now, "Baru")
    remind(7)
    assert deliver_due(capped, now) == 1
    assert "Baru" in texts(sink)[-1]
    assert deliver_due(capped, now + timedelta(hours=23)) == 1


def test_another_address_has_letters_of_its_own(capped: Office, sink: Sink, now: datetime) -> None:
    open_cases(capped, now, 6)
    with capped.database.write() as session:
        outbox.put(session, key="a", kind="kabar", address="kabag@example.test", now=now)
    assert deliver_due(capped, now) == 5
    assert sink.recipients.count(["kabag@example.test"]) == 1


def test_without_a_limit_each_has_its_own_letter(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    open_cases(mailing, now, 25)
    assert deliver_due(mailing, now) == 25
    assert len(sink.mails) == 25


def test_the_day_is_that_of_the_region(capped: Office, sink: Sink, now: datetime) -> None:
    """A minute after midnight in Jakarta is still the day before in UTC."""
    before_midnight = now.replace(hour=16, minute=50)
    open_cases(capped, before_midnight, 4)
    deliver_due(capped, before_midnight)
    after = before_midnight + timedelta(minutes=11)
    open_case(capped, after, "Hari berikutnya")
    assert deliver_due(capped, after) == 1


def test_a_letter_of_several_is_tried_again_as_a_whole(
    capped: Office, sink: Sink, now: datetime
) -> None:
    open_cases(capped, now, 4)
    deliver_due(capped, now)
    open_cases(capped, now, 3)
    deliver_due(capped, now)
    sink.answers[CLERK] = "451 4.3.0 try again later"
    morning = now + timedelta(hours=23)
    assert deliver_due(capped, morning) == 0
    sink.answers.clear()
    assert deliver_due(capped, morning + timedelta(minutes=1)) == 1
    assert len(LINK.findall(texts(sink)[-1])) == 3


def test_a_shared_letter_names_what_each_is_about(
    capped: Office, sink: Sink, now: datetime
) -> None:
    open_cases(capped, now, 6)
    with capped.database.write() as session:
        outbox.put(
            session,
            key="kabar",
            kind="balasan_mitra",
            address=CLERK,
            values={"kabar": "Surat balasan dari Cilacap"},
            now=now,
        )
    assert actions.fire_alarms(capped, kinds=actions.REMINDERS, now=now) == 0
    deliver_due(capped, now)
    assert "Tugas baru: Menyusun permohonan dan KAK" in texts(sink)[-1]
    assert "Balasan mitra: Surat balasan dari Cilacap" in texts(sink)[-1]
