"""Letters, minutes and agreements as drafts: filled in from the case, for their own house only."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader
from werkzeug.test import TestResponse

from processes.actions.drafts import MEDIA_TYPES
from processes.store import accounts
from processes.store.tables import AccountRole
from tests.journeys.answers import Journey
from tests.journeys.town import Town

BOGOR, SUKABUMI, CIANJUR = "32.01", "32.02", "32.03"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOTS = "…" * 12


def words(content: bytes) -> str:
    """The text of a Word file, footers included, with single blanks."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = [n for n in archive.namelist() if re.fullmatch(r"word/(document|footer\d).xml", n)]
        roots = [etree.fromstring(archive.read(name)) for name in parts]
    paragraphs = [p for root in roots for p in root.iter(f"{W}p")]
    return " ".join(
        " ".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in paragraphs).split()
    )


def squeezed(text: str) -> str:
    return "".join(text.split())


def task_id(journey: Journey, element: str, region: str) -> str:
    return str(
        next(
            t["id"]
            for t in journey.case["tasks"]
            if (t["element"], t["region"], t["status"]) == (element, region, "open")
        )
    )


def draft(journey: Journey, element: str, region: str, name: str, format: str = "docx") -> str:
    """The words of a draft as the machine API gives it."""
    path = f"/tasks/{task_id(journey, element, region)}/drafts/{name}?format={format}"
    answer = journey.town.call("GET", path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == MEDIA_TYPES[format]
    if format == "docx":
        return words(answer.data)
    pages = PdfReader(BytesIO(answer.data)).pages
    return " ".join(page.extract_text() for page in pages)


def offered(journey: Journey, element: str, region: str) -> list[str]:
    found = journey.town.call("GET", f"/tasks/{task_id(journey, element, region)}/drafts")
    return [item["name"] for item in found.get_json()["items"]]


def test_the_request_is_drafted_from_what_was_filled_in_before(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], title="Air Bersih & Sanitasi <Perbatasan>")
    journey.answer("tahap1_permohonan", judul="Air Bersih & Sanitasi <Perbatasan>")
    journey.until("tahap1_surat")
    assert offered(journey, "tahap1_surat", BOGOR) == ["permohonan"]
    said = draft(journey, "tahap1_surat", BOGOR, "permohonan")
    assert "PEMERINTAH KABUPATEN BOGOR" in said
    assert "Bupati Sukabumi" in said
    assert "Judul : Air Bersih & Sanitasi <Perbatasan>" in said
    assert "Maksud dan tujuan : Meningkatkan pelayanan" in said
    assert "Jangka waktu : 60 (enam puluh) bulan" in said
    assert f"Nomor : {DOTS}" in said
    assert squeezed("60 (enam puluh) bulan") in squeezed(
        draft(journey, "tahap1_surat", BOGOR, "permohonan", "pdf")
    )


def test_no_draft_ever_says_none_or_shows_its_own_workings(town: Town) -> None:
    seen: set[str] = set()
    journey = Journey(town, [BOGOR, SUKABUMI], burden=True)
    while journey.case["stage"] < 7:
        element, region = journey.open[0]
        for name in set(offered(journey, element, region)) - seen:
            seen.add(name)
            for format in ("docx", "pdf"):
                said = draft(journey, element, region, name, format)
                assert not re.search(r"\bNone\b|[Uu]ndefined|Missing|namespace|[{}]|%p", said), name
                assert "Kabupaten" in said or "KABUPATEN" in said
        journey.answer(element, region)
    assert seen == {
        "permohonan",
        "kesediaan",
        "undangan",
        "berita_acara_pembahasan",
        "kesepakatan_bersama",
        "surat_dprd",
        "nota_pengajuan",
    }


