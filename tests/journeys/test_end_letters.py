"""Letters about the end of a case say why it ended, as far as their reader may know."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from tests.journeys.answers import Journey
from tests.journeys.mailbox import Mailbox
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"


def test_whoever_hears_of_the_end_reads_why_as_far_as_he_may(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    journey.answer("tahap1_permohonan", berbatasan=False, eksternalitas=False)
    journey.until("tahap2_kesediaan")
    box = Mailbox(both)
    box.fresh()
    refusal = {"tanggapan": "menolak", "catatan": "Sudah ada kerja sama serupa"}
    journey.pass_with("tahap2_kesediaan", SUKABUMI, **refusal)
    assert journey.stands() == ("rejected", "ditolak")
    told = [mail for mail in box.fresh() if "berakhir" in mail.subject]
    assert len(told) == 2
    for mail in told:
        assert "Jawaban kesediaan kepala daerah" in mail.text
        assert "Menolak" in mail.text
        assert "119/16-Kesber/VII/2026" in mail.text
        assert "Sudah ada kerja sama serupa" in mail.text


def test_who_withdraws_need_not_type_the_reason_again_and_all_parties_read_it(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    both.withdraw(journey.id, "Anggaran dialihkan")
    token = both.link(journey.id, "penarikan_berita_acara", BOGOR)
    draft = both.client.get(f"/t/{token}/konsep/berita_acara_penarikan.docx")
    assert draft.status_code == 200
    with ZipFile(BytesIO(draft.data)) as word:
        assert "Alasan penarikan: Anggaran dialihkan" in word.read("word/document.xml").decode()
    box = Mailbox(both)
    box.fresh()
    journey.answer("penarikan_berita_acara")
    told = [mail for mail in box.fresh() if "berakhir" in mail.subject]
    assert len(told) == 2
    assert all("Alasan: Anggaran dialihkan" in mail.text for mail in told)
