"""The board and the map in a real browser: on a phone and on a small screen, without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from processes.office import Office
from processes.store import accounts
from processes.store.tables import AccountRole
from tests.bench.cases import open_case
from tests.browser.visitor import RULES

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
PATHS = ("/?kelompok=tahap", "/?kelompok=orang&daerah=32.01&keadaan=segera", "/peta")


def signed_in(office: Office, page: Page) -> None:
    """An administrator who comes by his sign-in link."""
    now = datetime.now(UTC)
    with office.database.write() as session:
        account = accounts.create_account(
            session, name="Administrator", role=AccountRole.ADMIN, now=now, region_code=None
        )
        token = accounts.make_sign_in_link(session, account.id, now)
    page.goto(f"{office.settings.base_url}/masuk/{token}")
    page.locator("main button").first.click()


@pytest.mark.parametrize("width", [360, 1366])
def test_the_board_and_the_map_fit_and_are_accessible_without_their_script(
    office: Office, chromium: Browser, width: int
) -> None:
    for number in range(3):
        open_case(office, datetime.now(UTC).replace(microsecond=number))
    context = chromium.new_context(viewport={"width": width, "height": 768})
    # the product's own script never arrives; axe needs a browser that can run one
    context.route("**/*.js*", lambda route: route.abort())
    page = context.new_page()
    signed_in(office, page)
    for path in PATHS:
        page.goto(f"{office.settings.base_url}{path}")
        assert page.locator("html").evaluate("page => page.scrollWidth") <= width, path
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("rules => axe.run(document, rules)", RULES)
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == [], path
    page.locator(".map svg a").first.click()
    assert page.locator("h1").inner_text() == "Papan pantau"
    context.close()


def test_the_board_is_brought_up_to_date_and_keeps_the_focus(
    office: Office, chromium: Browser
) -> None:
    open_case(office, datetime.now(UTC))
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    signed_in(office, page)
    page.goto(f"{office.settings.base_url}/?kelompok=tahap")
    late = page.locator(".counters a").first
    late.focus()
    open_case(office, datetime.now(UTC))
    with page.expect_response("**/*bagian=daftar*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator("table.waiting tbody tr").nth(1).wait_for()
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == late.get_attribute("href")
    context.close()
