"""Signing as it really goes: postponed, changed, by a Plt., by Surat Kuasa, with numbers of one's
own."""

from __future__ import annotations

from typing import Any

import pytest

from processes.store.regions import set_number_pattern
from tests.journeys.answers import Journey
from tests.journeys.test_register import register
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"


def signing(town: Town, **schedule: Any) -> Journey:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap6_jadwal")
    return journey.answer("tahap6_jadwal", **schedule).until("tahap6_tanda_tangan")


def elements(journey: Journey, region: str) -> list[str]:
    return [element for element, where in journey.open if where == region]


def test_who_postpones_goes_back_to_the_schedule_and_other_signatures_stay(both: Town) -> None:
    journey = signing(both)
    journey.answer("tahap6_tanda_tangan", BOGOR)
    journey.answer("tahap6_tanda_tangan", SUKABUMI, tanda_tangan="ditunda")
    assert journey.elements == ["tahap6_jadwal"]
    journey.answer("tahap6_jadwal")
    assert journey.open == [("tahap6_tanda_tangan", SUKABUMI)]
    journey.answer("tahap6_tanda_tangan", SUKABUMI)
    assert journey.elements == ["tahap6_registrasi"]


def test_a_change_at_the_signing_lets_every_signature_and_initial_fall(both: Town) -> None:
    journey = signing(both)
    journey.answer("tahap6_tanda_tangan", BOGOR)
    change = {"tanda_tangan": "perlu_perubahan", "catatan": "Pasal 4 keliru"}
    journey.answer("tahap6_tanda_tangan", SUKABUMI, **change)
    assert journey.elements == ["tahap3_pembahasan"]
    journey.until("tahap6_tanda_tangan")
    assert ("tahap6_tanda_tangan", BOGOR) in journey.open
    initials = [t for t in journey.case["tasks"] if t["element"] == "tahap5_paraf_kabag"]
    assert len(initials) == 4


def test_an_acting_head_is_asked_for_the_letter_that_appointed_him(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_jadwal")
    acting = {
        "penanda_tangan": {BOGOR: "Dr. Contoh", SUKABUMI: "H. Contoh"},
        "jabatan": {BOGOR: "Plt. Bupati Bogor", SUKABUMI: "Bupati Sukabumi"},
        "status": {BOGOR: "Plt", SUKABUMI: "definitif"},
    }
    [schedule] = [t for t in journey.case["tasks"] if t["element"] == "tahap6_jadwal"]
    answers = {"answers": {**journey.plan["tahap6_jadwal"], **acting}}
    receipt = both.call("POST", f"/tasks/{schedule['id']}/complete", answers).get_json()
    assert "Dasar pengangkatan" in str(receipt["warnings"])
    appointment = {"dasar_pengangkatan": {BOGOR: "SK Mendagri 100.2/1/2026"}}
    done = both.call("POST", f"/tasks/{schedule['id']}/supplement", {"answers": appointment})
    assert done.status_code == 200, done.get_data(as_text=True)
    journey.until("tahap6_registrasi").answer("tahap6_registrasi")
    answers = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    [entry] = [
        e
        for e in answers
        if e["kind"] == "task.completed" and e["details"]["task"] == schedule["id"]
    ]
    assert entry["details"]["answers"]["status"][BOGOR] == "Plt"
    acting_head = register(both)[0]["signatories"][BOGOR]
    assert acting_head["appointment"] == "SK Mendagri 100.2/1/2026"


@pytest.mark.parametrize(
    ("kind", "status"), [("kesepakatan_bersama", 422), ("perjanjian_kerja_sama", 200)]
)
def test_a_power_of_attorney_serves_an_operational_agreement_only(
    both: Town, kind: str, status: int
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    journey.answer("tahap1_permohonan", jenis_naskah=kind).until("tahap6_jadwal")
    token = both.link(journey.id, "tahap6_jadwal", BOGOR)
    power = {"surat_kuasa": {BOGOR: "SK-Kuasa 12/2026"}}
    answer = both.post(token, {**journey.plan["tahap6_jadwal"], **power})
    page = answer.get_data(as_text=True)
    assert answer.status_code == status, page
    assert ("Kosongkan" in page) == (status == 422), "what to do next is said in words"


def test_each_party_has_its_own_number_with_its_own_pattern_as_a_hint(both: Town) -> None:
    with both.office.database.write() as session:
        set_number_pattern(session, BOGOR, "119/…-Kesber/{bulan_romawi}/{tahun}")
        set_number_pattern(session, SUKABUMI, "134.4/…/Pem/2026")
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    token = both.link(journey.id, "tahap6_registrasi", BOGOR)
    page = both.client.get(f"/t/{token}").get_data(as_text=True)
    assert "119/…-Kesber/VII/2026" in page
    assert "134.4/…/Pem/2026" in page
    [task] = [t for t in journey.case["tasks"] if t["status"] == "open"]
    schema = both.call("GET", f"/tasks/{task['id']}").get_json()["schema"]
    assert "119/…-Kesber/VII/2026" in schema["properties"]["nomor"]["description"]
    one = {"nomor": {BOGOR: "119/1-Kesber/VII/2026"}}
    refused = both.post(token, {**journey.plan["tahap6_registrasi"], **one})
    assert refused.status_code == 422, "one number per party"


def test_originals_and_copies_are_counted(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    token = both.link(journey.id, "tahap6_registrasi", BOGOR)
    more = {"rangkap": 2, "rangkap_bermeterai": 3}
    refused = both.post(token, {**journey.plan["tahap6_registrasi"], **more})
    assert refused.status_code == 422, "not more stamped copies than copies"
    journey.answer("tahap6_registrasi", rangkap=4, rangkap_bermeterai=2)
    assert journey.case["agreement"]["status"] == "berlaku"


@pytest.mark.parametrize(
    ("starts", "ends", "warned"),
    [
        ("2026-08-03", "2031-08-03", False),
        ("2026-08-03", "2031-08-04", True),
        ("2026-08-03", "2099-01-01", True),
    ],
)
def test_a_term_longer_than_was_agreed_is_registered_with_a_warning(
    both: Town, starts: str, ends: str, warned: bool
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    term = {"tanggal_berlaku": starts, "tanggal_berakhir": ends}
    sent = {**journey.plan["tahap6_registrasi"], **term}
    link = both.link(journey.id, "tahap6_registrasi", BOGOR)

    page = both.post(link, sent)

    assert page.status_code == 200, page.get_data(as_text=True)
    why = "lebih dari 60 bulan sesudah 3 Agustus 2026"
    until = "menurut jangka waktu yang disepakati paling lambat 3 Agustus 2031"
    assert ((why in page.text) and (until in page.text)) is warned
    kept = both.client.get(f"/t/{link}", headers={"Accept": "application/json"}).get_json()
    assert any(why in line for line in kept["warnings"]) is warned
    assert journey.case["agreement"]["ends_on"] == ends
