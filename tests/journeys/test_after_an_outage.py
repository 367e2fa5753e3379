"""After a standstill, of the machine or of delivery alone, every official gets one letter."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from processes import actions
from processes.store.tables import Message, MessageStatus
from tests.journeys.answers import Journey
from tests.journeys.test_reminders import mails
from tests.journeys.town import LINK, Town
from worker.channels import Refused
from worker.delivery import deliver_due
from worker.tick import tick

BOGOR, SUKABUMI = "32.01", "32.02"
WIB = ZoneInfo("Asia/Jakarta")
CLERK = "bagian-kerja-sama.3201"


def fresh_mails(town: Town, known: int) -> dict[str, list[tuple[str, str]]]:
    """Subjects and bodies by whom they are for, of the mails after the first `known`."""
    found: dict[str, list[tuple[str, str]]] = {}
    for _, to, subject, body in list(mails(town))[known:]:
        found.setdefault(to.partition("@")[0], []).append((subject, body))
    return found


def test_after_the_machine_stood_still_one_letter_tells_each_official_each_task_once(
    both: Town,
) -> None:
    for title in ("Air bersih", "Jalan kabupaten"):
        Journey(both, [BOGOR, SUKABUMI], title=title).until("tahap2_kesediaan")
    both.read_mail()
    known = len(list(mails(both)))
    # the 30 working days ran out on 18 August: each case opens a second letter, and is late
    both.now = datetime(2026, 8, 21, 10, tzinfo=WIB).astimezone(UTC)
    tick(both.office, both.now)
    found = fresh_mails(both, known)
    assert {who: len(letters) for who, letters in found.items()} == dict.fromkeys(found, 1)
    [(subject, body)] = found[CLERK]
    assert body.count("Surat kedua") == 2
    assert len(set(LINK.findall(body))) == 2
    # the head of Sukabumi holds both, was reminded of each in vain, and gets his weekly digest
    [(subject, body)] = found["kepala-daerah.3202"]
    assert subject.startswith("2 hal")
    assert len(LINK.findall(body)) == 2
    assert body.count("Jawaban kesediaan") == 2


def test_a_letter_about_tasks_of_several_houses_says_which_is_whose(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    both.read_mail()
    known = len(list(mails(both)))
    both.now += timedelta(days=28)
    tick(both.office, both.now)
    [(_subject, body)] = fresh_mails(both, known)[CLERK]
    for house in ("Kabupaten Bogor", "Kabupaten Sukabumi"):
        assert f"Mohon informasi: Paraf Kabag, {house}" in body


class _Server:
    """A mail server that is down until it is not."""

    def __init__(self) -> None:
        self.down = True
        self.recipients: list[str] = []
        self.bodies: list[str] = []

    def send(self, letter: object) -> None:
        if self.down:
            raise Refused("451 coba lagi nanti")
        self.recipients.append(letter.address)  # type: ignore[attr-defined]
        self.bodies.append(letter.text)  # type: ignore[attr-defined]


@pytest.mark.parametrize("refuses", [False, True], ids=["nobody delivers", "the server refuses"])
def test_after_delivery_alone_stood_still_one_letter_tells_each_official(
    both: Town, monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    server = _Server()
    monkeypatch.setattr("worker.delivery.channel_of", lambda _settings: server)
    for number in range(2):
        Journey(both, [BOGOR, SUKABUMI], title=f"Perkara {number}")
    for day in range(8, 18):
        both.now = datetime(2026, 7, day, 8, 1, tzinfo=WIB).astimezone(UTC)
        for kinds in (actions.REMINDERS, actions.ESCALATIONS):
            while actions.fire_alarms(both.office, kinds=kinds, now=both.now):
                pass
        if refuses and day > 14:
            deliver_due(both.office, both.now)
    with both.office.database.read() as session:
        waiting = session.query(Message).filter(Message.status == MessageStatus.WAITING)
        tries = {message.attempts for message in waiting}
        assert len(waiting.all()) == 12
    assert max(tries) == (3 if refuses else 0)
    server.down = False
    for minutes in (1, 30) if refuses else (0,):
        deliver_due(both.office, both.now + timedelta(minutes=minutes))
    assert set(Counter(server.recipients).values()) == {1}
    [body] = [b for to, b in zip(server.recipients, server.bodies, strict=True) if CLERK in to]
    assert len(LINK.findall(body)) == 2
    with both.office.database.read() as session:
        assert {m.status for m in session.query(Message)} == {MessageStatus.SENT}
