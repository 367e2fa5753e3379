"""Every kind of task of the shipped diagram: mail, link, receipt, on a phone with a script and on
one without; no page is heavy, too wide, or against WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor
from tests.journeys.answers import SCAN, Journey
from tests.journeys.owner import let_a_kabag_confirm_silence
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

BOGOR, SUKABUMI, CIANJUR = "32.01", "32.02", "32.03"


@pytest.fixture
def town(drawn_town: Town) -> Town:
    """An installation that a web server on a free port serves, with a clock to be moved."""
    return drawn_town


@pytest.fixture(params=[False, True], ids=["without-script", "with-script"])
def visitor(chromium: Browser, town: Town, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=request.param, locale="id-ID"
    )

    def read_code() -> str:
        town.read_mail()
        return town.codes[-1]

    yield Visitor(context.new_page(), town.settings.base_url, read_code, has_script=request.param)
    context.close()


def visit(visitor: Visitor, journey: Journey, *elements: str) -> None:
    """Answer these tasks in the browser, from the link in the mail, and all others by the plan."""
    for element in elements:
        journey.until(element)
        region = next(region for found, region in journey.open if found == element)
        visitor.open(journey.town.link(journey.id, element, region))
        visitor.answer(journey.plan[element])


def test_the_first_three_stages(visitor: Visitor, town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI], burden=True)
    visit(
        visitor,
        journey,
        "tahap1_permohonan",
        "tahap1_telaah",
        "tahap1_surat",
        "tahap2_kesediaan",
        "tahap3_pembahasan",
        "tahap3_konfirmasi",
    )


def test_councils_and_initials(visitor: Visitor, town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI], burden=True)
    visit(
        visitor,
        journey,
        "tahap4_permohonan_dprd",
        "tahap4_keputusan_dprd",
        "tahap5_paraf_kabag",
        "tahap5_paraf_asisten",
        "tahap5_paraf_sekda",
    )


def test_signing_and_what_comes_after(visitor: Visitor, town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    visit(visitor, journey, "tahap6_jadwal", "tahap6_tanda_tangan", "tahap6_registrasi")
    town.wait(days=190)
    journey.plan["tahap7_evaluasi"]["rekomendasi"] = "dihentikan"
    visit(visitor, journey, "tahap7_laporan", "tahap7_evaluasi", "tahap7_berita_acara_pengakhiran")


def test_silence_refusal_and_withdrawal(visitor: Visitor, town: Town) -> None:
    silent = Journey(town, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    town.wait(days=50)
    visit(visitor, silent, "tahap2_surat_kedua")
    town.wait(days=40)
    visit(visitor, silent, "tahap2_laporan_gwpp")
    refused = Journey(town, [BOGOR, SUKABUMI, CIANJUR]).until("tahap2_kesediaan")
    refused.answer("tahap2_kesediaan", CIANJUR, tanggapan="menolak")
    visit(visitor, refused, "tahap2_keputusan_lanjut")
    town.withdraw(refused.id)
    visit(visitor, refused, "penarikan_berita_acara")
    alone = Journey(town, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    alone.plan["tahap2_kesediaan"]["tanggapan"] = "menolak"
    alone.answer("tahap2_kesediaan")
    visit(visitor, alone, "tahap2_tindak_lanjut")


def test_old_agreements_new_budget_years_and_silent_councils(visitor: Visitor, town: Town) -> None:
    old = Journey(town, [BOGOR, SUKABUMI], naskah_lama=True)
    visit(visitor, old, "tahap7_naskah_lama")
    let_a_kabag_confirm_silence(town)
    silent = Journey(town, [BOGOR, SUKABUMI], burden=True).until("tahap4_keputusan_dprd")
    while "tahap4_permohonan_dprd" in silent.elements:
        silent.pass_with("tahap4_permohonan_dprd", silent.open[-1][1])
    budget = Journey(town, [BOGOR, SUKABUMI]).until("tahap3_konfirmasi")
    town.wait(days=70)
    silent.plan["tahap4_konfirmasi_diam"] = {"keputusan": "dianggap_setuju"}
    visit(visitor, silent, "tahap4_konfirmasi_diam")
    town.at(datetime(2027, 1, 4, 3, 0, tzinfo=UTC))
    budget.plan["tahap4_anggaran"]["tahun_anggaran"] = 2027
    visit(visitor, budget, "tahap4_anggaran")


def test_what_is_typed_is_kept_and_the_other_ways_are_there(visitor: Visitor, town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    page, token = visitor.page, town.link(journey.id, "tahap1_permohonan", BOGOR)
    visitor.open(token)
    visitor.fill({"objek": "Setengah jadi", "kak": SCAN})
    if visitor.has_script:
        page.locator(".kept", has_text="kak.pdf").wait_for()
        assert "Hanya Bapak/Ibu yang dapat melihatnya" in page.locator("#tersimpan").inner_text()
    else:
        visitor.press("Simpan dulu")
    visitor.open(token)
    assert page.locator('[name="objek"]').input_value() == "Setengah jadi"
    assert "kak.pdf" in page.content()

    page.locator('[name="objek"]').fill("Ketikan lain")
    visitor.press("English")
    assert page.locator('[name="objek"]').input_value() == "Ketikan lain"
    visitor.press("Not answering? Other choices")
    page.goto(f"{visitor.base_url}/t/{token}?lang=id")

    visitor.press("Bukan menjawab? Pilihan lain")
    page.get_by_text("Teruskan kepada Plh. atau Plt.").click()
    page.get_by_label("Nama lengkap").fill("Rina Contoh")
    visitor.press("Teruskan tugas")
    assert page.get_by_label("Nama lengkap").input_value() == "Rina Contoh"
    page.get_by_label("Plh.").check()
    page.get_by_label("Nomor surat penugasan").fill("800/12/BKD")
    page.get_by_label("Alamat surel").fill("rina@contoh.id")
    visitor.press("Teruskan tugas")
    assert "Tugas sudah diteruskan" in page.content()
    page.goto(f"{visitor.base_url}/t/{token}")
    assert "Ketikan lain" in page.content()


def test_questions_returns_and_second_thoughts(visitor: Visitor, town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    page, token = visitor.page, town.link(journey.id, "tahap2_kesediaan", SUKABUMI)
    visitor.open(token)
    visitor.press("Bukan menjawab? Pilihan lain")
    page.get_by_text("Bertanya kepada pengirim tugas").click()
    page.get_by_label("Pertanyaan").fill("KAK yang mana?")
    visitor.press("Kirim pertanyaan")
    town.read_mail()
    [reply] = town.links["balas", journey.id, "tahap2_kesediaan", SUKABUMI]
    visitor.open(reply)
    page.get_by_label("Jawaban Anda").fill("KAK versi 2")
    visitor.press("Kirim jawaban")
    visitor.open(token)
    assert "KAK versi 2" in page.content()
    visitor.press("Bukan menjawab? Pilihan lain")
    page.get_by_text("Tugas ini bukan untuk saya").click()
    page.get_by_label("Alasan").first.fill("Saya sudah pindah tugas")
    visitor.press("Kembalikan tugas")
    town.read_mail()
    [given] = town.links["alihkan", journey.id, "tahap2_kesediaan", SUKABUMI]
    visitor.open(given)
    page.locator("#pejabat").select_option(index=1)
    visitor.press("Berikan tugas")
    visitor.open(town.link(journey.id, "tahap2_kesediaan", SUKABUMI))
    visitor.answer(journey.plan["tahap2_kesediaan"])
    take_back(visitor)
    assert page.locator('[name="nomor_surat"]').input_value() == "119/16-Kesber/VII/2026"


def take_back(visitor: Visitor) -> None:
    """Take back, from its receipt, the answer just given."""
    page = visitor.page
    page.get_by_text("Tarik kembali jawaban ini").click()
    page.get_by_label("Ya, saya menarik kembali jawaban ini.").check()
    visitor.press("Tarik kembali")
    page.get_by_role("link", name="Buka halaman tugas").click()
    visitor.judge()
