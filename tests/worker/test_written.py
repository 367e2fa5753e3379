"""Letters are written ahead, several in one look, and say what they would say alone and at last."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from processes.office import Office
from processes.store.kinds import CODE
from processes.store.tables import Link, Message, MessageStatus
from tests.worker.sink import Sink
from tests.worker.test_delivery import all_messages, open_case, write_news
from worker import written
from worker.delivery import deliver_due
from worker.letters import Letter
from worker.writing import write_letter


def test_what_was_written_too_long_ago_is_written_anew_before_it_goes_out(
    mailing: Office, sink: Sink, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "FRESH", -1.0)
    for title in ("Pelayanan Publik", "Perbatasan"):
        open_case(mailing, now, title)

    def revoke_all() -> None:
        with mailing.database.write() as session:
            session.execute(update(Link).values(revoked_at=now))

    sink.before_answer = revoke_all
    assert deliver_due(mailing, now) == 1
    statuses = sorted(message.status for message in all_messages(mailing))
    assert statuses == [MessageStatus.DROPPED, MessageStatus.SENT]


def test_where_letters_go_out_slowly_few_are_written_for_nothing(
    office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Message] = []

    def counted(here: Office, session: Session, message: Message, at: datetime) -> Letter:
        made.append(message)
        return write_letter(here, session, message, at)

    monkeypatch.setattr(written, "FRESH", -1.0)
    monkeypatch.setattr(written, "write_letter", counted)
    write_news(office, now, *(f"pejabat{number}" for number in range(20)))
    messages = all_messages(office)
    desk = written.Desk(office, [[message] for message in messages], now, written.Pace())
    letters = [desk.write(number).letter for number in range(20)]
    assert [letter and letter.address for letter in letters] == [m.address for m in messages]
    assert len(made) <= written.FEW + 2 * 20


def test_a_letter_that_cannot_be_written_keeps_none_after_it_back(
    mailing: Office, sink: Sink, now: datetime
) -> None:
    write_news(mailing, now, "kabag", "sekda", "asisten")
    with mailing.database.write() as session:
        broken = update(Message).where(Message.key == "news:sekda")
        session.execute(broken.values(kind=CODE, values={"kode": "tidak ada"}))
    assert deliver_due(mailing, now) == 2
    assert {to for [to] in sink.recipients} == {"kabag@example.test", "asisten@example.test"}
    left = next(m for m in all_messages(mailing) if m.status is MessageStatus.WAITING)
    assert (left.key, left.attempts) == ("news:sekda", 1)


def test_letters_written_together_say_what_each_would_say_alone(
    office: Office, now: datetime
) -> None:
    for title in ("Pelayanan Publik", "Perbatasan"):
        open_case(office, now, title)
    messages = all_messages(office)
    with office.database.read() as session:
        alone = [write_letter(office, session, message, now) for message in messages]
    desk = written.Desk(office, [[message] for message in messages], now, written.Pace())
    assert [desk.write(number).letter for number in range(len(messages))] == alone
    assert len({letter.text for letter in alone}) == 2
