"""Cases that continue others: addendum, extension, widening, and a PKS under a memorandum."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from processes.actions import Actor, procedures, publish
from processes.office import SHIPPED
from tests.journeys.answers import Journey
from tests.journeys.test_ways_of_opening import token_for
from tests.journeys.town import Town

BOGOR, SUKABUMI, CIANJUR = "32.01", "32.02", "32.03"


def in_force(town: Town, parties: list[str] | None = None, **request: Any) -> Journey:
    """A case whose agreement was signed and registered today."""
    journey = Journey(town, parties or [BOGOR, SUKABUMI])
    return journey.answer("tahap1_permohonan", **request).to_rest()


def continued(
    town: Town, journey: Journey, relation: str, *, token: str | None = None, **more: Any
) -> Any:
    return town.client.post(
        f"/api/v1/cases/{journey.id}/follow-up",
        json={"relation": relation, **more},
        headers={"Authorization": f"Bearer {token or town.token}"},
    )


def child_of(town: Town, journey: Journey, relation: str) -> Journey:
    answer = continued(town, journey, relation)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    case = answer.get_json()
    return Journey(town, case["parties"], case_id=case["id"])


def history_of(town: Town, journey: Journey) -> list[dict[str, Any]]:
    answer = town.call("GET", f"/cases/{journey.id}/history")
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def test_an_addendum_is_a_linked_case_with_proposed_answers(both: Town) -> None:
    parent = in_force(both, urusan="kesehatan")
    child = child_of(both, parent, "adendum")
    case = child.case
    assert (case["relation"], case["title"]) == ("adendum", "Adendum atas Pelayanan Publik")
    assert case["parent"]["id"] == parent.id
    assert case["parties"] == parent.parties
    [linked] = parent.case["follow_ups"]
    assert (linked["id"], linked["relation"]) == (child.id, "adendum")
    [told] = [e for e in history_of(both, parent) if e["kind"] == "case.continued"]
    assert told["details"]["number"] == case["number"]
    assert history_of(both, child)[0]["details"]["parent_number"] == parent.case["number"]
    [task] = case["tasks"]
    proposed = task["proposed"]
    assert proposed["naskah_induk"] == "119/1/KB/2026 dan 119/2/KB/2026, 6 Juli 2026"
    assert (proposed["jenis_naskah"], proposed["urusan"]) == ("adendum", "kesehatan")
    assert proposed["judul"] == case["title"]
    assert "kak" not in proposed, "a file is given anew"
    assert "tahun_anggaran" not in proposed, "and so is what belongs to its year"
    child.answer("tahap1_permohonan", jenis_naskah="adendum", naskah_induk="119/1").to_rest()
    assert child.case["agreement"]["status"] == "berlaku"
    assert parent.case["agreement"]["status"] == "berlaku"
    [task] = [t for t in child.case["tasks"] if t["element"] == "tahap1_permohonan"]
    assert task["proposed"] is None, "nothing is proposed any more once it is answered"


def test_the_form_of_a_linked_case_stands_filled_but_leaves_the_decisions(both: Town) -> None:
    child = child_of(both, in_force(both, objek="Layanan di perbatasan"), "adendum")
    token = both.link(child.id, "tahap1_permohonan", BOGOR)
    page = both.client.get(f"/t/{token}").get_data(as_text=True)
    assert "Layanan di perbatasan" in page
    assert "sudah diusulkan" in page
    assert page.count(" checked>") == 1, "the kind of document only"
    assert 'value="adendum" checked>' in page
    unchanged = both.post(token, {"kak": child.plan["tahap1_permohonan"]["kak"]})
    assert unchanged.status_code == 422, "what is proposed cannot be sent as it stands"


def test_a_partner_sees_nothing_of_what_is_proposed_to_the_other_house(both: Town) -> None:
    child = child_of(both, in_force(both), "adendum")
    answer = both.client.get(
        f"/api/v1/cases/{child.id}",
        headers={"Authorization": f"Bearer {token_for(both, SUKABUMI)}"},
    )
    [task] = answer.get_json()["tasks"]
    assert task["proposed"] is None


def test_a_finished_agreement_is_extended_but_cannot_be_changed_any_more(both: Town) -> None:
    parent = in_force(both)
    both.at(datetime(2031, 7, 6, 2, tzinfo=UTC))
    while parent.open:
        parent.answer(parent.elements[0], realisasi="Terlaksana")
    assert parent.stands() == ("completed", "selesai")
    for relation in ("adendum", "perluasan", "perjanjian_kerja_sama"):
        refused = continued(both, parent, relation)
        assert refused.status_code == 409
        assert "sudah berakhir" in refused.get_json()["detail"]
    child = child_of(both, parent, "perpanjangan")
    [task] = child.case["tasks"]
    assert task["proposed"]["jenis_naskah"] == "kesepakatan_bersama", "as it was before"
    child.plan["tahap2_kesediaan"]["tahun_anggaran"] = 2031
    child.answer("tahap1_permohonan", tahun_anggaran=2031).to_rest()
    assert child.case["agreement"]["starts_on"] == "2031-07-06"
    assert parent.stands() == ("completed", "selesai"), "an ended case never opens again"


def test_an_agreement_that_was_ended_early_cannot_be_extended(both: Town) -> None:
    parent = in_force(both)
    both.withdraw(parent.id)
    parent.answer("tahap7_berita_acara_pengakhiran", BOGOR)
    parent.answer("tahap7_berita_acara_pengakhiran", SUKABUMI)
    assert parent.stands() == ("completed", "diakhiri")
    refused = continued(both, parent, "perpanjangan")
    assert refused.status_code == 409
    assert "sebelum waktunya" in refused.get_json()["detail"]


def test_a_pks_rests_on_a_memorandum_in_force_and_several_may_at_once(both: Town) -> None:
    memorandum = in_force(both)
    first = child_of(both, memorandum, "perjanjian_kerja_sama")
    second = child_of(both, memorandum, "perjanjian_kerja_sama")
    assert first.id != second.id
    assert len(memorandum.case["follow_ups"]) == 2
    first.answer("tahap1_permohonan", jenis_naskah="perjanjian_kerja_sama").to_rest()
    refused = continued(both, first, "perjanjian_kerja_sama")
    assert refused.status_code == 409
    assert "bukan Kesepakatan Bersama" in refused.get_json()["detail"]


def test_nothing_is_continued_before_it_is_signed_nor_twice_at_once(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    for relation in ("adendum", "perpanjangan", "perluasan", "perjanjian_kerja_sama"):
        refused = continued(both, journey, relation)
        assert refused.status_code == 409
        assert "belum" in refused.get_json()["detail"]
    journey.to_rest()
    child = child_of(both, journey, "perpanjangan")
    twice = continued(both, journey, "perpanjangan")
    assert twice.status_code == 409
    assert child.case["number"] in twice.get_json()["detail"]
    assert both.call("GET", "/cases").get_json()["total"] == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"relation": "lanjutan"}, "relation"),
        ({}, "relation"),
        ({"relation": "adendum", "title": "  "}, "title"),
        ({"relation": "adendum", "parties": ["32.03"]}, "parties"),
    ],
)
def test_a_wrong_wish_is_named_by_its_field(town: Town, body: dict[str, Any], field: str) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    answer = town.call("POST", f"/cases/{journey.id}/follow-up", body)
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


def test_a_partner_may_ask_and_then_asks_first_and_a_stranger_learns_nothing(both: Town) -> None:
    parent = in_force(both, [BOGOR, SUKABUMI, CIANJUR])
    asked = continued(both, parent, "perpanjangan", token=token_for(both, CIANJUR))
    assert asked.get_json()["parties"] == [CIANJUR, BOGOR, SUKABUMI]
    assert asked.get_json()["tasks"][0]["region"] == CIANJUR
    stranger = continued(both, parent, "adendum", token=token_for(both, "51.03"))
    assert stranger.status_code == 404


def test_a_region_that_refused_is_no_party_of_the_addendum_nor_sees_it(both: Town) -> None:
    parent = Journey(both, [BOGOR, SUKABUMI, CIANJUR]).until("tahap2_kesediaan")
    parent.answer("tahap2_kesediaan", CIANJUR, tanggapan="menolak")
    parent.plan["tahap6_registrasi"]["nomor"].pop(CIANJUR)
    parent.to_rest()
    child = child_of(both, parent, "adendum")
    assert child.parties == [BOGOR, SUKABUMI]
    cianjur = token_for(both, CIANJUR)
    seen = both.client.get(
        f"/api/v1/cases/{parent.id}", headers={"Authorization": f"Bearer {cianjur}"}
    )
    assert seen.get_json()["follow_ups"] == []
    assert continued(both, parent, "adendum", token=cianjur).status_code == 403


def test_an_evaluation_widens_the_agreement_once_a_round(both: Town) -> None:
    parent = in_force(both)
    both.at(datetime(2027, 1, 6, 2, tzinfo=UTC))
    parent.answer("tahap7_laporan", BOGOR).answer("tahap7_laporan", SUKABUMI)
    [evaluation] = [t for t in parent.case["tasks"] if t["status"] == "open"]
    token = both.link(parent.id, "tahap7_evaluasi", BOGOR)
    wider = {**parent.plan["tahap7_evaluasi"], "rekomendasi": "diperluas"}
    page = both.post(token, wider)
    assert page.status_code == 200, page.get_data(as_text=True)
    [linked] = parent.case["follow_ups"]
    assert (linked["relation"], linked["number"]) == ("perluasan", "KSDD/2027/0001")
    assert linked["number"] in page.get_data(as_text=True), "the receipt says so"
    again = both.call("POST", f"/tasks/{evaluation['id']}/complete", {"answers": wider})
    assert again.status_code == 200
    assert again.get_json()["continued_by"] == linked["number"]
    assert len(parent.case["follow_ups"]) == 1, "the same answer again opens nothing again"
    child = Journey(both, parent.parties, case_id=linked["id"])
    assert child.open == [("tahap1_permohonan", BOGOR)]
    [task] = child.case["tasks"]
    assert task["proposed"]["jenis_naskah"] == "adendum"
    both.at(datetime(2027, 7, 6, 2, tzinfo=UTC))
    parent.answer("tahap7_laporan", BOGOR).answer("tahap7_laporan", SUKABUMI)
    parent.answer("tahap7_evaluasi")
    assert len(parent.case["follow_ups"]) == 1, "to go on as before opens nothing"
    both.at(datetime(2028, 1, 6, 2, tzinfo=UTC))
    parent.answer("tahap7_laporan", BOGOR).answer("tahap7_laporan", SUKABUMI)
    parent.answer("tahap7_evaluasi", rekomendasi="diperluas")
    assert len(parent.case["follow_ups"]) == 2


def test_an_old_agreement_is_continued_too(both: Town) -> None:
    parent = Journey(both, [BOGOR, SUKABUMI], title="Kerja sama lama", naskah_lama=True)
    parent.answer("tahap7_naskah_lama", ruang_lingkup="Pemadaman di perbatasan")
    child = child_of(both, parent, "adendum")
    proposed = child.case["tasks"][0]["proposed"]
    assert proposed["ruang_lingkup"] == "Pemadaman di perbatasan"
    assert proposed["naskah_induk"].startswith("119/1/KB/2024 dan 119/2/KB/2024, 6 Juli 2024")


def test_a_diagram_that_asks_for_an_unknown_kind_of_case_saves_nothing(both: Town) -> None:
    folder = both.folder / "keliru" / "ksdd"
    for path, content in procedures.read_folder(SHIPPED / "ksdd").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.replace(b"&quot;perluasan&quot;", b"&quot;lain&quot;"))
    owner = Actor(kind="account", name="pemilik")
    publish(both.office, folder, note="Keliru", actor=owner, now=both.now)
    parent = Journey(both, [BOGOR, SUKABUMI], title="Lama", naskah_lama=True)
    parent.answer("tahap7_naskah_lama")
    both.at(datetime(2027, 1, 6, 2, tzinfo=UTC))
    parent.answer("tahap7_laporan", BOGOR).answer("tahap7_laporan", SUKABUMI)
    [task] = [t for t in parent.case["tasks"] if t["status"] == "open"]
    wider = {"answers": {"rekomendasi": "diperluas", "nilai": 4}}
    failed = both.call("POST", f"/tasks/{task['id']}/complete", wider)
    assert failed.status_code == 500
    assert "'lain'" in failed.get_json()["detail"]
    assert parent.stands() == ("incident", None)
    assert parent.elements == ["tahap7_evaluasi"]
    assert both.call("GET", "/cases").get_json()["total"] == 1
