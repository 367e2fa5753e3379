"""What a cooperation that is due (wajib) asks more: mapping, grounds, what a refusal opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.answers import Journey
from tests.journeys.town import Town

BOGOR, SUKABUMI, CIANJUR = "32.01", "32.02", "32.03"
#: three grounds of PP 28/2018 Ps 4(3)
GROUNDS = ("kondisi_darurat", "program_strategis_nasional", "tugas_pembantuan")


def refused(town: Town, partners: list[str] | None = None, **request: Any) -> Journey:
    """A case whose every partner refused."""
    journey = Journey(town, [BOGOR, *(partners or [SUKABUMI])])
    journey.answer("tahap1_permohonan", **request).until("tahap2_kesediaan")
    while "tahap2_kesediaan" in journey.elements:
        journey.answer("tahap2_kesediaan", tanggapan="menolak")
    return journey


def posted(town: Town, journey: Journey, element: str, **changes: Any) -> Any:
    """The answer to a form of the pemrakarsa."""
    answers = {**journey.plan[element], **changes}
    return town.post(town.link(journey.id, element, BOGOR), answers)


def test_a_refusal_ends_a_voluntary_case_and_opens_a_decision_in_one_that_is_due(
    both: Town,
) -> None:
    assert refused(both, berbatasan=False).stands() == ("rejected", "ditolak")
    due = refused(both, [SUKABUMI, CIANJUR])
    assert due.case["category"] == "wajib"
    assert due.open == [("tahap2_tindak_lanjut", BOGOR)]


def test_a_report_to_the_governor_or_minister_waits_and_is_decided_again(both: Town) -> None:
    journey = refused(both)
    journey.answer("tahap2_tindak_lanjut", tindakan="lapor_gwpp_menteri", catatan="Surat 119/9")
    assert journey.open == []
    assert (journey.stands()[0], journey.case["stage"]) == ("running", 2)
    both.wait(days=18)
    assert journey.open == [], "15 working days are not over"
    both.wait(days=4)
    assert journey.open == [("tahap2_tindak_lanjut", BOGOR)]
    journey.answer("tahap2_tindak_lanjut", tindakan="hentikan")
    assert journey.stands() == ("rejected", "ditolak")


def test_asking_again_begins_with_the_request_and_asks_the_partner_anew(both: Town) -> None:
    journey = refused(both)
    journey.answer("tahap2_tindak_lanjut", tindakan="ajukan_ulang")
    assert journey.open == [("tahap1_permohonan", BOGOR)]
    token = both.link(journey.id, "tahap1_permohonan", BOGOR)
    page = both.client.get(f"/t/{token}").get_data(as_text=True)
    assert "Pelayanan administrasi" in page, "what was asked before stands in the form"
    journey.until("tahap2_kesediaan")
    answers = [t for t in journey.case["tasks"] if t["element"] == "tahap2_kesediaan"]
    assert [t["status"] for t in answers] == ["done", "open"]
    journey.answer("tahap2_kesediaan").to_rest()
    assert journey.case["agreement"]["status"] == "berlaku"


def test_a_due_case_may_be_stopped_for_good(both: Town) -> None:
    journey = refused(both)
    journey.answer("tahap2_tindak_lanjut", tindakan="hentikan")
    assert journey.stands() == ("rejected", "ditolak")
    both.at(both.now + timedelta(days=60))
    assert journey.open == []


def test_mapping_and_coordination_are_asked_or_a_reason_why_there_are_none(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    page = posted(town, journey, "tahap1_permohonan").get_data(as_text=True)
    assert "Hasil pemetaan urusan" in page
    assert "Hasil koordinasi teknis" in page
    assert page.count("note soon") == 2, "both are missed, and neither stops the request"
    for given in (
        {"pemetaan": "Selesai 2025", "koordinasi_teknis": "Rapat provinsi"},
        {"alasan_tanpa_pemetaan": "Keadaan darurat bencana"},
    ):
        journey = Journey(town, [BOGOR, SUKABUMI])
        receipt = posted(town, journey, "tahap1_permohonan", **given)
        assert receipt.status_code == 200
        assert "note soon" not in receipt.get_data(as_text=True), "nothing is missing"


def test_a_voluntary_case_is_not_asked_for_a_mapping(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    receipt = posted(town, journey, "tahap1_permohonan", berbatasan=False)
    assert "note soon" not in receipt.get_data(as_text=True)


def test_an_object_outside_the_plans_needs_one_of_three_grounds(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    [task] = journey.case["tasks"]
    schema = town.call("GET", f"/tasks/{task['id']}").get_json()["schema"]
    assert tuple(schema["properties"]["alasan_luar_rencana"]["enum"]) == GROUNDS
    silent = posted(town, journey, "tahap1_permohonan", objek_terencana=False)
    assert silent.status_code == 422
    assert "Alasan objek di luar dokumen perencanaan" in silent.get_data(as_text=True)
    assert journey.elements == ["tahap1_permohonan"]


@pytest.mark.parametrize("ground", GROUNDS)
def test_each_ground_is_taken(town: Town, ground: str) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    given = {"objek_terencana": False, "alasan_luar_rencana": ground}
    journey.answer("tahap1_permohonan", **given)
    assert journey.elements == ["tahap1_telaah"]