def test_an_agreement_carries_parties_day_and_signatories_of_the_schedule(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_jadwal")
    journey.answer(
        "tahap6_jadwal",
        tanggal="2026-07-06",
        penanda_tangan={BOGOR: "Asep Sunandar", SUKABUMI: "Siti Aminah"},
        jabatan={BOGOR: "Bupati Bogor", SUKABUMI: "Bupati Sukabumi"},
    )
    # a postponed signing asks for the schedule again, with all that is known by then
    journey.answer("tahap6_tanda_tangan", SUKABUMI, tanda_tangan="ditunda", catatan="Sakit")
    journey.until("tahap6_jadwal")
    said = draft(journey, "tahap6_jadwal", BOGOR, "kesepakatan_bersama")
    assert (
        "Pada hari ini Senin tanggal enam bulan Juli tahun dua ribu dua puluh enam (06-07-2026)"
        in said
    )
    assert "Asep Sunandar , Bupati Bogor" in said or "Asep Sunandar, Bupati Bogor" in said
    assert "selanjutnya disebut PIHAK KEDUA" in said
    assert said.index("Siti Aminah", said.index("PENUTUP")) < said.index(
        "Asep Sunandar", said.index("PENUTUP")
    )
    assert "Paraf: PIHAK KESATU ; PIHAK KEDUA" in said


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("perjanjian_kerja_sama", "perjanjian_kerja_sama"),
        ("adendum", "adendum"),
    ],
)
def test_the_kind_of_agreement_decides_which_draft_is_offered(
    town: Town, kind: str, name: str
) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI, CIANJUR])
    journey.answer("tahap1_permohonan", jenis_naskah=kind, naskah_induk="119/5/2021")
    journey.until("tahap3_pembahasan")
    found = offered(journey, "tahap3_pembahasan", BOGOR)
    assert found == ["undangan", "berita_acara_pembahasan", name]
    said = draft(journey, "tahap3_pembahasan", BOGOR, name)
    assert "119/5/2021" in said
    assert "PIHAK KETIGA" in said
    assert "Kabupaten Cianjur" in said


def test_a_case_from_a_letter_that_came_in_is_offered_an_agreement_as_well(town: Town) -> None:
    letter = {
        "nomor": "119/7/2026",
        "tanggal": "2026-07-01",
        "tanggal_terima": "2026-07-03",
        "dokumen": town.scan(),
    }
    case = town.open_case(SUKABUMI, [BOGOR], surat_masuk=letter)
    journey = Journey(town, [SUKABUMI, BOGOR], case_id=case)
    element, region = journey.open[0]
    while element != "tahap3_pembahasan":
        for name in offered(journey, element, region):
            draft(journey, element, region, name)
        journey.answer(element, region)
        element, region = journey.open[0]
    assert "kesepakatan_bersama" in offered(journey, element, region)
    assert "Hari, tanggal" in draft(journey, element, region, "undangan")


def test_a_silent_partner_gets_a_second_letter_and_the_governor_a_report(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, CIANJUR]).until("tahap2_kesediaan")
    journey.answer("tahap2_kesediaan", SUKABUMI)
    both.wait(days=60)
    assert offered(journey, "tahap2_surat_kedua", BOGOR) == ["surat_kedua"]
    said = draft(journey, "tahap2_surat_kedua", BOGOR, "surat_kedua")
    assert "Yth. Bupati Cianjur di tempat" in said
    assert "Bupati Sukabumi" not in said
    assert "nomor 119/16-Kesber/VII/2026 tanggal 6 Juli 2026" in said
    journey.pass_with("tahap2_surat_kedua", BOGOR, nomor_surat="119/88/2026")
    both.wait(days=40)
    report = draft(journey, "tahap2_laporan_gwpp", BOGOR, "laporan_gwpp")
    assert "Daerah yang ditawari : Kabupaten Cianjur" in report
    assert "Surat kedua kami nomor 119/88/2026" in report


