"""The register: which agreements there are, how they stand, and who may see which."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from processes.store import questions
from processes.store.viewer import Viewer
from tests.journeys.answers import SCAN, Journey
from tests.journeys.test_ways_of_opening import token_for
from tests.journeys.town import Town

BOGOR, SUKABUMI, CIANJUR, BADUNG = "32.01", "32.02", "32.03", "51.03"


def register(town: Town, query: str = "", token: str | None = None) -> list[dict[str, Any]]:
    answer = town.client.get(
        f"/api/v1/agreements?{query}", headers={"Authorization": f"Bearer {token or town.token}"}
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def old(town: Town, parties: list[str], title: str, ends: str, **known: Any) -> Journey:
    """An agreement that was signed before."""
    said = {
        "jenis_naskah": "kesepakatan_bersama",
        "nomor": {code: f"119/{title}/{code}" for code in parties},
        "tanggal_tanda_tangan": "2024-03-01",
        "tanggal_berlaku": "2024-03-04",
        "tanggal_berakhir": ends,
        "kategori_naskah": "sukarela",
        **known,
    }
    return Journey(town, parties, title=title, naskah_lama=said)


def test_a_case_stands_in_the_register_once_it_is_in_force(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], by_mail=True).until("tahap6_registrasi")
    assert register(both) == []
    journey.answer("tahap6_registrasi")
    [line] = register(both)
    assert line["case_id"] == journey.id
    assert line["numbers"] == {BOGOR: "119/1/KB/2026", SUKABUMI: "119/2/KB/2026"}
    assert line["parties"] == [BOGOR, SUKABUMI]
    assert (line["signed_on"], line["starts_on"], line["ends_on"]) == (
        "2026-07-06",
        "2026-07-06",
        "2031-07-06",
    )
    assert (line["kind"], line["category"]) == ("kesepakatan_bersama", "wajib")
    assert (line["status"], line["days_left"]) == ("berlaku", 1826)
    assert line["parent"] is None
    head = line["signatories"][BOGOR]
    assert "Bupati" in head["name"], "who signed by his link, when nothing else was recorded"


def test_it_keeps_who_proposed_it_and_a_picture(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    journey.answer("tahap1_permohonan", pd_pemrakarsa="Dinas Pendidikan")
    journey.until("tahap6_registrasi").answer("tahap6_registrasi", foto=SCAN)
    filters = questions.AgreementFilters()
    with both.office.database.read() as session:
        [found] = questions.each_agreement(session, Viewer.system(), filters, now=both.now)
        names = questions.document_names(session, Viewer.system(), found.naskah.pictures)
    assert found.naskah.proposed_by == "Dinas Pendidikan"
    assert len(found.naskah.pictures) == len(names) == 1
    assert set(found.naskah.pictures).isdisjoint(found.naskah.documents)


def test_who_signs_is_what_was_scheduled_last_for_each_party(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_jadwal")
    journey.answer(
        "tahap6_jadwal",
        penanda_tangan={BOGOR: "Ade Contoh", SUKABUMI: "Budi Contoh"},
        jabatan={BOGOR: "Bupati Bogor", SUKABUMI: "Bupati Sukabumi"},
    )
    journey.answer("tahap6_tanda_tangan", BOGOR)
    journey.answer("tahap6_tanda_tangan", SUKABUMI, tanda_tangan="ditunda")
    journey.answer(
        "tahap6_jadwal",
        penanda_tangan={SUKABUMI: "Citra Contoh"},
        status={SUKABUMI: "Plt"},
        dasar_pengangkatan={SUKABUMI: "SK Gubernur 131/2026"},
    )
    both.wait(days=3)
    journey.answer("tahap6_tanda_tangan", SUKABUMI).answer("tahap6_registrasi")
    [line] = register(both)
    assert line["signatories"] == {
        BOGOR: {
            "name": "Ade Contoh",
            "position": "Bupati Bogor",
            "status": "",
            "appointment": "",
            "power": "",
        },
        SUKABUMI: {
            "name": "Citra Contoh",
            "position": "Bupati Sukabumi",
            "status": "Plt",
            "appointment": "SK Gubernur 131/2026",
            "power": "",
        },
    }
    assert line["signed_on"] == "2026-07-09", "the day of the last signature"


def test_signatures_under_a_draft_that_was_changed_count_no_more(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_tanda_tangan")
    journey.answer("tahap6_tanda_tangan", BOGOR)
    note = {"tanda_tangan": "perlu_perubahan", "catatan": "Pasal 3"}
    journey.answer("tahap6_tanda_tangan", SUKABUMI, **note)
    both.wait(days=7)
    journey.to_rest()
    assert register(both)[0]["signed_on"] == "2026-07-13"


def test_the_register_is_narrowed_by_region_status_and_end(both: Town) -> None:
    old(both, [BOGOR, SUKABUMI], "A", "2026-06-30")
    old(both, [BOGOR, BADUNG], "B", "2026-09-30")
    old(both, [CIANJUR, BADUNG], "C", "2029-03-04")

    def titles(query: str) -> set[str]:
        return {line["title"] for line in register(both, query)}

    assert titles("") == {"A", "B", "C"}
    assert titles("region=32.01") == {"A", "B"}
    assert titles("region=51.03&status=berlaku") == {"B", "C"}
    assert titles("status=berakhir") == {"A"}
    assert titles("ending_before=2026-09-30") == {"A"}
    assert titles("ending_before=2026-10-01&status=berlaku") == {"B"}
    [ended] = register(both, "status=berakhir")
    assert (ended["status"], ended["days_left"]) == ("berakhir", 0)


def test_an_agreement_ends_on_the_day_of_its_own_zone(both: Town) -> None:
    old(both, [BADUNG, BOGOR], "WITA", "2026-07-08")
    old(both, [BOGOR, BADUNG], "WIB", "2026-07-08")
    both.now = datetime(2026, 7, 7, 16, 30, tzinfo=UTC)
    assert [line["title"] for line in register(both, "status=berakhir")] == ["WITA"]
    assert [line["title"] for line in register(both, "status=berlaku")] == ["WIB"]


@pytest.mark.parametrize(
    "query", ["status=belum", "status=x", "ending_before=2026", "ending_before=20261001", "x=1"]
)
def test_a_wrong_filter_is_named(town: Town, query: str) -> None:
    answer = town.call("GET", f"/agreements?{query}")
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [query.partition("=")[0]]


def test_a_region_sees_its_own_agreements_only(both: Town) -> None:
    old(both, [BOGOR, SUKABUMI], "A", "2029-06-30")
    old(both, [CIANJUR, BADUNG], "C", "2029-03-04")
    assert [line["title"] for line in register(both, token=token_for(both, SUKABUMI))] == ["A"]
    assert [line["title"] for line in register(both, token=token_for(both, BADUNG))] == ["C"]
    assert register(both, token=token_for(both, "32.04")) == []
    assert register(both, "region=32.01", token=token_for(both, CIANJUR)) == []


def test_a_region_that_refused_finds_nothing_of_what_the_others_signed(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, CIANJUR]).until("tahap2_kesediaan")
    journey.answer("tahap2_kesediaan", CIANJUR, tanggapan="menolak")
    journey.plan["tahap6_registrasi"]["nomor"].pop(CIANJUR)
    journey.to_rest()
    assert register(both, token=token_for(both, CIANJUR)) == []
    assert register(both, "region=32.03") == []
    [line] = register(both, token=token_for(both, SUKABUMI))
    assert line["parties"] == [BOGOR, SUKABUMI]
    assert set(line["numbers"]) == {BOGOR, SUKABUMI}
    assert line["kind"] == "kesepakatan_bersama"


def test_an_addendum_names_its_parent(both: Town) -> None:
    parent = old(both, [BOGOR, SUKABUMI], "A", "2029-06-30")
    asked = both.call("POST", f"/cases/{parent.id}/follow-up", {"relation": "adendum"}).get_json()
    child = Journey(both, asked["parties"], case_id=asked["id"])
    words = {"jenis_naskah": "adendum", "naskah_induk": "119/A"}
    child.answer("tahap1_permohonan", **words).to_rest()
    [line] = [each for each in register(both) if each["case_id"] == child.id]
    assert line["parent"]["id"] == parent.id
    assert (line["relation"], line["kind"]) == ("adendum", "adendum")
    assert line["parent_document"] == "119/A"
