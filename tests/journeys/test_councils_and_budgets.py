"""Councils that are silent, answer late or are asked again, and budget years that turn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.journeys.answers import Journey
from tests.journeys.owner import let_a_kabag_confirm_silence
from tests.journeys.town import Town

BOGOR, SUKABUMI, CIANJUR = "32.01", "32.02", "32.03"
#: 45 working days after 6 July 2026, 16:00 in Jakarta, has passed
AFTER_SILENCE = datetime(2026, 9, 9, 9, 30, tzinfo=UTC)


def to_the_councils(town: Town, **request: Any) -> Journey:
    """A case whose councils were both asked on 6 July."""
    journey = Journey(town, [BOGOR, SUKABUMI], burden=True)
    journey.answer("tahap1_permohonan", **request).until("tahap4_keputusan_dprd")
    while "tahap4_permohonan_dprd" in journey.elements:
        journey.answer("tahap4_permohonan_dprd")
    return journey


def tasks_of(journey: Journey, element: str) -> list[dict[str, Any]]:
    return [t for t in journey.case["tasks"] if t["element"] == element]


def test_a_receipt_date_long_ago_takes_effect_at_once_but_leaves_its_trace_and_a_warning(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    journey.until("tahap4_permohonan_dprd")
    long_ago = {"tanggal_surat": "2025-07-06", "tanggal_terima": "2025-07-06"}
    token = both.link(journey.id, "tahap4_permohonan_dprd", BOGOR)
    page = both.post(token, {**journey.plan["tahap4_permohonan_dprd"], **long_ago})
    assert "Dianggap setuju" in page.get_data(as_text=True)
    [council] = tasks_of(journey, "tahap4_keputusan_dprd")
    assert council["status"] == "cancelled"
    history = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    told = [e["details"] for e in history if e["kind"] == "task.cancelled"]
    assert told[-1]["overtaken"] == "Dianggap setuju"
    assert told[-1]["since"].startswith("2025-09-")


def test_a_letter_cannot_be_received_before_it_was_written(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_surat")
    early = {SUKABUMI: "2026-07-01"}
    answers = {**journey.plan["tahap1_surat"], "tanggal_terima": early}
    response = both.post(both.link(journey.id, "tahap1_surat", BOGOR), answers)
    assert response.status_code == 422
    assert "tidak boleh sebelum Tanggal surat" in response.get_data(as_text=True)


@pytest.fixture
def careful(both: Town) -> Town:
    """A town whose owner wants a kabag to confirm that silence counts as agreement."""
    let_a_kabag_confirm_silence(both)
    return both


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("dianggap_setuju", ["tahap5_paraf_kabag"] * 2),
        ("setuju", ["tahap5_paraf_kabag"] * 2),
        ("perbaikan", ["tahap3_pembahasan"]),
        ("tidak_setuju", []),
    ],
)
def test_an_owner_may_let_a_kabag_confirm_that_a_council_stayed_silent(
    careful: Town, said: str, where: list[str]
) -> None:
    journey = to_the_councils(careful)
    journey.answer("tahap4_keputusan_dprd", BOGOR)
    careful.at(AFTER_SILENCE)
    assert journey.open == [("tahap4_konfirmasi_diam", SUKABUMI)]
    decided = {
        "nomor": "170/9",
        "tanggal": "2026-09-01",
        "berkas": journey.plan["tahap1_permohonan"]["kak"],
    }
    given = {"keputusan": said, **({} if said == "dianggap_setuju" else decided)}
    careful.answer(journey.id, "tahap4_konfirmasi_diam", SUKABUMI, **given)
    assert journey.elements == where
    if said == "tidak_setuju":
        assert journey.stands() == ("rejected", "tidak_disetujui")


def test_an_offer_that_changed_asks_the_partners_again(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, CIANJUR]).until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", BOGOR, paraf="kembalikan", catatan="Pasal 4")
    journey.answer("tahap3_pembahasan", mengubah_penawaran=True, ditandatangani_semua=True)
    assert journey.elements == ["tahap1_surat"]
    journey.answer("tahap1_surat")
    assert journey.open == [("tahap2_kesediaan", SUKABUMI), ("tahap2_kesediaan", CIANJUR)]
    journey.to_rest()
    assert journey.case["agreement"]["status"] == "berlaku"


def test_burdens_and_offers_that_any_round_changed_are_asked_about_once(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], burden=True).until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", BOGOR, paraf="kembalikan", catatan="Pasal 4")
    journey.answer("tahap3_pembahasan", hasil="revisi", mengubah_pembebanan=True)
    journey.answer("tahap3_pembahasan", hasil="revisi", mengubah_penawaran=True)
    journey.answer("tahap3_pembahasan", ditandatangani_semua=True)
    assert journey.elements == ["tahap1_surat"], "the offer of the round before"
    journey.until("tahap3_pembahasan")
    journey.pass_with("tahap3_pembahasan", BOGOR)
    journey.answer("tahap3_konfirmasi", konfirmasi="keberatan", catatan="Pasal 5")
    journey.answer("tahap3_pembahasan", ditandatangani_semua=True)
    assert journey.elements == ["tahap4_permohonan_dprd"] * 2, "the burden of four rounds ago"
    journey.until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", BOGOR, paraf="kembalikan", catatan="Pasal 6")
    journey.answer("tahap3_pembahasan", ditandatangani_semua=True)
    assert journey.elements == ["tahap5_paraf_kabag"] * 2, "both were asked since"


@pytest.mark.parametrize("said", [{}, {"mengubah_penawaran": False}])
def test_the_first_discussion_sent_twice_gets_its_receipt(both: Town, said: dict[str, Any]) -> None:
    """After it the form asks what it did not ask before, with an answer that stands by itself."""
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_pembahasan")
    token = both.link(journey.id, "tahap3_pembahasan", BOGOR)
    scan = {"document": both.scan()}
    files = {"berita_acara": scan, "rancangan": scan}
    answers = {**journey.plan["tahap3_pembahasan"], **files, **said}
    first, again = both.post_json(token, answers), both.post_json(token, answers)
    assert (first.status_code, again.status_code) == (200, 200), again.get_json()
    assert first.get_json() == again.get_json()
    assert both.post_json(token, {**answers, "peserta": "Orang lain"}).status_code == 409
    if not said:
        alike = both.post_json(token, {**answers, "catatan": None})
        assert alike.get_json() == first.get_json()


def test_the_first_round_cannot_change_what_was_offered(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_pembahasan")
    [task] = [each for each in journey.case["tasks"] if each["status"] == "open"]
    asked = both.call("GET", f"/tasks/{task['id']}").get_json()["schema"]["properties"]
    assert "hasil" in asked
    assert not {"mengubah_penawaran", "mengubah_pembebanan"} & set(asked)
    page = both.client.get(f"/t/{both.link(journey.id, 'tahap3_pembahasan', BOGOR)}")
    assert "mengubah penawaran" not in page.get_data(as_text=True)
    given = {**journey.plan["tahap3_pembahasan"], "mengubah_penawaran": True}
    refused = both.post(both.link(journey.id, "tahap3_pembahasan", BOGOR), given)
    assert refused.status_code == 422
    journey.answer("tahap3_pembahasan", mengubah_penawaran=False).until("tahap3_konfirmasi")


def test_willingness_stands_when_the_offer_did_not_change(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", BOGOR, paraf="kembalikan", catatan="Pasal 4")
    journey.answer("tahap3_pembahasan", ditandatangani_semua=True)
    assert journey.elements == ["tahap5_paraf_kabag"] * 2
    assert len(tasks_of(journey, "tahap2_kesediaan")) == 1


def test_a_year_that_turns_before_the_councils_asks_each_region_for_its_budget_anew(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_konfirmasi")
    both.at(datetime(2027, 1, 4, 3, 0, tzinfo=UTC))
    assert journey.open == [("tahap4_anggaran", BOGOR), ("tahap4_anggaran", SUKABUMI)]
    both.answer(journey.id, "tahap4_anggaran", BOGOR, teranggarkan=True, tahun_anggaran=2027)
    both.answer(journey.id, "tahap4_anggaran", SUKABUMI, teranggarkan=False, tahun_anggaran=2027)
    assert ("tahap4_permohonan_dprd", SUKABUMI) in journey.open
    assert ("tahap4_permohonan_dprd", BOGOR) not in journey.open


def test_a_budget_of_a_year_that_is_over_is_none(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_konfirmasi")
    both.at(datetime(2027, 1, 4, 3, 0, tzinfo=UTC))
    both.answer(journey.id, "tahap4_anggaran", BOGOR, teranggarkan=True, tahun_anggaran=2026)
    both.answer(journey.id, "tahap4_anggaran", SUKABUMI, teranggarkan=True, tahun_anggaran=2028)
    assert journey.open == [("tahap4_permohonan_dprd", BOGOR)]


def test_a_year_that_turns_before_the_signing_asks_again_and_keeps_approvals_and_initials(
    both: Town,
) -> None:
    journey = to_the_councils(both, membebani_daerah=False)
    journey.answer("tahap4_keputusan_dprd", SUKABUMI).until("tahap5_paraf_kabag")
    for element in ("tahap5_paraf_kabag", "tahap5_paraf_asisten", "tahap5_paraf_sekda"):
        journey.answer(element, BOGOR)
    journey.answer("tahap5_paraf_kabag", SUKABUMI).answer("tahap5_paraf_asisten", SUKABUMI)
    both.now = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
    journey.answer("tahap5_paraf_sekda", SUKABUMI)
    assert journey.open == [("tahap4_anggaran", BOGOR), ("tahap4_anggaran", SUKABUMI)]
    both.answer(journey.id, "tahap4_anggaran", BOGOR, teranggarkan=False, tahun_anggaran=2027)
    both.answer(journey.id, "tahap4_anggaran", SUKABUMI, teranggarkan=False, tahun_anggaran=2027)
    assert journey.open == [("tahap4_permohonan_dprd", BOGOR)], "the other council agreed before"
    today = {"tanggal_surat": "2027-01-04", "tanggal_terima": "2027-01-04"}
    journey.answer("tahap4_permohonan_dprd", **today)
    journey.until("tahap4_keputusan_dprd").answer("tahap4_keputusan_dprd", BOGOR)
    assert journey.elements == ["tahap6_jadwal"], "what was initialled stays initialled"
    journey.to_rest()
    assert journey.case["agreement"]["status"] == "berlaku"


def test_burdens_that_changed_ask_the_region_that_needed_no_council(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", BOGOR, paraf="kembalikan", catatan="Biaya")
    journey.answer("tahap3_pembahasan", mengubah_pembebanan=True, ditandatangani_semua=True)
    assert journey.open == [("tahap4_anggaran", BOGOR), ("tahap4_anggaran", SUKABUMI)]
    loaded = {"teranggarkan": True, "tahun_anggaran": 2026, "membebani_daerah": True}
    both.answer(journey.id, "tahap4_anggaran", BOGOR, **loaded)
    assert ("tahap4_permohonan_dprd", BOGOR) in journey.open
