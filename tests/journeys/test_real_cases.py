"""Four real cooperations walked on their own dates; the register says what their documents say.

`cases.toml` holds the facts of the public documents. What they do not say, the test chooses.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from processes import actions
from processes.store import questions
from tests.journeys.answers import Journey
from tests.journeys.test_paper import paper
from tests.journeys.town import Town

FACTS: dict[str, dict[str, Any]] = {
    case["key"]: case
    for case in tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))["case"]
}
KINDS = {
    "Addendum atas Kesepakatan Bersama": "adendum",
    "Perjanjian Kerja Sama": "perjanjian_kerja_sama",
}


def morning(day: date) -> datetime:
    """09:00 in Jakarta."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def kind_of(facts: dict[str, Any]) -> str:
    if "Addendum" in facts["judul"]:
        return "adendum"
    return KINDS.get(facts.get("naskah", ""), "kesepakatan_bersama")


class Replay:
    """One of the four, from its request to its registration."""

    def __init__(self, town: Town, key: str) -> None:
        self.town = town
        self.facts = FACTS[key]
        self.parties = [self.facts["pemrakarsa"], *self.facts["mitra"]]
        #: a document that only names its year was signed on a day that the test chooses
        year = self.facts.get("tahun", 2019)
        self.signed = self.facts.get("ditandatangani") or date(year, 6, 19)
        self.asked = self.facts.get("surat_permohonan") or self.signed - timedelta(days=60)
        self.willing = self.facts.get("surat_kesediaan") or self.asked + timedelta(days=14)

    def to_the_answer(self) -> Journey:
        """Asked by letter on its day; the partner's answer is awaited."""
        self.town.now = morning(self.asked - timedelta(days=5))
        journey = Journey(self.town, self.parties, title=self.facts["judul"])
        for element in ("tahap1_permohonan", "tahap2_kesediaan", "tahap4_anggaran"):
            journey.plan[element]["tahun_anggaran"] = self.signed.year
        is_due = self.facts["kategori"] == "wajib"
        journey.answer(
            "tahap1_permohonan",
            judul=self.facts["judul"],
            jenis_naskah=kind_of(self.facts),
            naskah_induk="Kesepakatan Bersama" if kind_of(self.facts) == "adendum" else None,
            berbatasan=is_due,
            eksternalitas=is_due,
        ).answer("tahap1_telaah")
        self.town.at(morning(self.asked))
        day = self.asked.isoformat()
        received = dict.fromkeys(self.parties[1:], day)
        return journey.answer("tahap1_surat", tanggal_surat=day, tanggal_terima=received)

    def to_the_schedule(self) -> Journey:
        """The partner said yes by letter on its day, which its cooperation office recorded."""
        journey = self.to_the_answer()
        self.town.at(morning(self.willing))
        [task] = [t for t in journey.case["tasks"] if t["status"] == "open"]
        answers = {k: v for k, v in journey.plan["tahap2_kesediaan"].items() if "surat" not in k}
        body = {
            "answers": answers,
            "dicatat_dari": paper(self.town, tanggal=self.willing.isoformat()),
        }
        done = self.town.call("POST", f"/tasks/{task['id']}/complete", body)
        assert done.status_code == 200, done.get_data(as_text=True)
        self.town.at(morning(self.signed - timedelta(days=5)))
        return journey.until("tahap6_jadwal")

    def to_the_register(self, numbers: list[str], **schedule: Any) -> Journey:
        """Signed on its day, and registered on the next."""
        journey = self.to_the_schedule()
        day = self.signed.isoformat()
        journey.answer("tahap6_jadwal", tanggal=day, **schedule)
        self.town.at(morning(self.signed))
        for region in self.parties:
            journey.answer("tahap6_tanda_tangan", region, tanggal_tanda_tangan=day)
        self.town.at(morning(self.signed + timedelta(days=1)))
        return journey.answer(
            "tahap6_registrasi",
            nomor=dict(zip(self.parties, numbers, strict=True)),
            tanggal_berlaku=day,
            tanggal_berakhir=self.signed.replace(year=self.signed.year + 5).isoformat(),
            evaluasi_bulan=self.facts.get("evaluasi_bulan", 6),
            rangkap=self.facts.get("rangkap"),
        )

    def line(self) -> dict[str, Any]:
        [line] = self.town.call("GET", "/agreements").get_json()["items"]
        found: dict[str, Any] = line
        return found


def test_bogor_and_sukabumi_sign_an_addendum_three_weeks_after_the_letter(both: Town) -> None:
    replay = Replay(both, "bogor_sukabumi_pelayanan_publik")
    journey = replay.to_the_register(replay.facts["nomor"])
    line = replay.line()
    assert line["numbers"] == {
        "32.01": "119/16-Kesber/VII/2020",
        "32.02": "119/17/KB/KS/VII/2020",
    }
    assert (line["kind"], line["category"], line["title"]) == (
        "adendum",
        "wajib",
        "Pelayanan Publik",
    )
    assert line["signed_on"] == line["starts_on"] == "2020-07-27"
    by_element = {task["element"]: task for task in journey.case["tasks"]}
    assert by_element["tahap2_kesediaan"]["recorded"]["tanggal"] == "2020-07-16"
    with both.office.database.read() as session:
        answers = questions.answers_by_element(session, journey.id)
    assert answers["tahap1_surat"]["tanggal_surat"] == "2020-07-06"
    assert answers["tahap6_registrasi"]["rangkap"] == 4


