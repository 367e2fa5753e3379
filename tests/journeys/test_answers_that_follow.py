"""What is asked for after a task is finished: by its name, for whom, with true reasons."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

from tests.journeys.answers import Journey
from tests.journeys.test_reminders import mails
from tests.journeys.town import Town
from worker.tick import tick

BOGOR, SUKABUMI, BADUNG = "32.01", "32.02", "51.03"
PARTIES = [BOGOR, SUKABUMI, BADUNG]
RECEIVED = "Tanggal diterima mitra: Kabupaten Sukabumi dan Kabupaten Badung"
DEADLINE = "tenggat berikutnya dihitung dari isian itu"


def asked_a_day_later(town: Town) -> list[tuple[str, str]]:
    """Subject and body of what asks for answers that follow, a day after the task was finished."""
    town.now += timedelta(days=1, minutes=1)
    town.read_mail()
    found = [(subject, body.replace("\r\n", "\n")) for _, _, subject, body in mails(town)]
    return [each for each in found if "ohon dilengkapi" in each[0] + each[1]]


def test_a_receipt_that_follows_is_asked_for_by_name_and_partner(both: Town) -> None:
    journey = Journey(both, PARTIES).until("tahap1_surat")
    token = both.link(journey.id, "tahap1_surat", BOGOR)
    given = {**journey.plan["tahap1_surat"], "tanggal_terima": {}}
    page = unescape(both.post(token, given).get_data(as_text=True))
    both.read_mail()
    assert RECEIVED in page
    assert DEADLINE in page.replace("Tenggat", "tenggat")
    [(subject, body)] = asked_a_day_later(both)
    assert subject.startswith("Mohon dilengkapi: Mengirim surat permohonan")
    assert f"- {RECEIVED}\n" in body
    assert DEADLINE in body


def test_what_no_deadline_counts_from_is_not_said_to_move_one(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_jadwal")
    token = both.link(journey.id, "tahap6_jadwal", BOGOR)
    page = unescape(both.post(token, journey.plan["tahap6_jadwal"]).get_data(as_text=True))
    assert "Dasar pengangkatan atau penunjukan" in page
    assert DEADLINE not in page.replace("Tenggat", "tenggat")
    both.read_mail()
    [(_subject, body)] = asked_a_day_later(both)
    assert "- Dasar pengangkatan atau penunjukan (nomor dan tanggal): Kabupaten Bogor dan" in body
    assert DEADLINE not in body


def test_a_collected_letter_shows_no_deadline_of_what_is_finished(both: Town) -> None:
    journey = Journey(both, PARTIES).until("tahap1_surat")
    journey.answer("tahap1_surat", tanggal_terima={})
    both.read_mail()
    both.now += timedelta(days=1, minutes=1)
    tick(both.office, both.now)
    [(_subject, body)] = asked_a_day_later(both)
    lines = body.splitlines()
    asked = next(n for n, line in enumerate(lines) if "Mohon dilengkapi: Mengirim surat" in line)
    assert lines[asked + 1].startswith(journey.case["number"])
    assert f"- {RECEIVED}" in lines
