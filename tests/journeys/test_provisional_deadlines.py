"""A deadline that is counted provisionally makes nobody late, and a council is never dunned."""

from __future__ import annotations

from datetime import date

from tests.journeys.answers import Journey
from tests.journeys.test_clocks_granted import ASKED, COUNCIL, on
from tests.journeys.test_reminders import mails, working_days_after
from tests.journeys.town import Town
from worker.tick import tick

BOGOR, SUKABUMI = "32.01", "32.02"
LETTERS = ("Mohon informasi: Mencatat keputusan DPRD", "Ringkasan pekan ini")


def waiting_for_a_receipt(town: Town) -> date:
    """Sukabumi asked its council and does not know yet when the letter was received; the day on
    which its secretary would be late if that had been the same day."""
    journey = Journey(town, [BOGOR, SUKABUMI], burden=True).until(ASKED)
    journey.answer(ASKED, SUKABUMI, tanggal_terima=None)
    assert (COUNCIL, SUKABUMI) in journey.open
    town.read_mail()
    return working_days_after(date(2026, 7, 6), 45)


def told(town: Town, subject: str) -> list[tuple[str, str, str]]:
    return [(to.split("@")[0], s, b) for _, to, s, b in mails(town) if s.startswith(subject)]


def test_only_its_own_house_is_asked_about_a_council_and_for_information_alone(both: Town) -> None:
    due = waiting_for_a_receipt(both)
    for days in (-1, 0, 1):
        both.now = on(working_days_after(due, days) if days else due, 9)
        tick(both.office, both.now)
    [(to, subject, body)] = told(both, LETTERS[0])
    assert to == "bagian-kerja-sama.3202"
    assert "melewati tenggat sementara" in subject
    assert "mohon informasi mengenai tugas berikut pada DPRD Kabupaten Sukabumi" in body
    assert "Mohon perhatian" not in body
    assert "(sementara), belum dapat disebut terlambat; mohon tanggal terima surat diisi" in body
    assert "terlambat 1 hari kerja" not in body


def test_the_digest_of_a_head_says_what_is_only_counted_provisionally(both: Town) -> None:
    due = waiting_for_a_receipt(both)
    day = working_days_after(due, 1)
    while not (weekly := [each for each in told(both, LETTERS[1]) if each[0].endswith(".3202")]):
        both.now = on(day, 9)
        tick(both.office, both.now)
        day = working_days_after(day, 1)
    body = weekly[0][2]
    line = body.partition("Mencatat keputusan DPRD")[2].splitlines()[1]
    assert "(sementara), belum dapat disebut terlambat" in line