def test_cianjur_and_sukabumi_wait_half_a_year_and_an_acting_regent_signs(both: Town) -> None:
    replay = Replay(both, "cianjur_sukabumi")
    status = replay.facts["penanda_tangan_mitra_status"]
    journey = replay.to_the_register(
        ["134.1/Addendum-58/Bag.Pem/2020", "119/41/KB/2020"],
        status={"32.03": "definitif", "32.02": status},
        jabatan={"32.03": "Bupati Cianjur", "32.02": "Bupati Sukabumi"},
        dasar_pengangkatan={"32.02": "Keputusan Gubernur Nomor 131/Kep.1/2020"},
    )
    line = replay.line()
    assert line["signed_on"] == "2020-12-18"
    acting = line["signatories"]["32.02"]
    assert (acting["status"], acting["position"]) == ("Plt", "Bupati Sukabumi")
    assert acting["appointment"].startswith("Keputusan Gubernur")
    assert line["signatories"]["32.03"]["status"] == "definitif"
    both.at(morning(date(2021, 6, 18)))
    assert journey.open == [("tahap7_laporan", "32.02"), ("tahap7_laporan", "32.03")]


def test_the_parties_are_told_three_months_before_the_end_and_may_extend(both: Town) -> None:
    replay = Replay(both, "cianjur_sukabumi")
    assert replay.facts["pemberitahuan_perpanjangan_bulan"] == 3
    journey = replay.to_the_register(
        ["134.1/Addendum-58/Bag.Pem/2020", "119/41/KB/2020"],
    )
    both.at(morning(date(2025, 9, 18)))
    tell(both)
    assert ends_soon(both, journey) == []
    both.at(morning(date(2025, 9, 20)))
    tell(both)
    assert len(ends_soon(both, journey)) == 1, "90 days before 18 December 2025"
    asked = both.call("POST", f"/cases/{journey.id}/follow-up", {"relation": "perpanjangan"})
    assert asked.status_code == 201
    assert asked.get_json()["parent"]["id"] == journey.id


def tell(town: Town) -> None:
    """Every alarm that is due rings."""
    while actions.fire_alarms(town.office, now=town.now, kinds=actions.REMINDERS):
        pass


def ends_soon(town: Town, journey: Journey) -> list[Any]:
    history = town.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    return [entry for entry in history if entry["kind"] == "agreement.ends_soon"]


def test_sukabumi_and_badung_are_no_neighbours_and_live_in_two_zones(both: Town) -> None:
    replay = Replay(both, "sukabumi_badung")
    journey = replay.to_the_answer()
    [asked] = [t for t in journey.case["tasks"] if t["element"] == "tahap2_kesediaan"]
    assert asked["due_at"].endswith("T16:00:00+08:00"), "the partner's clock is WITA"
    assert journey.case["category"] == "sukarela"
    journey = Replay(both, "sukabumi_badung").to_the_register(["119/1/KB/2019", "075/2/KB/2019"])
    line = replay.line()
    assert (line["kind"], line["category"]) == ("kesepakatan_bersama", "sukarela")
    assert line["signed_on"].startswith("2019-")
    assert line["numbers"]["51.03"] == "075/2/KB/2019"


def test_two_fire_services_sign_a_pks_by_power_of_attorney_and_report_once_a_year(
    both: Town,
) -> None:
    replay = Replay(both, "sukabumi_cianjur_damkar")
    powers = {"32.02": "180/12/SK/2019, 1 April 2019", "32.03": "180/7/SK/2019, 2 April 2019"}
    journey = replay.to_the_register(
        ["364/1/PKS/2019", "364/2/PKS/2019"],
        surat_kuasa=powers,
        jabatan=dict.fromkeys(powers, "Kepala Dinas Pemadam Kebakaran"),
    )
    line = replay.line()
    assert (line["kind"], line["category"]) == ("perjanjian_kerja_sama", "wajib")
    assert line["signed_on"] == "2019-04-25"
    assert {code: each["power"] for code, each in line["signatories"].items()} == powers
    both.at(morning(date(2019, 10, 25)))
    assert journey.open == [], "not after half a year"
    both.at(morning(date(2020, 4, 25)))
    assert journey.elements == ["tahap7_laporan", "tahap7_laporan"]


@pytest.mark.parametrize("key", sorted(FACTS))
def test_a_memorandum_is_never_signed_by_power_of_attorney(town: Town, key: str) -> None:
    replay = Replay(town, key)
    journey = replay.to_the_schedule()
    answers = {
        **journey.plan["tahap6_jadwal"],
        "tanggal": replay.signed.isoformat(),
        "surat_kuasa": {"32.02": "180/1/SK"},
    }
    sent = town.post(town.link(journey.id, "tahap6_jadwal", replay.parties[0]), answers)
    assert sent.status_code == (200 if kind_of(replay.facts) == "perjanjian_kerja_sama" else 422)