def test_a_report_names_the_second_letter_of_its_own_partner(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI, CIANJUR]).until("tahap2_kesediaan")
    town.wait(days=60)
    for task in [t for t in journey.case["tasks"] if t["status"] == "open"]:
        if task["element"] != "tahap2_surat_kedua":
            continue
        path = f"/tasks/{task['id']}/drafts/surat_kedua"
        to = "CIANJUR" if "Bupati Cianjur" in words(town.call("GET", path).data) else "SUKABUMI"
        schema = town.call("GET", f"/tasks/{task['id']}").get_json()["schema"]
        answers = {n: p["examples"][0] for n, p in schema["properties"].items() if "examples" in p}
        answers = {n: a for n, a in answers.items() if n in schema["required"]}
        answers |= {"nomor_surat": f"119/{to}/2026", "surat": {"document": town.scan()}}
        done = town.call("POST", f"/tasks/{task['id']}/complete", {"answers": answers})
        assert done.status_code == 200, done.get_data(as_text=True)
    town.wait(days=40)
    reports = [t for t in journey.case["tasks"] if t["element"] == "tahap2_laporan_gwpp"]
    assert len(reports) == 2
    for task in reports:
        said = words(town.call("GET", f"/tasks/{task['id']}/drafts/laporan_gwpp").data)
        own = "CIANJUR" if "Daerah yang ditawari : Kabupaten Cianjur" in said else "SUKABUMI"
        other = {"CIANJUR": "SUKABUMI", "SUKABUMI": "CIANJUR"}[own]
        assert (f"119/{own}/2026" in said, f"119/{other}/2026" in said) == (True, False)


