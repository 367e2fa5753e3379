"""What silence counts as is said before it does, and told to everybody concerned once it has."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.answers import Journey
from tests.journeys.mailbox import Mailbox
from tests.journeys.town import Town
from worker.tick import tick

BOGOR, SUKABUMI = "32.01", "32.02"


def pass_days(town: Town, days: int) -> None:
    """Let the clock of the installation do everything of some days, soon after it is due."""
    for _ in range(days):
        town.now += timedelta(days=1)
        for hour in (1, 9):
            tick(town.office, town.now.replace(hour=hour, minute=5))


def test_who_confirms_is_told_what_no_answer_counts_as_and_when(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_pembahasan")
    box = Mailbox(both)
    box.fresh()
    journey.pass_with("tahap3_pembahasan", BOGOR)
    [asked] = [mail for mail in box.fresh() if mail.subject.startswith("Tugas: Konfirmasi")]
    said = "belum ada jawaban, yang berlaku sejak saat itu: Diam: sesuai"
    assert said in asked.text
    pass_days(both, 2)
    reminders = [m for m in box.fresh() if m.subject.startswith("Pengingat: Konfirmasi")]
    assert reminders
    assert all(said in mail.text for mail in reminders)


def test_a_deemed_confirmation_is_told_to_both_houses_once(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI]).until("tahap3_konfirmasi")
    box = Mailbox(both)
    box.fresh()
    pass_days(both, 6)
    told = [mail for mail in box.fresh() if mail.subject.startswith("Diam: sesuai: ")]
    assert len(told) == len({mail.to for mail in told}) == 2
    assert all("Kabupaten Sukabumi" in mail.text for mail in told)


def test_a_deemed_approval_is_told_to_the_house_and_to_the_pemrakarsa(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], burden=True).until("tahap4_keputusan_dprd")
    while ("tahap4_permohonan_dprd", SUKABUMI) in journey.open:
        journey.pass_with("tahap4_permohonan_dprd", SUKABUMI)
    journey.pass_with("tahap4_keputusan_dprd", BOGOR)
    token = both.link(journey.id, "tahap4_keputusan_dprd", SUKABUMI)
    box = Mailbox(both)
    while ("tahap4_keputusan_dprd", SUKABUMI) in journey.open:
        pass_days(both, 1)
    mails = box.fresh()
    told = [mail for mail in mails if mail.subject.startswith("Dianggap setuju: ")]
    houses = sorted(mail.to for mail in told)
    assert len(houses) == len(set(houses)) == 5, houses
    assert all("dapat mencatatnya dari suratnya" in mail.text for mail in told)
    last = [m for m in mails if m.subject.startswith("Pengingat: Mencatat keputusan DPRD")]
    assert last
    assert "yang berlaku sejak saat itu: Dianggap setuju" in last[-1].text
    page = both.client.get(f"/t/{token}")
    seen = page.get_data(as_text=True)
    assert page.status_code == 409
    assert "Dianggap setuju sejak " in seen
    assert "bagian kerja sama Kabupaten Sukabumi dapat mencatatnya" in seen
    assert "tidak disimpan" not in seen, "nothing was sent that could have been kept"
