"""An administrator sets things right in a real Chromium: remind, reassign 200 at once, pause, run
on; every page fits a phone and a desk, and is accessible."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store import accounts
from processes.store.tables import AccountRole
from tests.browser.visitor import AXE, RULES
from worker import sweeps

pytestmark = pytest.mark.browser

WIDTHS = (1366, 360)
CASES = 200


def judge(page: Page, name: str) -> None:
    """Nothing is wider than the screen or against WCAG 2.2 AA, on a desk and on a phone."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768 if width > 400 else 740})
        folder = os.environ.get("KSDD_TEST_PICTURES")
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.{width}.png", full_page=True)
        assert page.locator("html").evaluate("page => page.scrollWidth") <= width, name
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("rules => axe.run(document, rules)", RULES)
        wrong = [
            (each["id"], each["help"], [node["html"][:200] for node in each["nodes"]])
            for each in found["violations"]
        ]
        assert wrong == [], (name, width, wrong)
    page.set_viewport_size({"width": 1366, "height": 768})


def sign_in(page: Page, office: Office) -> None:
    now = datetime.now(UTC)
    with office.database.write() as session:
        account = accounts.create_account(
            session, name="Administrator Bogor", role=AccountRole.ADMIN, now=now, region_code=None
        )
        token = accounts.make_sign_in_link(session, account.id, now)
    page.goto(f"{office.settings.base_url}/masuk/{token}")
    page.get_by_role("button").last.click()


def full_of_cases(office: Office) -> None:
    now = datetime.now(UTC)
    for number in range(CASES):
        actions.open_case(
            office,
            procedure="ksdd",
            region="32.01",
            parties=["32.02"],
            title=f"Pelayanan publik {number + 1}",
            actor=Actor(kind="token", name="sistem persuratan"),
            now=now,
        )


def act(page: Page, name: str) -> None:
    """Choose what is to be done, and say why and on what authority."""
    page.get_by_role("radio", name=name).check()
    page.get_by_label("Alasan").fill("Pejabat lama pindah tugas")
    page.get_by_label("Dasar (nomor surat)").fill("ND 12/2026")


def test_remind_reassign_two_hundred_pause_and_let_run_on(
    chromium: Browser, office: Office
) -> None:
    context = chromium.new_context(locale="id-ID")
    page, base = context.new_page(), office.settings.base_url
    page.set_default_timeout(20_000)
    full_of_cases(office)
    sign_in(page, office)
    reassign_all(page, office)
    page.locator("tbody a").first.click()
    judge(page, "perkara")
    mend_one(page)
    ask_to_move(page)
    for path in ("catatan", "gangguan"):
        page.goto(f"{base}/{path}")
        judge(page, path)
    context.close()


def reassign_all(page: Page, office: Office) -> None:
    """Give everything to one official: choose, look ahead, order, and watch it being done."""
    page.goto(f"{office.settings.base_url}/perbaikan?region=32.01")
    judge(page, "perbaikan")
    page.get_by_label(f"Semua {CASES} tugas").check()
    act(page, "Alihkan kepada pejabat lain")
    page.get_by_label("Pejabat yang menerima tugas").select_option(index=2)
    page.get_by_role("button", name="Tinjau akibatnya").click()
    judge(page, "perbaikan-tinjauan")
    page.get_by_role("button", name=f"Alihkan ({CASES} tugas)").click()
    assert f"0 dari {CASES} selesai" in page.content()
    while sweeps.sweep_repairs(office, lambda: datetime.now(UTC)):
        page.get_by_role("link", name="Muat ulang").click()
        if page.get_by_role("link", name="Muat ulang").count() == 0:
            break
    assert f"{CASES} dari {CASES} selesai" in page.content()
    assert page.locator("tbody .mark.good").count() == CASES
    judge(page, "pekerjaan-selesai")


def mend_one(page: Page) -> None:
    """Remind the holder of a task, stop its clock and let it run on."""
    for name, button in (
        ("Ingatkan sekarang", "Ingatkan"),
        ("Hentikan tenggat", "Hentikan sementara"),
        ("Lanjutkan tenggat", "Lanjutkan"),
    ):
        page.get_by_role("link", name="Perbaiki").first.click()
        act(page, name)
        if button == "Lanjutkan":
            judge(page, "perbaiki")
        page.get_by_role("button", name="Tinjau akibatnya").click()
        page.get_by_role("button", name=f"{button} (1 tugas)").click()
    for said in ("Tenggat dilanjutkan", "Tenggat dihentikan sementara", "Pengingat dikirim"):
        assert said in page.content()
    judge(page, "perkara-setelah")


def ask_to_move(page: Page) -> None:
    """Look ahead at a move, and ask a second administrator for it."""
    page.get_by_role("link", name="Pindahkan perkara").click()
    page.get_by_label("Pindah ke").select_option("tahap3_pembahasan")
    page.get_by_label("Alasan").fill("Berkas lengkap dari perkara lama")
    page.get_by_label("Dasar (nomor surat)").fill("ND 13/2026")
    page.get_by_role("button", name="Tinjau akibatnya").click()
    judge(page, "pindah")
    page.get_by_role("button", name="Minta persetujuan").click()
    judge(page, "pindah-permintaan")
