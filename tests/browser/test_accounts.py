"""Accounts in a real browser, on a phone and at a desk: every page fits and is accessible."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store import questions
from processes.store.tables import Task
from tests.browser.test_first_visit import sign_in
from tests.browser.visitor import AXE, RULES

pytestmark = pytest.mark.browser

GOOD = "kuda laut ungu bernyanyi"
SIZES = ({"width": 360, "height": 740}, {"width": 1366, "height": 768})


@pytest.fixture
def screen(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="id-ID")
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def judge(page: Page, name: str) -> None:
    """Nothing is wider than the screen or against WCAG 2.2 AA, at either size."""
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert page.locator("html").evaluate("page => page.scrollWidth") <= size["width"], name
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("rules => axe.run(document, rules)", RULES)
        wrong = [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]]
        assert wrong == [], (name, size, wrong)
        folder = os.environ.get("KSDD_TEST_PICTURES")
        if folder:
            path = Path(folder) / f"akun-{name}-{size['width']}.png"
            page.screenshot(path=path, full_page=True)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).last.click()
    page.wait_for_load_state()


def official_of(office: Office) -> str:
    """A case of Kabupaten Bogor; the address of whoever holds its first task."""
    case_id = actions.open_case(
        office,
        procedure="ksdd",
        region="32.01",
        parties=["32.02"],
        title="Pengelolaan air bersih lintas batas",
        actor=Actor(kind="account", name="administrator"),
        now=datetime.now(UTC),
    )
    with office.database.read() as session:
        task = session.scalars(select(Task).where(Task.case_id == case_id)).one()
        [(_, person)] = questions.holders_of_tasks(session, [task.id])[task.id]
    return str(person.email)


def test_from_the_first_link_to_a_petugas_at_work(screen: Page, office: Office) -> None:
    base, address = office.settings.base_url, official_of(office)
    sign_in(screen, office)
    judge(screen, "papan")
    secure_own_account(screen)

    screen.goto(f"{base}/akun")
    press(screen, "Buat undangan")
    judge(screen, "undang-galat")
    screen.fill("#name", "Wati Hapsari")
    screen.check('[name="role"][value="petugas"]')
    screen.fill("#regions", "Kabupaten Bogor")
    screen.fill("#official", address)
    screen.fill("#reason", "SK Kabag 12/2026")
    press(screen, "Buat undangan")
    for summary in screen.locator("summary").all():
        summary.click()
    judge(screen, "akun")
    invitation = screen.locator("section.note code").inner_text()
    screen.goto(f"{base}/akun")
    judge(screen, "daftar")
    screen.click(".menu > summary")
    press(screen, "Keluar")

    work_as_petugas(screen, invitation)
    screen.click(".menu > summary")
    press(screen, "Keluar")
    screen.fill("#name", "Wati Hapsari")
    screen.fill("#password", "bukan kata sandinya")
    press(screen, "Masuk")
    judge(screen, "masuk-galat")


def secure_own_account(screen: Page) -> None:
    """Password, app and recovery codes of somebody who came with a link."""
    screen.get_by_role("link", name="Akun saya").first.click()
    judge(screen, "akun-saya")
    screen.fill("#password", "pendek")
    screen.fill("#repeated", "pendek")
    press(screen, "Simpan kata sandi")
    judge(screen, "sandi-galat")
    screen.fill("#password", GOOD)
    screen.fill("#repeated", GOOD)
    press(screen, "Simpan kata sandi")
    judge(screen, "sandi-tersimpan")
    screen.get_by_role("link", name="Lanjutkan").click()
    screen.get_by_role("link", name="Pasang aplikasi autentikator").click()
    judge(screen, "aplikasi")
    press(screen, "Lanjutkan")
    judge(screen, "aplikasi-kunci")
    key = screen.locator("strong.hash").inner_text()
    screen.fill("#code", pyotp.TOTP(key).now())
    press(screen, "Selesaikan pendaftaran")
    assert len(re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", screen.content())) == 10
    judge(screen, "kode-pemulihan")


def work_as_petugas(screen: Page, invitation: str) -> None:
    """From an invitation to one's own task, by clicking only."""
    screen.goto(invitation)
    screen.fill("#password", GOOD)
    screen.fill("#repeated", "sesuatu yang lain sama sekali")
    press(screen, "Simpan dan masuk")
    judge(screen, "undangan-galat")
    screen.fill("#password", GOOD)
    screen.fill("#repeated", GOOD)
    press(screen, "Simpan dan masuk")
    judge(screen, "undangan-diterima")
    screen.get_by_role("link", name="Lanjutkan").click()
    judge(screen, "tugas-saya")
    screen.get_by_role("button", name="Buka tugas").click()
    assert "/t/" in screen.url
    assert "Menyusun permohonan" in screen.content()
    screen.go_back()
    screen.click(".menu > summary")
    screen.get_by_role("link", name="Akun saya").click()
