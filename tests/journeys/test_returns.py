"""Work that comes back says so in its mail and on its page: from whom, with which answer, why."""

from __future__ import annotations

import pytest

from tests.journeys.answers import Journey
from tests.journeys.mailbox import Mailbox
from tests.journeys.owner import publish_with
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"
WHY = "Ruang lingkup belum menyebut lokasi loket"


@pytest.mark.parametrize(
    ("element", "region", "answer", "again"),
    [
        ("tahap1_telaah", BOGOR, {"hasil": "perbaikan"}, "tahap1_permohonan"),
        (
            "tahap2_kesediaan",
            SUKABUMI,
            {"tanggapan": "minta_perbaikan"},
            "tahap1_permohonan",
        ),
        ("tahap3_pembahasan", BOGOR, {"hasil": "revisi"}, "tahap3_pembahasan"),
        ("tahap3_konfirmasi", SUKABUMI, {"konfirmasi": "keberatan"}, "tahap3_pembahasan"),
        ("tahap4_keputusan_dprd", BOGOR, {"keputusan": "perbaikan"}, "tahap3_pembahasan"),
        ("tahap5_paraf_kabag", BOGOR, {"paraf": "kembalikan"}, "tahap3_pembahasan"),
        (
            "tahap6_tanda_tangan",
            SUKABUMI,
            {"tanda_tangan": "perlu_perubahan"},
            "tahap3_pembahasan",
        ),
        ("tahap6_tanda_tangan", SUKABUMI, {"tanda_tangan": "ditunda"}, "tahap6_jadwal"),
    ],
)
def test_who_gets_work_back_reads_from_whom_with_which_answer_and_why(
    town: Town, element: str, region: str, answer: dict[str, str], again: str
) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI], burden=True).until(element)
    if element == "tahap6_tanda_tangan":
        journey.pass_with(element, BOGOR)
    box = Mailbox(town)
    box.fresh()
    journey.answer(element, region, **answer, catatan=WHY)
    if again not in journey.elements:
        journey.until(again)
    [task] = [t for t in journey.case["tasks"] if t["element"] == again and t["status"] == "open"]
    town.wait(minutes=11)
    mails = [mail for mail in box.fresh() if f"{task['name']} (KSDD" in mail.subject]
    assert mails
    for mail in mails:
        assert mail.subject.startswith("Dikembalikan")
        assert "Dikembalikan oleh " in mail.text
        assert WHY in mail.text
    page = town.client.get(f"/t/{town.link(journey.id, again, BOGOR)}").get_data(as_text=True)
    top = page.partition("<h2")[0]
    assert "Dikembalikan oleh " in top
    assert WHY in top


def test_another_house_is_told_whom_to_ask_for_a_note_that_is_not_shared(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    box = Mailbox(both)
    box.fresh()
    journey.answer("tahap5_paraf_kabag", SUKABUMI, paraf="kembalikan", catatan=WHY)
    journey.until("tahap3_pembahasan")
    token = both.link(journey.id, "tahap3_pembahasan", BOGOR)
    page = both.client.get(f"/t/{token}").get_data(as_text=True)
    told = [mail for mail in box.fresh() if "Pembahasan TKKSD" in mail.subject]
    assert told
    for text in [*(mail.text for mail in told), page]:
        assert "Dikembalikan oleh Kabupaten Sukabumi" in text
        assert "bagian kerja sama Kabupaten Sukabumi" in text
        assert WHY not in text, "what is written in one house stays there"


def test_what_opens_again_after_a_return_is_no_return_itself(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap3_konfirmasi")
    journey.answer("tahap3_konfirmasi", SUKABUMI, konfirmasi="keberatan", catatan=WHY)
    box = Mailbox(town)
    box.fresh()
    journey.until("tahap3_konfirmasi").until("tahap5_paraf_kabag")
    assert not [mail for mail in box.fresh() if mail.subject.startswith("Dikembalikan")]


def test_an_answer_that_is_taken_back_and_given_again_sends_back_again(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    token = town.link(journey.id, "tahap1_telaah", BOGOR)
    first = {"hasil": "perbaikan", "catatan": "Salah kirim"}
    journey.answer("tahap1_telaah", **first)
    assert town.post(token, {"_tindakan": "tarik", "sure": "ya"}, "tarik").status_code == 200
    box = Mailbox(town)
    box.fresh()
    journey.answer("tahap1_telaah", hasil="perbaikan", catatan=WHY)
    [mail] = [mail for mail in box.fresh() if mail.subject.startswith("Dikembalikan: ")]
    assert WHY in mail.text
    assert "Salah kirim" not in mail.text


def test_of_several_partners_each_who_asked_for_changes_is_named_with_his_note(
    town: Town,
) -> None:
    third = "32.03"
    journey = Journey(town, [BOGOR, SUKABUMI, third]).until("tahap2_kesediaan")
    asking = {"tanggapan": "minta_perbaikan"}
    journey.pass_with("tahap2_kesediaan", SUKABUMI, **asking, catatan=WHY)
    box = Mailbox(town)
    box.fresh()
    journey.pass_with("tahap2_kesediaan", third, **asking, catatan="Lokasi ketiga belum ada")
    [mail] = [mail for mail in box.fresh() if mail.subject.startswith("Dikembalikan: ")]
    assert WHY in mail.text
    assert "Lokasi ketiga belum ada" in mail.text


def test_an_owners_older_text_says_it_too(town: Town) -> None:
    """A text without the newer fact still holds the note."""
    older = (
        "Tugas: {{ tugas.nama }} ({{ perkara.nomor }})\n\nCatatan: {{ catatan }}\n{{ tautan }}\n"
    )
    publish_with(town, {"pesan/tugas_baru.txt": older.encode()})
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    box = Mailbox(town)
    box.fresh()
    journey.answer("tahap1_telaah", hasil="perbaikan", catatan=WHY)
    [mail] = [mail for mail in box.fresh() if "Menyusun permohonan" in mail.subject]
    assert "Catatan: Dikembalikan oleh " in mail.text
    assert WHY in mail.text
