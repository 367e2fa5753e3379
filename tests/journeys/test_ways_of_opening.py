"""Cases that begin otherwise: from another region's letter, or with an agreement signed before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from processes.store import accounts
from processes.store.tables import AccountRole
from tests.journeys.answers import Journey
from tests.journeys.town import Town

BOGOR, SUKABUMI, CIANJUR, SERANG = "32.01", "32.02", "32.03", "36.04"
OPENING = {"procedure": "ksdd", "title": "Pengelolaan sampah"}


def letter(town: Town, token: str | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "nomor": "660/112-DLH/VI/2026",
        "tanggal": "2026-06-22",
        "tanggal_terima": "2026-06-29",
        "dokumen": town.scan(token),
        **changes,
    }


def token_for(town: Town, region: str) -> str:
    with town.office.database.write() as session:
        return accounts.create_token(
            session,
            name=f"sistem {region}",
            role=AccountRole.SYSTEM,
            region_code=region,
            now=town.now,
        )


def opened_with(town: Town, token: str, body: dict[str, Any]) -> Any:
    return town.client.post(
        "/api/v1/cases",
        json={**OPENING, **body},
        headers={"Authorization": f"Bearer {token}"},
    )


def test_a_letter_that_came_in_is_stage_one_and_asks_its_receiver_at_once(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], title="Pengelolaan sampah", surat_masuk=letter(both))
    assert journey.open == [("tahap2_kesediaan", SUKABUMI)]
    case = journey.case
    assert (case["entry"], case["stage"], case["category"]) == ("surat_masuk", 2, None)
    recorded, asked = case["tasks"]
    assert (recorded["element"], recorded["region"]) == ("tahap1_surat_masuk", SUKABUMI)
    holder = recorded["holder"]
    assert recorded["done_by"] == f"kota untuk {holder['name']}, {holder['position']}"
    assert asked["due_at"][:10] == "2026-08-10", "30 working days from 29 June, when it came in"
    assert asked["due_is_provisional"] is False
    [scan] = case["documents"]
    assert (scan["task_id"], scan["region"]) == (recorded["id"], SUKABUMI)
    history = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    assert [entry["kind"] for entry in history[:3]] == [
        "case.opened",
        "task.opened",
        "task.completed",
    ]
    journey.until("tahap3_pembahasan").to_rest()
    assert journey.case["agreement"]["status"] == "berlaku"


def test_only_the_task_that_still_waits_is_mailed(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], surat_masuk=letter(both))
    both.read_mail()
    asked = {element for _, case_id, element, _ in both.links if case_id == journey.id}
    assert asked == {"tahap2_kesediaan"}


def test_what_the_letter_says_of_borders_decides_the_category(both: Town) -> None:
    known = letter(both, berbatasan=True, eksternalitas=True, penanda_tangan="Bupati Bogor")
    journey = Journey(both, [BOGOR, SUKABUMI], surat_masuk=known)
    assert journey.case["category"] == "wajib"


def test_a_region_that_names_itself_first_received_the_letter_from_the_other(both: Town) -> None:
    sukabumi = token_for(both, SUKABUMI)
    body = {"region": SUKABUMI, "parties": [BOGOR], "surat_masuk": letter(both, sukabumi)}
    swapped = opened_with(both, sukabumi, body)
    assert swapped.status_code == 201, swapped.get_data(as_text=True)
    assert swapped.get_json()["parties"] == [BOGOR, SUKABUMI]
    both_ways = {"region": BOGOR, "parties": [CIANJUR, SUKABUMI]}
    among = opened_with(both, sukabumi, {**both_ways, "surat_masuk": letter(both, sukabumi)})
    assert among.get_json()["parties"] == [BOGOR, SUKABUMI, CIANJUR], "the receiver comes first"
    unclear = {"region": SUKABUMI, "parties": [BOGOR, CIANJUR]}
    refused = opened_with(both, sukabumi, {**unclear, "surat_masuk": letter(both, sukabumi)})
    assert refused.status_code == 422
    assert "yang mengirim surat" in refused.get_json()["errors"]["region"]
    strange = opened_with(
        both, sukabumi, {"region": BOGOR, "parties": [CIANJUR], "surat_masuk": letter(both)}
    )
    assert strange.status_code == 403


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"nomor": None}, "surat_masuk.nomor", "wajib"),
        ({"tanggal": "2027-01-01"}, "surat_masuk.tanggal", "hari ini"),
        ({"tanggal_terima": "2026-06-01"}, "surat_masuk.tanggal_terima", "tidak boleh sebelum"),
        ({"dokumen": "tidak-ada"}, "surat_masuk.dokumen", "Unggah"),
        ({"berbatasan": "mungkin"}, "surat_masuk.berbatasan", ""),
        ({"perihal": "Sampah"}, "surat_masuk.perihal", "nomor, tanggal"),
    ],
)
def test_each_wrong_part_of_a_letter_is_named_and_no_case_is_opened(
    town: Town, changes: dict[str, Any], field: str, words: str
) -> None:
    body = {**OPENING, "region": BOGOR, "parties": [SUKABUMI]}
    answer = town.call("POST", "/cases", {**body, "surat_masuk": letter(town, **changes)})
    assert answer.status_code == 422
    errors = answer.get_json()["errors"]
    assert list(errors) == [field]
    assert words in errors[field]
    assert town.call("GET", "/cases").get_json()["total"] == 0
    again = town.open_case(BOGOR, [SUKABUMI])
    assert town.case(again)["number"] == "KSDD/2026/0001", "a refused opening uses no number up"


def test_everything_wrong_with_an_opening_is_told_at_once(town: Town) -> None:
    body = {**OPENING, "region": BOGOR, "parties": [SUKABUMI]}
    wrong = letter(town, nomor="", tanggal="kemarin")
    refused = town.call("POST", "/cases", {**body, "surat_masuk": wrong})
    assert set(refused.get_json()["errors"]) == {"surat_masuk.nomor", "surat_masuk.tanggal"}
    two = {**OPENING, "region": BOGOR, "parties": [SUKABUMI], "naskah_lama": True}
    refused = town.call("POST", "/cases", {**two, "surat_masuk": letter(town)})
    assert list(refused.get_json()["errors"]) == ["naskah_lama"]


def test_a_scan_that_belongs_to_another_case_is_no_letter(town: Town) -> None:
    known = letter(town)
    town.open_case(BOGOR, [SUKABUMI], surat_masuk=known)
    body = {**OPENING, "region": CIANJUR, "parties": [SUKABUMI], "surat_masuk": known}
    assert list(town.call("POST", "/cases", body).get_json()["errors"]) == ["surat_masuk.dokumen"]


def test_whoever_received_the_letter_of_a_region_without_officials_keeps_the_case(
    both: Town,
) -> None:
    journey = Journey(both, [SERANG, SUKABUMI], surat_masuk=letter(both))
    journey.answer("tahap2_kesediaan", SUKABUMI)
    assert journey.open == [("tahap3_pembahasan", SERANG)]
    token = both.link(journey.id, "tahap3_pembahasan", SERANG, purpose="catat")
    page = both.client.get(f"/t/{token}").get_data(as_text=True)
    assert "Kepala Subbagian Kerja Sama Kabupaten Sukabumi" in page
    paper = {
        "dicatat_dari.nomor": "BA/3/2026",
        "dicatat_dari.tanggal": "2026-07-06",
        "dicatat_dari.penanda_tangan": "Ketua TKKSD Kota Serang",
        "dicatat_dari.dokumen": journey.plan["tahap3_pembahasan"]["berita_acara"],
    }
    done = both.post(
        token, {**journey.plan["tahap3_pembahasan"], "ditandatangani_semua": True, **paper}
    )
    assert done.status_code == 200, done.get_data(as_text=True)
    [minutes] = [t for t in journey.case["tasks"] if t["element"] == "tahap3_pembahasan"]
    assert minutes["recorded"]["region"] == SUKABUMI


def test_an_old_agreement_goes_straight_into_monitoring(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], title="Kerja sama lama", naskah_lama=True)
    assert journey.open == [("tahap7_naskah_lama", BOGOR)]
    assert (journey.case["entry"], journey.case["stage"]) == ("naskah_lama", 7)
    journey.answer("tahap7_naskah_lama")
    case = journey.case
    assert case["category"] == "wajib"
    assert case["agreement"] == {
        "status": "berlaku",
        "starts_on": "2024-07-06",
        "ends_on": "2029-07-06",
    }
    assert journey.open == [], "rounds that lie in the past are not asked for"
    both.at(datetime(2027, 1, 6, 2, tzinfo=UTC))
    assert journey.open == [("tahap7_laporan", BOGOR), ("tahap7_laporan", SUKABUMI)]
    journey.answer("tahap7_laporan", BOGOR).answer("tahap7_laporan", SUKABUMI)
    journey.answer("tahap7_evaluasi")
    both.at(datetime(2029, 7, 6, 2, tzinfo=UTC))
    while journey.open:
        journey.answer(journey.elements[0])
    both.at(datetime(2029, 7, 7, 2, tzinfo=UTC))
    assert journey.stands() == ("completed", "selesai")


def test_an_old_agreement_whose_document_is_told_at_once_asks_nobody(both: Town) -> None:
    known = {
        "jenis_naskah": "perjanjian_kerja_sama",
        "nomor": {BOGOR: "119/1/2025", SUKABUMI: "119/2/2025"},
        "tanggal_tanda_tangan": "2025-01-06",
        "tanggal_berlaku": "2025-01-06",
        "tanggal_berakhir": "2028-01-06",
        "naskah": both.scan(),
    }
    journey = Journey(both, [BOGOR, SUKABUMI], naskah_lama=known)
    assert journey.open == []
    assert journey.case["agreement"]["status"] == "berlaku"
    part = {"jenis_naskah": "adendum", "tanggal_berlaku": "2025-01-06"}
    journey = Journey(both, [BOGOR, CIANJUR], naskah_lama=part)
    [task] = journey.case["tasks"]
    assert (task["element"], task["proposed"]) == ("tahap7_naskah_lama", part)
    wrong = {**OPENING, "region": BOGOR, "parties": [CIANJUR]}
    wrong["naskah_lama"] = {**known, "tanggal_berakhir": "2024-01-06", "nomor": {BOGOR: "1"}}
    errors = both.call("POST", "/cases", wrong).get_json()["errors"]
    assert set(errors) == {
        "naskah_lama.nomor",
        "naskah_lama.tanggal_berakhir",
        "naskah_lama.naskah",
    }


def test_what_is_known_of_an_old_agreement_stands_in_the_form_already(both: Town) -> None:
    known = {"tanggal_berlaku": "2025-01-06", "ruang_lingkup": "Pemadaman di perbatasan"}
    journey = Journey(both, [BOGOR, SUKABUMI], naskah_lama=known)
    token = both.link(journey.id, "tahap7_naskah_lama", BOGOR)
    page = both.client.get(f"/t/{token}").get_data(as_text=True)
    assert 'value="2025-01-06"' in page
    assert "Pemadaman di perbatasan" in page
    assert "sudah diusulkan" in page
