"""The reports in a real browser: no barrier, nothing wider than the screen, no script."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from processes.office import Office
from processes.store import accounts
from processes.store.tables import AccountRole
from tests.webhooks.reports.cast import fill

PAGES = ("", "/perkiraan", "/hari-ini?region=32.01&pesan=ya", "/bulanan", "/daftar", "/log")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (360, 740)])
def test_the_reports_are_read_by_everybody_on_every_screen(
    office: Office, chromium: Browser, width: int, height: int
) -> None:
    fill(office, 60)
    base, now = office.settings.base_url, datetime.now(UTC)
    with office.database.write() as session:
        account = accounts.create_account(session, name="melihat", role=AccountRole.ADMIN, now=now)
        token = accounts.make_sign_in_link(session, account.id, now)
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="id-ID", bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{base}/masuk/{token}")
    page.click("main button")
    for path in PAGES:
        page.goto(f"{base}/laporan{path}")
        assert Axe().run(page).response["violations"] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if folder := os.environ.get("KSDD_TEST_PICTURES"):
            name = f"laporan{path.partition('?')[0].replace('/', '-')}-{width}.png"
            page.screenshot(path=Path(folder) / name, full_page=True)
    page.goto(f"{base}/laporan")
    page.fill("#daerah-isian", "32.01 Kabupaten Bogor")
    page.click("form.filters button")
    assert "region=32.01" in page.url
    with page.expect_download() as loading:
        page.click("text=Unduh XLSX")
    assert loading.value.suggested_filename.endswith(".xlsx")
    strict = chromium.new_context(storage_state=context.storage_state(), java_script_enabled=False)
    guarded, refused = strict.new_page(), list[str]()
    guarded.on("console", lambda said: refused.append(said.text))
    guarded.goto(f"{base}/laporan")
    assert guarded.locator("svg").count() == 4
    assert refused == [], "no drawing asks for what the page's policy forbids"
    strict.close()
    context.close()
