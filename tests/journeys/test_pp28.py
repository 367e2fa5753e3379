"""The ten stages of PP 28/2018 as a second procedure: a folder, published beside the first."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import etree

from processes.actions import procedures
from processes.engine.attributes import NAMES
from processes.engine.picture import draw
from processes.engine.procedure import Procedure
from tests.journeys.answers import Journey
from tests.journeys.ten_stages import FOLDER, KEY, TenStages
from tests.journeys.test_drafts import draft, offered, task_id
from tests.journeys.test_reminders import live, mails, told, working_days_after
from tests.journeys.test_ways_of_opening import letter
from tests.journeys.town import Town
from tests.test_nothing_is_law import OWNERS

BOGOR, SUKABUMI, CIANJUR = "32.01", "32.02", "32.03"
STAGES = [
    "Persiapan",
    "Penawaran",
    "Penyusunan Kesepakatan Bersama",
    "Penandatanganan Kesepakatan Bersama",
    "Persetujuan DPRD",
    "Penyusunan Perjanjian Kerja Sama",
    "Penandatanganan Perjanjian Kerja Sama",
    "Pelaksanaan",
    "Penatausahaan",
    "Pelaporan",
]


def started(journey: TenStages, element: str) -> list[tuple[str, int]]:
    """Region and stage of every task of this kind, the oldest first."""
    return [(t["region"], t["stage"]) for t in journey.case["tasks"] if t["element"] == element]


# What is drawn.


def test_the_folder_has_no_finding() -> None:
    assert procedures.check(procedures.read_folder(FOLDER)) == []


def test_the_ten_stages_are_those_of_the_regulation_in_its_order() -> None:
    procedure = Procedure(KEY, procedures.read_folder(FOLDER))
    assert [(s.number, s.name) for s in procedure.stages] == list(enumerate(STAGES, start=1))


def test_every_task_has_people_a_deadline_with_a_basis_reminders_and_somebody_told_when_late() -> (
    None
):
    shapes = Procedure(KEY, procedures.read_folder(FOLDER)).shapes
    assert len(shapes) > 25
    for shape in shapes.values():
        told = (shape.role, shape.due, shape.basis, shape.reminders, shape.escalations)
        assert all(told), shape.element
        assert shape.form.fields, shape.element
    proven = {name for name, shape in shapes.items() if shape.assurance == "tautan+kode"}
    assert proven == {name for name in shapes if "paraf" in name or "tanda_tangan" in name}


def test_no_number_of_the_procedure_passes_for_law() -> None:
    root = etree.parse(FOLDER / "ksdd_pp28.bpmn").getroot()
    clocks = root.xpath("//bpmn:userTask | //*[bpmn:timerEventDefinition]", namespaces=NAMES)
    assert len(clocks) > 35
    for each in clocks:
        said = each.get(f"{{{NAMES['camunda']}}}dueDate") or "".join(each.itertext())
        [basis] = each.xpath(
            "./bpmn:extensionElements/*/camunda:property[@name='dasar']/@value", namespaces=NAMES
        )
        if re.search(r"\b(15|30|45)\b", said) and "pembahasan" not in each.get("id"):
            assert basis == OWNERS, each.get("id")
        assert basis in (OWNERS, "Target internal; pengaturan pemilik proses"), each.get("id")
    months = root.xpath("//camunda:formField[contains(@id, 'bulan')]", namespaces=NAMES)
    assert len(months) == 3
    assert all(OWNERS in "".join(each.xpath(".//@value")) for each in months)


def test_there_is_no_program_in_the_folder_and_its_picture_is_of_this_diagram() -> None:
    files = {path.suffix for path in FOLDER.rglob("*") if path.is_file()}
    assert files == {".bpmn", ".dmn", ".toml", ".txt", ".docx", ".svg"}
    picture = (FOLDER / "gambar.svg").read_text("utf-8")
    assert picture == draw((FOLDER / "ksdd_pp28.bpmn").read_bytes()) + "\n"


# From the first stage to the end.


@pytest.mark.parametrize("both", ["sqlite", "postgres"], indirect=True)
def test_two_regions_walk_all_ten_stages_through_their_mail_and_sign_two_documents(
    both: Town,
) -> None:
    journey = TenStages(both, [BOGOR, SUKABUMI], burden=True, by_mail=True)
    journey.plan["naskah_registrasi"]["tanggal_berakhir"] = "2027-07-06"
    journey.signed()
    assert journey.case["agreement"]["status"] == "belum", "what binds in money is still to come"
    assert journey.elements == ["tahap5_permohonan_dprd"] * 2
    journey.to_rest()
    case = journey.case
    assert (case["procedure"], case["category"]) == (KEY, "wajib")
    assert case["agreement"] == {
        "status": "berlaku",
        "starts_on": "2026-07-06",
        "ends_on": "2027-07-06",
    }
    assert journey.stages == [1, 2, 3, 4, 5, 6, 7, 8, 9, 8]
    assert started(journey, "naskah_tanda_tangan") == [
        (BOGOR, 4),
        (SUKABUMI, 4),
        (BOGOR, 7),
        (SUKABUMI, 7),
    ]
    both.wait(days=190)
    assert journey.elements == ["tahap10_laporan"] * 2
    journey.to_rest()
    both.wait(days=200)
    assert journey.stands() == ("completed", "selesai")
    assert journey.case["agreement"]["status"] == "berakhir"


def test_three_regions_of_which_two_ask_their_councils(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI, CIANJUR])
    journey.until("tahap2_tanggapan")
    journey.answer("tahap2_tanggapan", SUKABUMI, teranggarkan=False)
    journey.answer("tahap2_tanggapan", CIANJUR, membebani_daerah=True)
    journey.signed()
    assert journey.open == [
        ("tahap5_permohonan_dprd", SUKABUMI),
        ("tahap5_permohonan_dprd", CIANJUR),
    ]
    journey.to_rest()
    assert journey.case["agreement"]["status"] == "berlaku"
    signed = Counter(started(journey, "naskah_tanda_tangan"))
    assert set(signed.values()) == {1}
    assert len(signed) == 6


def test_a_document_under_an_agreement_in_force_needs_no_second_memorandum(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI])
    missing = {**journey.plan["tahap1_permohonan"], "jenis_naskah": "perjanjian_kerja_sama"}
    link = town.link(journey.id, "tahap1_permohonan", BOGOR)
    assert town.post(link, missing).status_code == 422, "the memorandum has to be named"
    journey.answer(
        "tahap1_permohonan",
        jenis_naskah="perjanjian_kerja_sama",
        naskah_induk="119/16-Kesber/VII/2024 tanggal 6 Juli 2024",
    )
    journey.until("tahap6_pembahasan")
    assert "119/16-Kesber/VII/2024" in draft(
        journey, "tahap6_pembahasan", BOGOR, "perjanjian_kerja_sama"
    )
    journey.to_rest()
    assert journey.stages == [1, 2, 6, 7, 8, 9, 8]
    assert journey.case["agreement"]["status"] == "berlaku"


# Refusals and returns.


def test_a_partner_that_refuses_a_voluntary_cooperation_ends_it(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI])
    journey.answer("tahap1_permohonan", berbatasan=False).until("tahap2_tanggapan")
    journey.answer("tahap2_tanggapan", tanggapan="menolak")
    assert journey.stands() == ("rejected", "ditolak")


def test_the_others_go_on_without_a_partner_that_refuses(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI, CIANJUR]).until("tahap2_tanggapan")
    journey.answer("tahap2_tanggapan", SUKABUMI)
    journey.answer("tahap2_tanggapan", CIANJUR, tanggapan="menolak")
    journey.answer("tahap2_keputusan_lanjut")
    journey.plan["naskah_registrasi"]["nomor"].pop(CIANJUR)
    journey.to_rest()
    later = {t["region"] for t in journey.case["tasks"] if t["stage"] >= 3}
    assert later == {BOGOR, SUKABUMI}


def test_all_partners_of_a_mandatory_cooperation_refuse(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI]).until("tahap2_tanggapan")
    journey.answer("tahap2_tanggapan", tanggapan="menolak")
    journey.answer("tahap2_tindak_lanjut", tindakan="lapor_gwpp_menteri")
    assert (journey.elements, journey.case["stage"]) == ([], 2)
    town.wait(days=30)
    journey.answer("tahap2_tindak_lanjut", tindakan="ajukan_ulang")
    assert journey.elements == ["tahap1_permohonan"]


def test_a_silent_partner_is_asked_again_and_then_reported(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI]).until("tahap2_tanggapan")
    town.wait(days=60)
    assert ("tahap2_surat_kedua", BOGOR) in journey.open
    town.wait(days=30)
    journey.answer("tahap2_surat_kedua")
    journey.answer("tahap2_laporan_gwpp", keputusan="hentikan")
    assert journey.elements == ["tahap2_tindak_lanjut"]


def test_a_council_that_refuses_ends_nothing_until_the_regions_say_so(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI], burden=True).until("tahap5_keputusan_dprd")
    while "tahap5_permohonan_dprd" in journey.elements:
        journey.answer("tahap5_permohonan_dprd")
    journey.answer("tahap5_keputusan_dprd", BOGOR)
    journey.answer("tahap5_keputusan_dprd", SUKABUMI, keputusan="tidak_setuju")
    journey.answer("tahap5_tindak_lanjut", tindakan="ajukan_ulang")
    assert journey.open == [("tahap5_permohonan_dprd", SUKABUMI)], "Bogor's approval stands"
    journey.until("tahap5_keputusan_dprd")
    journey.answer("tahap5_keputusan_dprd", keputusan="tidak_setuju")
    refused = town.post(
        town.link(journey.id, "tahap5_tindak_lanjut", BOGOR), {"tindakan": "hentikan"}
    )
    assert refused.status_code == 422, "a reason is asked"
    journey.answer("tahap5_tindak_lanjut", tindakan="hentikan", catatan="Tidak disetujui")
    assert journey.stands() == ("rejected", "tidak_disetujui")


def test_what_a_council_found_is_followed_up_and_sent_again_with_a_new_clock(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI])
    journey.answer("tahap1_permohonan", membebani_daerah=True).until("tahap5_keputusan_dprd")
    town.wait(days=20)
    journey.answer("tahap5_keputusan_dprd", keputusan="perbaikan", catatan="Perjelas beban")
    assert journey.open == [("tahap5_permohonan_dprd", BOGOR)]
    today = town.now.date()
    journey.answer("tahap5_permohonan_dprd", tanggal_terima=today.isoformat())
    due = max(t["due_at"] for t in journey.case["tasks"] if t["element"] == "tahap5_keputusan_dprd")
    assert date.fromisoformat(due[:10]) == working_days_after(today, 45)


def test_a_silent_council_is_deemed_to_agree_only_when_it_has_the_request(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI], burden=True).until("tahap5_permohonan_dprd")
    journey.answer("tahap5_permohonan_dprd", BOGOR)
    journey.answer("tahap5_permohonan_dprd", SUKABUMI, tanggal_terima=None)
    town.wait(days=90)
    assert journey.open == [("tahap5_keputusan_dprd", SUKABUMI)]
    journey.answer("tahap5_keputusan_dprd")
    assert journey.elements == ["tahap6_pembahasan"]


def test_a_memorandum_that_is_not_initialled_goes_back_to_its_drafting(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI]).until("naskah_paraf_kabag")
    journey.answer("naskah_paraf_kabag", BOGOR, paraf="kembalikan", catatan="Pasal 3")
    assert (journey.elements, journey.case["stage"]) == (["tahap3_pembahasan"], 3)


def test_an_initial_is_sent_back_inside_its_own_house_and_a_schedule_to_the_drafting(
    town: Town,
) -> None:
    def back(element: str, to: str) -> None:
        path = f"/tasks/{task_id(journey, element, BOGOR)}/send-back"
        answer = town.call("POST", path, {"to": to, "reason": "Salah ketik"})
        assert answer.status_code == 200, answer.get_data(as_text=True)

    journey = TenStages(town, [BOGOR, SUKABUMI]).until("tahap4_jadwal")
    back("tahap4_jadwal", "tahap3_pembahasan")
    assert (journey.elements, journey.case["stage"]) == (["tahap3_pembahasan"], 3)
    journey.until("naskah_paraf_kabag").pass_with("naskah_paraf_kabag", BOGOR)
    back("naskah_paraf_asisten", "naskah_paraf_kabag")
    assert journey.open == [("naskah_paraf_kabag", BOGOR), ("naskah_paraf_kabag", SUKABUMI)]
    journey.to_rest()
    assert journey.case["agreement"]["status"] == "berlaku"


def test_an_agreement_that_is_not_signed_goes_back_to_its_own_drafting_and_the_memorandum_stands(
    town: Town,
) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI], burden=True).until("tahap7_jadwal")
    journey.until("naskah_tanda_tangan")
    journey.answer("naskah_tanda_tangan", BOGOR)
    journey.answer("naskah_tanda_tangan", tanda_tangan="perlu_perubahan", catatan="Pasal 5")
    assert (journey.elements, journey.case["stage"]) == (["tahap6_pembahasan"], 6)
    journey.answer("tahap6_pembahasan", ditandatangani_semua=True)
    assert journey.elements == ["tahap7_jadwal"], "no council is asked twice"
    journey.to_rest()
    assert Counter(started(journey, "naskah_registrasi")) == {(BOGOR, 4): 1, (BOGOR, 7): 1}


def test_burdens_that_the_drafting_changed_ask_the_councils_again_and_then_go_to_signing(
    town: Town,
) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI]).until("tahap6_pembahasan")
    journey.answer("tahap6_pembahasan", mengubah_pembebanan=True, ditandatangani_semua=True)
    assert journey.elements == ["tahap5_anggaran"] * 2
    journey.answer("tahap5_anggaran", BOGOR, membebani_daerah=True)
    journey.answer("tahap5_anggaran", SUKABUMI)
    assert journey.open == [("tahap5_permohonan_dprd", BOGOR)]
    journey.until("tahap7_jadwal")
    assert len(started(journey, "tahap6_pembahasan")) == 1


def test_a_new_budget_year_is_confirmed_before_the_agreement_is_signed(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI]).until("tahap6_pembahasan")
    town.at(datetime(2027, 1, 11, 3, tzinfo=UTC))
    journey.answer("tahap6_pembahasan", ditandatangani_semua=True)
    assert journey.elements == ["tahap5_anggaran"] * 2
    journey.plan["tahap5_anggaran"]["tahun_anggaran"] = 2027
    journey.until("tahap7_jadwal")


def test_a_signature_that_is_put_off_gets_a_new_day_and_the_other_one_stays(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI]).until("naskah_tanda_tangan")
    journey.answer("naskah_tanda_tangan", BOGOR)
    journey.answer("naskah_tanda_tangan", SUKABUMI, tanda_tangan="ditunda")
    later = town.now.date() + timedelta(days=14)
    journey.answer("naskah_jadwal", tanggal=later.isoformat())
    [task] = [t for t in journey.case["tasks"] if t["status"] == "open"]
    assert (task["element"], task["region"]) == ("naskah_tanda_tangan", SUKABUMI)
    assert date.fromisoformat(task["due_at"][:10]) == working_days_after(later, 5)
    journey.answer("naskah_tanda_tangan")
    assert journey.elements == ["naskah_registrasi"]


# Withdrawal and ending.


@pytest.mark.parametrize("where", ["naskah_paraf_asisten", "naskah_tanda_tangan"])
def test_before_the_memorandum_is_signed_the_plan_is_withdrawn(town: Town, where: str) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI]).until(where)
    town.withdraw(journey.id)
    assert journey.elements == ["penarikan_berita_acara"]
    journey.answer("penarikan_berita_acara")
    assert journey.stands() == ("withdrawn", "ditarik")


MINUTES = [("pengakhiran_berita_acara", BOGOR), ("pengakhiran_berita_acara", SUKABUMI)]


def ask_to_end(journey: TenStages) -> None:
    """An ending is asked for: every party is, and nothing else changes."""
    before, stage = journey.open, journey.case["stage"]
    journey.town.withdraw(journey.id)
    assert journey.open == sorted(before + MINUTES)
    assert journey.case["stage"] == stage


def test_an_ending_may_be_asked_for_at_every_stage_and_a_party_that_refuses_it_changes_nothing(
    town: Town,
) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI], burden=True).signed()
    journey.plan["tahap5_keputusan_dprd"]["keputusan"] = "tidak_setuju"
    for element in (
        "tahap5_permohonan_dprd",
        "tahap5_tindak_lanjut",
        "tahap6_konfirmasi",
        "tahap7_jadwal",
        "naskah_paraf_asisten",
        "tahap8_rencana",
    ):
        journey.until(element)
        before = journey.open
        ask_to_end(journey)
        journey.pass_with("pengakhiran_berita_acara", BOGOR)
        journey.pass_with("pengakhiran_berita_acara", SUKABUMI, sikap="tidak_setuju")
        assert journey.open == before
        if element == "tahap5_tindak_lanjut":
            journey.plan["tahap5_keputusan_dprd"]["keputusan"] = "setuju"
    journey.to_rest()
    ask_to_end(journey)
    journey.pass_with("pengakhiran_berita_acara", BOGOR, sikap="tidak_setuju")
    journey.pass_with("pengakhiran_berita_acara", SUKABUMI)
    assert (journey.stands()[0], journey.elements) == ("running", [])
    town.wait(days=190)
    assert journey.elements == ["tahap10_laporan"] * 2, "what was refused costs no report"


@pytest.mark.parametrize("where", ["tahap5_permohonan_dprd", "naskah_paraf_sekda"])
def test_parties_that_agree_end_it_and_all_that_was_open(town: Town, where: str) -> None:
    burden = where == "tahap5_permohonan_dprd"
    journey = TenStages(town, [BOGOR, SUKABUMI], burden=burden).signed().until(where)
    ask_to_end(journey)
    journey.answer("pengakhiran_berita_acara", BOGOR)
    journey.answer("pengakhiran_berita_acara", SUKABUMI)
    assert journey.stands() == ("completed", "diakhiri")
    assert journey.open == []


# Other ways of beginning.


def test_an_offer_that_came_in_is_answered_at_once(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI], surat_masuk=letter(town))
    assert journey.open == [("tahap2_tanggapan", SUKABUMI)]
    journey.until("tahap5_anggaran")
    assert journey.stages == [1, 2, 3, 4, 5]
    assert started(journey, "tahap5_anggaran") == [(BOGOR, 5)], "the letter named no burdens"
    journey.plan["tahap5_anggaran"]["membebani_masyarakat"] = False
    journey.to_rest()
    assert journey.case["agreement"]["status"] == "berlaku"


def test_an_agreement_that_was_signed_before_is_followed_from_now_on(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI], naskah_lama=True)
    assert journey.elements == ["tahap8_naskah_lama"]
    journey.answer("tahap8_naskah_lama")
    case = journey.case
    assert (case["agreement"]["status"], case["stage"]) == ("berlaku", 8)
    town.wait(days=190)
    assert journey.elements == ["tahap10_laporan"] * 2


# People, letters, and the first procedure beside it.


def test_reminders_and_escalations_come_on_the_days_drawn(town: Town) -> None:
    TenStages(town, [BOGOR, SUKABUMI])
    due = working_days_after(date(2026, 7, 6), 5)
    live(town, date(2026, 8, 1))
    offsets = (-2, 0, 2, 4, 6)
    expected = {working_days_after(due, n) if n else due for n in offsets}
    assert {day for day, _ in told(town, "Pengingat")} == expected
    assert working_days_after(due, 5) in {day for day, _ in told(town, "Mohon informasi")}


def test_each_document_has_its_own_invitation_minutes_note_and_draft(town: Town) -> None:
    journey = TenStages(town, [BOGOR, SUKABUMI], burden=True).until("tahap3_pembahasan")
    first = ["undangan_kesepakatan", "berita_acara_kesepakatan", "kesepakatan_bersama"]
    assert offered(journey, "tahap3_pembahasan", BOGOR) == first
    assert "KESEPAKATAN BERSAMA" in draft(
        journey, "tahap3_pembahasan", BOGOR, "berita_acara_kesepakatan"
    )
    journey.until("naskah_paraf_kabag")
    assert offered(journey, "naskah_paraf_kabag", BOGOR) == ["nota_kesepakatan"]
    journey.until("tahap5_permohonan_dprd")
    numbers = journey.plan["naskah_registrasi"]["nomor"]
    asked = draft(journey, "tahap5_permohonan_dprd", BOGOR, "surat_dprd")
    assert all(number in asked for number in numbers.values())
    journey.until("tahap6_pembahasan")
    second = ["undangan_perjanjian", "berita_acara_perjanjian", "perjanjian_kerja_sama"]
    assert offered(journey, "tahap6_pembahasan", BOGOR) == second
    assert "PERJANJIAN KERJA SAMA" in draft(
        journey, "tahap6_pembahasan", BOGOR, "berita_acara_perjanjian", "pdf"
    )
    journey.until("tahap7_jadwal")
    text = draft(journey, "tahap7_jadwal", BOGOR, "perjanjian_kerja_sama")
    assert f"nomor {numbers[BOGOR]} dan {numbers[SUKABUMI]}" in text
    journey.until("naskah_paraf_kabag")
    assert offered(journey, "naskah_paraf_kabag", BOGOR) == ["nota_perjanjian"]


def test_only_the_agreement_may_be_signed_by_somebody_with_a_power_of_attorney() -> None:
    shapes = Procedure(KEY, procedures.read_folder(FOLDER)).shapes
    asked = {
        name
        for name, shape in shapes.items()
        if any(f.id == "surat_kuasa" for f in shape.form.fields)
    }
    assert asked == {"tahap7_jadwal"}


def test_cases_of_both_procedures_live_side_by_side(town: Town) -> None:
    seven = Journey(town, [BOGOR, SUKABUMI], title="Tujuh tahapan")
    ten = TenStages(town, [BOGOR, SUKABUMI], title="Sepuluh tahapan")
    for _ in range(5):
        for journey in (seven, ten):
            journey.answer(*journey.open[0])
    for journey in (seven, ten):
        journey.to_rest()
    assert [j.case["procedure"] for j in (seven, ten)] == ["ksdd", KEY]
    assert [(j.case["stage"], j.case["stage_name"]) for j in (seven, ten)] == [
        (7, "Monitoring dan Evaluasi"),
        (8, "Pelaksanaan"),
    ]
    asked = {
        subject.split("(")[0].removeprefix("Tugas: ").strip(): "sepuluh tahapan" in body
        for _, _, subject, body in mails(town)
        if subject.startswith("Tugas: ")
    }
    assert asked["Kajian TKKSD"]
    assert not asked["Telaah TKKSD"], "each procedure writes its own letters"


def test_the_register_knows_the_agreement_of_either_procedure(town: Town) -> None:
    for journey in (Journey(town, [BOGOR, SUKABUMI]), TenStages(town, [BOGOR, SUKABUMI])):
        journey.to_rest()
    found = town.call("GET", "/agreements").get_json()["items"]
    assert len(found) == 2
    for agreement in found:
        assert agreement["numbers"] == {BOGOR: "119/1/KB/2026", SUKABUMI: "119/2/KB/2026"}
        assert agreement["signed_on"] == "2026-07-06"
