"""Whoever loses a task or an initial by somebody else's act hears of it once, and what it was."""

from __future__ import annotations

from tests.journeys.answers import Journey
from tests.journeys.mailbox import Mailbox
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"


def test_when_initials_fall_each_who_gave_one_hears_it_once_with_why(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", SUKABUMI)
    journey.answer("tahap5_paraf_kabag", BOGOR)
    both.read_mail()
    box = Mailbox(both)
    box.fresh()
    back = {"paraf": "kembalikan", "catatan": "Pasal 3"}
    journey.answer("tahap5_paraf_asisten", BOGOR, **back)
    while "tahap3_pembahasan" not in journey.elements:
        journey.pass_with(*journey.open[0])
    mails = box.fresh()
    fell = [mail for mail in mails if mail.subject.startswith("Gugur: Paraf Kabag")]
    assert sorted(mail.to for mail in fell) == [
        "kabag.3201@contoh.example",
        "kabag.3202@contoh.example",
    ]
    assert all("pekerjaan dikembalikan pada tugas Paraf Asisten" in mail.text for mail in fell)
    assert not [m for m in mails if "Gugur" in m.subject and m.to.startswith("asisten.3201")]


def test_at_a_withdrawal_who_was_asked_hears_that_it_is_closed_and_his_link_says_why(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    token = both.link(journey.id, "tahap2_kesediaan", SUKABUMI)
    box = Mailbox(both)
    box.fresh()
    both.withdraw(journey.id, "Anggaran dialihkan")
    told = [mail for mail in box.fresh() if mail.subject.startswith("Ditutup: ")]
    assert len(told) == len({mail.to for mail in told}) == 2, "the head and who prepares for him"
    for mail in told:
        assert "penarikan perkara telah dimulai. Alasan: Anggaran dialihkan" in mail.text
    page = both.client.get(f"/t/{token}")
    assert page.status_code == 409
    assert "penarikan perkara telah dimulai" in page.get_data(as_text=True)
    assert "telah berlanjut" not in page.get_data(as_text=True)
    refused = both.post_json(token, {"tanggapan": "bersedia"})
    assert "Jawaban Anda tidak disimpan" in str(refused.get_json())


def test_who_was_never_told_of_his_task_hears_nothing_of_its_end(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    box = Mailbox(both)
    both.withdraw(journey.id)
    assert not [mail for mail in box.fresh() if mail.subject.startswith("Ditutup: ")]


def test_a_registered_agreement_is_told_to_who_shepherds_and_carries_it_out(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    box = Mailbox(both)
    box.fresh()
    journey.pass_with("tahap6_registrasi", BOGOR)
    told = [mail for mail in box.fresh() if mail.subject.startswith("Berlaku: ")]
    assert len(told) == len({mail.to for mail in told}) >= 2
    for mail in told:
        assert "Nomor Kabupaten Sukabumi: 119/2/KB/2026" in mail.text
        assert "Berlaku sampai: 6 Juli 2031" in mail.text
        assert "6 Januari 2027" in mail.text, "the first report"
