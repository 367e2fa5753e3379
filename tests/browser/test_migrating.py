"""An administrator puts running cases onto another version in a real Chromium, and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from processes import actions
from processes.actions import Actor
from processes.office import Office
from tests.browser.test_repairs import judge, sign_in
from tests.engine.migrating.edits import EDITS
from worker import sweeps

pytestmark = pytest.mark.browser


def test_the_form_the_preview_the_result_and_the_way_back_fit_every_screen(
    chromium: Browser, office: Office
) -> None:
    page, base = chromium.new_context(locale="id-ID").new_page(), office.settings.base_url
    page.set_default_timeout(60_000)
    now, actor = datetime.now(UTC), Actor(kind="account", name="Administrator")
    for number in range(30):
        actions.open_case(
            office,
            procedure="ksdd",
            region="32.01",
            parties=["32.02"],
            title=f"Pelayanan publik {number + 1}",
            actor=actor,
            now=now,
        )
    [changed] = [edit for edit in EDITS if edit.name == "deadlines changed"]
    actions.publish(office, changed.files(), key="ksdd", note="Tenggat", actor=actor, now=now)
    sign_in(page, office)
    page.goto(f"{base}/prosedur/ksdd/pindah")
    judge(page, "pindah-versi")
    page.get_by_role("radio", name="Mulai kembali").check()
    page.get_by_role("button", name="Tinjau akibatnya").click()
    judge(page, "pindah-versi-galat")
    page.get_by_label("Alasan").fill("Perda baru")
    page.get_by_label("Dasar (nomor SK atau surat)").fill("SK 12/2026")
    page.get_by_role("button", name="Tinjau akibatnya").click()
    judge(page, "pindah-versi-tinjauan")
    page.get_by_role("button", name="Perkara berikutnya").click()
    assert page.locator("tbody tr").count() == 5
    page.get_by_role("button", name="Pindahkan 30 perkara").click()
    sweeps.sweep_repairs(office, lambda: datetime.now(UTC))
    page.reload()
    judge(page, "pindah-versi-hasil")
    page.get_by_label("Alasan pembatalan").fill("Keliru")
    page.get_by_role("button", name="Batalkan pemindahan").click()
    while sweeps.sweep_repairs(office, lambda: datetime.now(UTC)):
        pass
    page.reload()
    page.get_by_text("30 dari 30 selesai").first.wait_for()