def test_with_one_partner_the_report_refers_to_the_second_letter(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    town.wait(days=60)
    journey.pass_with("tahap2_surat_kedua", BOGOR, nomor_surat="119/88/2026")
    town.wait(days=40)
    report = draft(journey, "tahap2_laporan_gwpp", BOGOR, "laporan_gwpp")
    assert "Surat kedua kami nomor 119/88/2026 tanggal 6 Juli 2026" in report
    assert "diterima tanggal 6 Juli 2026." in report


def test_nothing_internal_leaves_the_house(town: Town) -> None:
    secret = "RAHASIA-TELAAH-7731"
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    journey.answer("tahap1_telaah", catatan=secret)
    unsaid = "BEBAN-SUKABUMI-5512"
    while journey.case["stage"] < 6:
        element, region = journey.open[0]
        for name in offered(journey, element, region):
            assert secret not in draft(journey, element, region, name)
        changes = {"catatan": unsaid} if element == "tahap4_anggaran" else {}
        journey.answer(element, region, **changes)


def test_prepared_answers_stand_in_the_draft_of_their_own_task(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    plan = journey.plan["tahap2_kesediaan"]
    token = both.link(journey.id, "tahap2_kesediaan", SUKABUMI, purpose="siapkan")
    given = {**plan, "tanggapan": "menolak", "catatan": "Sudah ada kerja sama serupa"}
    assert both.post(token, given).status_code == 200
    said = draft(journey, "tahap2_kesediaan", SUKABUMI, "kesediaan")
    assert "belum dapat menerima penawaran kerja sama dimaksud" in said
    assert "Sudah ada kerja sama serupa" in said
    assert "Nomor : 119/16-Kesber/VII/2026" in said


# --- who may have it -----------------------------------------------------------------------------
def page_links(page: TestResponse) -> list[str]:
    return re.findall(r'href="([^"]+/konsep/[^"]+)"', page.get_data(as_text=True))


def test_the_link_offers_the_drafts_of_its_own_task_and_changes_nothing(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    before = both.call("GET", f"/cases/{journey.id}/history").get_json()
    for purpose in ("jawab", "siapkan"):
        token = both.link(journey.id, "tahap2_kesediaan", SUKABUMI, purpose=purpose)
        page = both.client.get(f"/t/{token}")
        assert page_links(page) == [
            f"/t/{token}/konsep/kesediaan.docx",
            f"/t/{token}/konsep/kesediaan.pdf",
        ]
        for href in page_links(page):
            found = both.client.get(href)
            assert found.status_code == 200
            assert found.headers["Content-Disposition"].startswith("attachment; ")
            assert found.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert found.headers["Cache-Control"] == "no-store"
            assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert both.call("GET", f"/cases/{journey.id}/history").get_json() == before


def test_a_link_gives_no_other_draft(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    token = town.link(journey.id, "tahap2_kesediaan", SUKABUMI)
    for file in ("permohonan.docx", "kesediaan.exe", "kesediaan", "..%2Fpaket.pdf", "%00.docx"):
        answer = town.client.get(f"/t/{token}/konsep/{file}")
        assert answer.status_code == 404, file
    assert town.client.get(f"/t/{'a' * 43}/konsep/kesediaan.docx").status_code == 404


def test_whoever_records_for_another_house_gets_no_draft_of_it(town: Town) -> None:
    journey = Journey(town, [BOGOR, "33.01"]).until("tahap2_kesediaan")
    own = task_id(journey, "tahap2_kesediaan", "33.01")
    url = town.call("POST", f"/tasks/{own}/link", {"purpose": "catat"}).get_json()["url"]
    token = url.rpartition("/")[2]
    page = town.client.get(f"/t/{token}")
    assert page.status_code == 200
    assert page_links(page) == []
    assert town.client.get(f"/t/{token}/konsep/kesediaan.docx").status_code == 404


def token_of(town: Town, region: str) -> str:
    with town.office.database.write() as session:
        return accounts.create_token(
            session, name=region, role=AccountRole.SYSTEM, region_code=region, now=town.now
        )


def test_a_region_gets_no_draft_of_another_region(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    path = f"/api/v1/tasks/{task_id(journey, 'tahap2_kesediaan', SUKABUMI)}/drafts"
    answers: dict[str, list[Any]] = {}
    for region in (BOGOR, SUKABUMI, CIANJUR):
        header = {"Authorization": f"Bearer {token_of(both, region)}"}
        listed = both.client.get(path, headers=header)
        items = (listed.get_json() or {}).get("items")
        one = both.client.get(f"{path}/kesediaan", headers=header)
        answers[region] = [listed.status_code, bool(items), one.status_code]
    assert answers == {
        BOGOR: [200, False, 404],
        SUKABUMI: [200, True, 200],
        CIANJUR: [404, False, 404],
    }


def test_a_finished_task_has_no_draft_any_more_and_says_why(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_surat")
    own = task_id(journey, "tahap1_surat", BOGOR)
    token = town.link(journey.id, "tahap1_surat", BOGOR)
    journey.answer("tahap1_surat")
    assert town.call("GET", f"/tasks/{own}/drafts").get_json() == {"items": []}
    late = town.call("GET", f"/tasks/{own}/drafts/permohonan")
    assert late.status_code == 409
    page = town.client.get(f"/t/{token}/konsep/permohonan.docx")
    assert page.status_code == 409
    assert "<h1" in page.get_data(as_text=True)


def test_an_ending_is_drafted_with_the_numbers_of_the_agreement(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).to_rest()
    town.withdraw(journey.id)
    journey.until("tahap7_berita_acara_pengakhiran")
    said = draft(journey, "tahap7_berita_acara_pengakhiran", SUKABUMI, "berita_acara_pengakhiran")
    assert "Pemerintah Kabupaten Bogor, naskah nomor 119/1/KB/2026" in said
    assert "berlaku sejak 6 Juli 2026 sampai dengan 6 Juli 2031" in said


def test_a_withdrawal_has_minutes_to_start_from_and_the_link_names_them(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    town.withdraw(journey.id)
    town.read_mail()
    said = draft(journey, "penarikan_berita_acara", BOGOR, "berita_acara_penarikan")
    assert "BERITA ACARA PENARIKAN PERMOHONAN KERJA SAMA DAERAH" in said
    assert "Pada hari ini Senin tanggal enam bulan Juli tahun dua ribu dua puluh enam" in said
    assert "surat nomor 119/16-Kesber/VII/2026 tanggal 6 Juli 2026" in said
    assert "1. Pemerintah Kabupaten Sukabumi" in said or "1.Pemerintah Kabupaten Sukabumi" in said
    assert "None" not in draft(
        journey, "penarikan_berita_acara", BOGOR, "berita_acara_penarikan", "pdf"
    )
    link = town.link(journey.id, "penarikan_berita_acara", BOGOR)
    told = town.client.get(f"/t/{link}", headers={"Accept": "application/json"}).get_json()
    assert [each["name"] for each in told["drafts"]] == ["berita_acara_penarikan"]
    assert told["drafts"][0]["formats"] == ["docx", "pdf"]
