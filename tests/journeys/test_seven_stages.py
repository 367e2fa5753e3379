"""The seven stages over HTTP, on both databases; the real ones through mailed links only."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.answers import SCAN, Journey
from tests.journeys.town import Town

BOGOR, SUKABUMI, CIANJUR, BADUNG = "32.01", "32.02", "32.03", "51.03"
WEST_JAVA = ["32", *(f"32.{n:02d}" for n in range(1, 19)), *(f"32.{n}" for n in range(71, 80))]
INITIALS = ["tahap5_paraf_kabag", "tahap5_paraf_asisten", "tahap5_paraf_sekda"]

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases.toml").read_text("utf-8")
)["case"]


@pytest.mark.parametrize(
    ("both", "record"),
    [*(("sqlite", record) for record in CASES), ("postgres", CASES[0])],
    ids=lambda each: each if isinstance(each, str) else each["key"],
    indirect=["both"],
)
def test_a_real_cooperation_walks_all_seven_stages_to_the_end_of_its_monitoring(
    both: Town, record: dict[str, Any]
) -> None:
    parties = [record["pemrakarsa"], *record["mitra"]]
    journey = Journey(both, parties, title=record["judul"], by_mail=True)
    wajib = record["kategori"] == "wajib"
    journey.answer("tahap1_permohonan", berbatasan=wajib, judul=record["judul"])
    journey.to_rest()
    case = journey.case
    assert case["category"] == record["kategori"]
    assert case["agreement"]["status"] == "berlaku"
    assert (case["stage"], case["parties"]) == (7, parties)
    ends = date.fromisoformat(case["agreement"]["ends_on"])
    rounds = 0
    while journey.case["status"] == "running":
        both.wait(days=185)
        journey.to_rest()
        rounds += 1
    assert rounds == 10
    assert journey.stands() == ("completed", "selesai")
    assert journey.case["agreement"]["status"] == "berakhir"
    assert both.now.date() >= ends


@pytest.mark.parametrize("needed", [(), (BOGOR,), (SUKABUMI,), (BOGOR, SUKABUMI)], ids=len)
def test_only_the_regions_whose_plan_burdens_them_ask_their_council(
    both: Town, needed: tuple[str, ...]
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    journey.answer("tahap1_permohonan", membebani_masyarakat=BOGOR in needed)
    journey.until("tahap2_kesediaan")
    journey.answer("tahap2_kesediaan", teranggarkan=SUKABUMI not in needed)
    journey.until("tahap3_konfirmasi").answer("tahap3_konfirmasi")
    asked = [region for element, region in journey.open if element == "tahap4_permohonan_dprd"]
    assert asked == sorted(needed)
    journey.until("tahap6_jadwal")
    assert len(
        [t for t in journey.case["tasks"] if t["element"] == "tahap4_keputusan_dprd"]
    ) == len(needed)


def test_a_silent_council_is_deemed_to_agree_after_45_working_days_and_a_late_answer_is_refused(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], burden=True).until("tahap4_keputusan_dprd")
    journey.until("tahap4_keputusan_dprd")
    while "tahap4_permohonan_dprd" in journey.elements:
        journey.answer("tahap4_permohonan_dprd")
    links = {r: both.link(journey.id, "tahap4_keputusan_dprd", r) for r in (BOGOR, SUKABUMI)}
    both.at(datetime(2026, 9, 8, 8, 0, tzinfo=UTC))
    assert journey.elements == ["tahap4_keputusan_dprd"] * 2
    # 6 July + 45 working days, one holiday on 17 and one on 25 August, one on 28 … = 9 September
    both.now = datetime(2026, 9, 9, 9, 30, tzinfo=UTC)
    late = both.post_json(links[BOGOR], {"keputusan": "tidak_setuju"})
    assert late.status_code == 409
    assert "Dianggap setuju sejak" in late.get_data(as_text=True)
    assert journey.elements == ["tahap5_paraf_kabag"] * 2


def test_without_a_receipt_date_a_silent_council_is_never_deemed_to_agree(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    journey.until("tahap4_permohonan_dprd").answer("tahap4_permohonan_dprd", tanggal_terima=None)
    task = next(t for t in journey.case["tasks"] if t["element"] == "tahap4_keputusan_dprd")
    assert task["due_is_provisional"] is True
    both.wait(days=700)
    assert journey.elements == ["tahap4_keputusan_dprd"]


def test_one_council_that_refuses_ends_the_case(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, CIANJUR], burden=True)
    journey.until("tahap4_keputusan_dprd").answer("tahap4_keputusan_dprd", keputusan="tidak_setuju")
    assert journey.stands() == ("rejected", "tidak_disetujui")
    assert journey.open == []


def test_improvements_from_the_review_the_partners_the_minutes_the_council_and_the_initials_go_back(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, CIANJUR], burden=True).until("tahap1_telaah")
    journey.answer("tahap1_telaah", hasil="perbaikan", catatan="Lengkapi KAK")
    assert journey.elements == ["tahap1_permohonan"]

    journey.until("tahap2_kesediaan")
    journey.answer("tahap2_kesediaan", SUKABUMI, tanggapan="menolak")
    journey.answer(
        "tahap2_kesediaan", CIANJUR, tanggapan="minta_perbaikan", catatan="Perjelas objek"
    )
    assert journey.elements == ["tahap1_permohonan"]

    journey.until("tahap3_konfirmasi")
    journey.answer("tahap3_konfirmasi", SUKABUMI, konfirmasi="keberatan", catatan="Pasal 3")
    assert journey.elements == ["tahap3_pembahasan"]

    journey.answer("tahap3_pembahasan", hasil="revisi")
    assert journey.elements == ["tahap3_pembahasan"]

    journey.until("tahap4_keputusan_dprd")
    while "tahap4_permohonan_dprd" in journey.elements:
        journey.answer("tahap4_permohonan_dprd")
    journey.answer("tahap4_keputusan_dprd", BOGOR)
    journey.answer("tahap4_keputusan_dprd", SUKABUMI, keputusan="perbaikan")
    assert journey.elements == ["tahap3_pembahasan"]

    journey.answer("tahap3_pembahasan", ditandatangani_semua=True)
    assert ("tahap4_permohonan_dprd", BOGOR) not in journey.open
    journey.until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", BOGOR).answer("tahap5_paraf_asisten", BOGOR)
    journey.answer("tahap5_paraf_kabag", SUKABUMI, paraf="kembalikan", catatan="Salah ketik")
    assert journey.elements == ["tahap3_pembahasan"]

    journey.answer("tahap3_pembahasan")
    while "tahap3_konfirmasi" in journey.elements:
        journey.answer("tahap3_konfirmasi")
    assert journey.elements == ["tahap5_paraf_kabag"] * 3, "approvals given earlier stand"
    journey.to_rest()
    assert journey.case["agreement"]["status"] == "berlaku"


def test_burdens_that_changed_ask_the_councils_again(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], burden=True).until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", BOGOR, paraf="kembalikan", catatan="Biaya berubah")
    journey.answer("tahap3_pembahasan", mengubah_pembebanan=True, ditandatangani_semua=True)
    assert journey.elements == ["tahap4_permohonan_dprd"] * 2


def test_silence_over_the_minutes_counts_as_agreement_and_is_recorded_as_such(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_konfirmasi")
    both.wait(days=7)
    assert journey.elements == ["tahap5_paraf_kabag"] * 2
    task = next(t for t in journey.case["tasks"] if t["element"] == "tahap3_konfirmasi")
    assert task["status"] == "cancelled"


def test_all_partners_of_a_voluntary_cooperation_refuse(both: Town) -> None:
    journey = Journey(both, [SUKABUMI, BADUNG, CIANJUR])
    journey.answer("tahap1_permohonan", berbatasan=False).until("tahap2_kesediaan")
    journey.answer("tahap2_kesediaan", BADUNG, tanggapan="menolak")
    journey.answer("tahap2_kesediaan", CIANJUR, tanggapan="menolak")
    assert journey.stands() == ("rejected", "ditolak")


def test_all_partners_of_a_mandatory_cooperation_refuse_and_the_region_decides_what_follows(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    journey.answer("tahap2_kesediaan", tanggapan="menolak")
    assert journey.elements == ["tahap2_tindak_lanjut"]
    journey.answer("tahap2_tindak_lanjut", tindakan="lapor_gwpp_menteri")
    assert journey.elements == []
    assert journey.case["stage"] == 2
    both.wait(days=30)
    journey.answer("tahap2_tindak_lanjut", tindakan="ajukan_ulang").until("tahap2_kesediaan")
    journey.answer("tahap2_kesediaan", tanggapan="menolak")
    journey.answer("tahap2_tindak_lanjut", tindakan="hentikan")
    assert journey.stands() == ("rejected", "ditolak")


@pytest.mark.parametrize("decision", ["lanjut", "hentikan"])
def test_one_of_three_partners_refuses(both: Town, decision: str) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, CIANJUR, "32.04"]).until("tahap2_kesediaan")
    journey.answer("tahap2_kesediaan", SUKABUMI).answer("tahap2_kesediaan", "32.04")
    journey.answer("tahap2_kesediaan", CIANJUR, tanggapan="menolak")
    assert journey.case["left"] == []
    journey.answer("tahap2_keputusan_lanjut", keputusan=decision)
    assert journey.case["parties"] == [BOGOR, SUKABUMI, CIANJUR, "32.04"]
    assert journey.case["left"] == ([CIANJUR] if decision == "lanjut" else [])
    listed = both.call("GET", "/cases").get_json()["items"]
    assert [each["left"] for each in listed] == [journey.case["left"]]
    if decision == "hentikan":
        assert journey.stands() == ("stopped", "dihentikan")
        return
    journey.plan["tahap6_registrasi"]["nomor"].pop(CIANJUR)
    journey.to_rest()
    took_part = {t["region"] for t in journey.case["tasks"] if t["stage"] >= 5}
    assert took_part == {BOGOR, SUKABUMI, "32.04"}


def test_a_silent_partner_gets_a_second_letter_then_a_report_and_may_be_left_behind(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, CIANJUR]).until("tahap2_kesediaan")
    journey.answer("tahap2_kesediaan", SUKABUMI)
    both.at(datetime(2026, 8, 19, 10, 0, tzinfo=UTC))
    assert journey.elements == ["tahap2_kesediaan", "tahap2_surat_kedua"]
    both.at(datetime(2026, 9, 9, 10, 0, tzinfo=UTC))
    assert "tahap2_laporan_gwpp" in journey.elements
    journey.answer("tahap2_surat_kedua", keputusan="tunggu")
    journey.answer("tahap2_laporan_gwpp", keputusan="hentikan")
    assert journey.elements == ["tahap2_keputusan_lanjut"]


def test_a_partner_that_answers_closes_the_letters_about_its_silence(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    both.at(datetime(2026, 9, 9, 10, 0, tzinfo=UTC))
    journey.answer("tahap2_kesediaan")
    assert journey.elements == ["tahap3_pembahasan"]


def test_a_discussion_may_end_the_case(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_pembahasan")
    journey.answer("tahap3_pembahasan", hasil="dihentikan", berita_acara=None, rancangan=None)
    assert journey.stands() == ("stopped", "dihentikan")


def test_twenty_eight_parties_sign_one_agreement(town: Town) -> None:
    journey = Journey(town, WEST_JAVA).to_rest()
    tasks = journey.case["tasks"]
    for element in (*INITIALS, "tahap6_tanda_tangan"):
        assert len({t["region"] for t in tasks if t["element"] == element}) == 28
    assert journey.case["agreement"]["status"] == "berlaku"


def test_a_postponed_signature_is_rescheduled_and_the_others_stay(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, CIANJUR]).until("tahap6_tanda_tangan")
    journey.answer("tahap6_tanda_tangan", BOGOR)
    journey.answer("tahap6_tanda_tangan", SUKABUMI, tanda_tangan="ditunda")
    journey.answer("tahap6_tanda_tangan", CIANJUR)
    assert journey.elements == ["tahap6_jadwal"]
    journey.answer("tahap6_jadwal")
    assert journey.open == [("tahap6_tanda_tangan", SUKABUMI)]
    journey.answer("tahap6_tanda_tangan", SUKABUMI)
    assert journey.elements == ["tahap6_registrasi"]


def test_a_text_that_needs_changes_at_signing_goes_back_to_discussion_and_all_signatures_fall(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_tanda_tangan")
    journey.answer("tahap6_tanda_tangan", BOGOR)
    journey.answer(
        "tahap6_tanda_tangan", SUKABUMI, tanda_tangan="perlu_perubahan", catatan="Judul keliru"
    )
    assert journey.elements == ["tahap3_pembahasan"]
    journey.until("tahap6_tanda_tangan")
    assert journey.elements == ["tahap6_tanda_tangan"] * 2


def test_a_text_that_is_not_in_order_is_registered_again(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    journey.answer("tahap6_registrasi", hasil="tidak_sah", catatan="Meterai kurang")
    assert journey.elements == ["tahap6_registrasi"]
    journey.answer("tahap6_registrasi")
    assert journey.case["stage"] == 7


STRAIGHT = [
    "tahap1_permohonan",
    "tahap1_telaah",
    "tahap1_surat",
    "tahap2_kesediaan",
    "tahap3_pembahasan",
    "tahap3_konfirmasi",
    "tahap4_permohonan_dprd",
    "tahap4_keputusan_dprd",
    *INITIALS,
    "tahap6_jadwal",
    "tahap6_tanda_tangan",
]


@pytest.mark.parametrize(
    ("both", "element"),
    [*(("sqlite", each) for each in STRAIGHT), *(("postgres", each) for each in STRAIGHT[::4])],
    indirect=["both"],
)
def test_a_case_may_be_withdrawn_at_every_task_until_the_first_signature(
    both: Town, element: str
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], burden=True).until(element)
    both.withdraw(journey.id)
    assert journey.elements == ["penarikan_berita_acara"]
    assert journey.case["status"] == "running"
    journey.answer("penarikan_berita_acara")
    assert journey.stands() == ("withdrawn", "ditarik")


def test_after_the_first_signature_a_withdrawal_is_the_ending_of_the_agreement(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_tanda_tangan")
    journey.answer("tahap6_tanda_tangan", BOGOR)
    both.withdraw(journey.id)
    assert journey.elements.count("tahap7_berita_acara_pengakhiran") == 2
    journey.answer("tahap7_berita_acara_pengakhiran", BOGOR)
    journey.answer("tahap7_berita_acara_pengakhiran", SUKABUMI)
    assert journey.stands() == ("completed", "diakhiri")
    assert journey.open == []


def test_an_agreement_is_ended_by_both_and_goes_on_when_one_side_disagrees(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).to_rest()
    both.withdraw(journey.id)
    journey.answer("tahap7_berita_acara_pengakhiran", BOGOR)
    journey.answer("tahap7_berita_acara_pengakhiran", SUKABUMI, sikap="tidak_setuju", dasar=None)
    assert journey.open == []
    assert journey.case["agreement"]["status"] == "berlaku"

    both.wait(days=190)
    assert journey.elements == ["tahap7_laporan"] * 2, "what was refused costs no report"
    journey.until("tahap7_evaluasi").answer("tahap7_evaluasi", rekomendasi="dihentikan")
    assert journey.elements == ["tahap7_berita_acara_pengakhiran"] * 2
    journey.to_rest()
    assert journey.stands() == ("completed", "diakhiri")
    assert journey.case["agreement"]["status"] == "berakhir"


def test_sixty_months_with_six_month_rounds_and_a_moved_clock(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).to_rest()
    starts = date.fromisoformat(journey.case["agreement"]["starts_on"])
    reported = []
    for months in range(6, 61, 6):
        year, month = divmod(starts.month - 1 + months, 12)
        due = date(starts.year + year, month + 1, starts.day)
        both.at(datetime(due.year, due.month, due.day, tzinfo=UTC) - timedelta(days=1))
        assert journey.open == []
        both.at(datetime(due.year, due.month, due.day, 1, tzinfo=UTC))
        if journey.case["status"] == "running":
            assert journey.elements == ["tahap7_laporan"] * 2
            journey.to_rest()
            reported.append(months)
    assert reported == list(range(6, 60, 6))
    assert journey.stands() == ("completed", "selesai")


def test_the_letter_of_a_partner_can_be_read_by_the_others(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    page = both.client.get(f"/t/{both.link(journey.id, 'tahap2_kesediaan', SUKABUMI)}")
    assert "Kerangka acuan kerja" in page.get_data(as_text=True)
    assert SCAN.startswith(b"%PDF")
