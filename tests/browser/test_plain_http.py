"""In a small network without https the pages still work: Chromium says there neither from which
page a form was sent nor from which site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store import accounts
from processes.store.tables import Task
from tests.browser.conftest import CHROMIUM, SWITCHES, installed
from tests.journeys.conftest import START

NAME = "ksdd.lan.test"


@pytest.fixture
def network(tmp_path: Path, settled_sqlite: Path) -> Iterator[Office]:
    """An installation that its small network calls by a name, over plain http."""
    with installed(tmp_path, settled_sqlite, NAME) as found:
        yield found


@pytest.fixture(params=[False, True], ids=["without scripts", "with scripts"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a browser that finds the name in this machine."""
    found = chromium.browser_type.launch(
        executable_path=CHROMIUM,
        args=[*SWITCHES, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"],
    )
    yield found.new_context(java_script_enabled=request.param, locale="id-ID").new_page()
    found.close()


def test_an_official_fills_his_form_in(page: Page, network: Office) -> None:
    clerk = Actor(kind="account", name="administrator")
    case_id = actions.open_case(
        network,
        procedure="ksdd",
        region="32.01",
        parties=["32.02"],
        title="Air bersih",
        actor=clerk,
        now=START,
    )
    with network.database.read() as session:
        task_id = session.scalars(select(Task.id).where(Task.case_id == case_id)).one()
    page.goto(actions.make_link(network, task_id, actor=clerk, now=START))
    page.fill("[name=judul]", "Dari telepon di jaringan kantor")
    page.click("button.main")

    assert "tidak berasal dari halaman" not in page.inner_text("main")
    assert "perlu diperbaiki" in page.inner_text("main")
    assert page.input_value("[name=judul]") == "Dari telepon di jaringan kantor"


def test_somebody_signs_in_and_out(page: Page, network: Office) -> None:
    with network.database.write() as session:
        token = accounts.first_sign_in_link(session, datetime.now(UTC))
    page.goto(f"{network.settings.base_url}/masuk/{token}")
    page.click("main button")
    assert "/masuk" not in page.url
    # it lies in a menu that opens by a tap
    page.locator("form[action$='/keluar'] button").dispatch_event("click")
    page.wait_for_url("**/masuk")
    page.fill("[name=name]", "Tidak Ada")
    page.fill("[name=password]", "bukan kata sandi siapa pun")
    page.click("main button")
    assert "tidak berasal dari halaman" not in page.inner_text("main")
    assert page.input_value("[name=name]") == "Tidak Ada"
