"""An administrator at his desk and on his telephone: officials, lists, keys, data about people."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.store import accounts
from processes.store.tables import Account, Official
from tests.browser.visitor import AXE, RULES

pytestmark = pytest.mark.browser

KEEPER = actions.Actor(kind="account", name="administrator")


class Desk:
    """One signed-in browser; whatever it sees fits its width and is accessible."""

    def __init__(self, page: Page, base_url: str, width: int) -> None:
        self.page, self.base_url, self.width = page, base_url, width
        self._axe = AXE.read_text("utf-8")

    def go(self, path: str) -> None:
        self.page.goto(f"{self.base_url}{path}")
        self.judge(path)

    def press(self, name: str, seen: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.judge(seen)

    def judge(self, name: str) -> None:
        folder = os.environ.get("KSDD_TEST_PICTURES")
        if folder:
            file = re.sub(r"[^\w]+", "-", name).strip("-")
            self.page.screenshot(path=Path(folder) / f"{file}.{self.width}.png", full_page=True)
        wide = self.page.locator("html").evaluate("page => page.scrollWidth")
        assert wide <= self.width, (name, wide)
        self.page.evaluate(self._axe)
        found = self.page.evaluate("rules => axe.run(document, rules)", RULES)
        wrong = [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]]
        assert wrong == [], (name, wrong)


def signed_in(page: Page, office: Office) -> None:
    now = datetime.now(UTC)
    with office.database.write() as session:
        token = accounts.first_sign_in_link(session, now)
        if token is None:
            own = session.scalars(select(Account.id)).one()
            token = accounts.make_sign_in_link(session, own, now)
    page.goto(f"{office.settings.base_url}/masuk/{token}")
    page.locator("main button").click()
    page.wait_for_load_state()


def officials(desk: Desk, clerk: str) -> None:
    """Somebody is added and set right, and somebody almost let go."""
    page = desk.page
    desk.go("/pejabat/baru?daerah=32.01&peran=bagian_kerja_sama")
    page.fill("#name", "Citra Contoh")
    desk.press("Lihat pratinjau", "pejabat-baru-galat")
    assert page.get_by_role("alert").count() == 1
    page.fill("#email", "citra@contoh.example")
    desk.press("Lihat pratinjau", "pejabat-baru-pratinjau")
    page.fill("#reason", "SK 1/2026")
    desk.press("Tambahkan pejabat ini", "pejabat-ditambah")
    assert page.locator("h1").inner_text() == "Citra Contoh"
    page.fill("#email", "citra.baru@contoh.example")
    page.fill("#ubah-alasan", "Alamat lama salah")
    desk.press("Simpan", "pejabat-diubah")
    assert "citra.baru@contoh.example" in page.locator("#catatan + ul").inner_text()
    desk.go(f"/pejabat/{clerk}/akhiri")
    desk.press("Akhiri jabatan ini", "pejabat-akhiri-galat")


def lists(desk: Desk, file: Path) -> None:
    """A list of officials, a wrong one, and one of old agreements."""
    page = desk.page
    desk.go("/pejabat/impor")
    file.write_text(
        "region,role,name,email\n32.01,kabag,Dewi Contoh,dewi@contoh.example\n", "utf-8"
    )
    page.set_input_files("#file", file)
    desk.press("Lihat pratinjau", "impor-pratinjau")
    page.fill("#reason", "SK 2/2026")
    desk.press("Simpan semua baris", "impor-selesai")
    assert "1 ditambah" in page.get_by_role("status").inner_text()
    file.write_text("region,role,name,email\n99.99,kabag,D,x\n", "utf-8")
    page.set_input_files("#file", file)
    desk.press("Lihat pratinjau", "impor-galat")
    desk.go("/naskah-lama")
    file.write_text(
        "region;partners;title;type;numbers;signed_on;starts_on;ends_on\n"
        "32.01;32.02;Sampah;KB;32.01=1|32.02=2;1/3/2024;4/3/2024;4/3/2029\n",
        "utf-8",
    )
    page.set_input_files("#file", file)
    desk.press("Lihat pratinjau", "naskah-lama-pratinjau")
    page.fill("#reason", "Arsip")
    desk.press("Simpan semua baris", "naskah-lama-selesai")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1366, 768)])
def test_every_page_about_people_fits_and_is_accessible(
    office: Office, chromium: Browser, tmp_path: Path, width: int, height: int
) -> None:
    actions.open_case(
        office,
        procedure="ksdd",
        region="32.01",
        parties=["32.02"],
        title="Air bersih",
        actor=KEEPER,
        now=datetime.now(UTC),
    )
    with office.database.read() as session:
        clerk = session.scalars(
            select(Official.id).where(
                Official.role == "bagian_kerja_sama", Official.region_code == "32.01"
            )
        ).one()
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="id-ID")
    page = context.new_page()
    page.set_default_timeout(10_000)
    signed_in(page, office)
    desk = Desk(page, office.settings.base_url, width)
    for path in ("/pejabat", "/peran", "/daerah?cari=bogor", "/contoh", "/kunci"):
        desk.go(path)
    for path in ("/data-pribadi", "/data-pribadi/akses", f"/pejabat/{clerk}"):
        desk.go(path)
    officials(desk, clerk)
    lists(desk, tmp_path / "daftar.csv")
    desk.go("/kunci")
    page.fill("#name", "SI Bogor")
    page.fill("#reason", "Integrasi")
    desk.press("Buat kunci", "kunci-dibuat")
    context.close()
