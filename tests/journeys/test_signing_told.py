"""Whoever signs is told when, where and how, and by whom for his house, wherever he looks."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.answers import Journey
from tests.journeys.mailbox import Mailbox
from tests.journeys.ten_stages import TenStages
from tests.journeys.town import Town
from worker.tick import tick

BOGOR, SUKABUMI = "32.01", "32.02"
SCHEDULE = {
    "metode": "seremonial",
    "tanggal": "2026-07-20",
    "tempat": "Pendopo Kabupaten Bogor",
    "penanda_tangan": {BOGOR: "Dr. Contoh", SUKABUMI: "H. Asep Contoh"},
    "jabatan": {BOGOR: "Bupati Bogor", SUKABUMI: "Plt. Bupati Sukabumi"},
    "status": {BOGOR: "definitif", SUKABUMI: "Plt"},
}
TOLD = ("Seremonial", "20 Juli 2026", "Pendopo Kabupaten Bogor", "H. Asep Contoh")


def test_mail_reminder_and_page_of_the_signing_tell_the_schedule(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_jadwal")
    box = Mailbox(both)
    box.fresh()
    journey.answer("tahap6_jadwal", **SCHEDULE)
    token = both.link(journey.id, "tahap6_tanda_tangan", SUKABUMI)
    page = both.client.get(f"/t/{token}").get_data(as_text=True).partition("<h2")[0]
    theirs = [m for m in box.fresh() if "Penandatanganan (" in m.subject and "3202" in m.to]
    for _ in range(20):
        both.now += timedelta(days=1)
        tick(both.office, both.now.replace(hour=1, minute=5))
    late = [m for m in box.fresh() if m.subject.startswith("Pengingat: Penandatanganan")]
    reminders = [mail for mail in late if "3202" in mail.to]
    assert len(theirs) == 2, "holder and preparer"
    assert reminders
    for text in [page, *(mail.text for mail in [*theirs, *reminders])]:
        assert not [word for word in TOLD if word not in text]
        assert "Dr. Contoh" not in text, "who signs for the other house is its own matter"


def test_a_later_schedule_is_told_instead_of_the_first(both: Town) -> None:
    journey = TenStages(both, [BOGOR, SUKABUMI]).until("tahap4_jadwal")
    journey.pass_with("tahap4_jadwal", BOGOR, **SCHEDULE).until("naskah_tanda_tangan")
    journey.pass_with("naskah_tanda_tangan", SUKABUMI, tanda_tangan="ditunda")
    journey.pass_with("naskah_tanda_tangan", BOGOR)
    journey.pass_with("naskah_jadwal", BOGOR, **{**SCHEDULE, "tanggal": "2026-08-03"})
    token = both.link(journey.id, "naskah_tanda_tangan", SUKABUMI)
    page = both.client.get(f"/t/{token}").get_data(as_text=True).partition("<h2")[0]
    assert "3 Agustus 2026" in page
    assert "20 Juli 2026" not in page


def test_who_schedules_an_acting_head_is_warned_that_the_holder_is_asked(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_jadwal")
    [task] = [t for t in journey.case["tasks"] if t["element"] == "tahap6_jadwal"]
    answers = {**journey.plan["tahap6_jadwal"], **SCHEDULE}
    answer = both.call("POST", f"/tasks/{task['id']}/complete", {"answers": answers})
    warned = [each for each in answer.get_json()["warnings"] if "H. Asep Contoh" in each]
    assert len(warned) == 1
    assert "Kabupaten Sukabumi" in warned[0]
    assert "pengganti" in warned[0]
