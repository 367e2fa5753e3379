"""An owner tries a draft by clicking only, on a phone and on a large screen, without any script."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store import folder_drafts
from processes.store import procedures as versions
from processes.store.tables import AccountRole, Case, Message
from tests.browser.drawing_board import DrawingBoard, begin
from tests.browser.test_publishing import entered, judge

OWNER = Actor(kind="account", name="Rini Pemilik")


@pytest.mark.parametrize("width", [360, 1366])
def test_a_draft_is_tried_and_becomes_a_scenario_by_clicking_only(
    office: Office, chromium: Browser, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="id-ID")
    # the product's own scripts never arrive; axe needs a browser that can run one
    context.route("**/*.js*", lambda route: route.abort())
    wish = actions.NewDraft(key="ksdd", title="Tenggat baru")
    draft_id = actions.begin_draft(office, wish, actor=OWNER, now=datetime.now(UTC))
    page = entered(office, context, AccountRole.OWNER, "Rini Pemilik")
    page.goto(f"{office.settings.base_url}/prosedur")
    page.locator('a[href$="/coba"]').first.click()
    begun(page, width)
    answered(page, width)
    turned(page, width)
    kept(page, width)
    context.close()
    with office.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0
        assert session.scalar(select(func.count()).select_from(Message)) == 0
        assert "skenario/permohonan_saja.toml" in folder_drafts.files_of(session, draft_id)


def begun(page: Page, width: int) -> None:
    """A case of two regions; one region alone is refused."""
    judge(page, width, "coba-mulai")
    page.get_by_label("Kode daerah").fill("32.01")
    page.get_by_role("button", name="Mulai mencoba").click()
    judge(page, width, "coba-mulai-salah")
    page.get_by_label("Kode daerah").fill("32.01, 32.02")
    page.get_by_label("Hari mulai").fill("2026-03-02")
    page.get_by_role("button", name="Mulai mencoba").click()
    judge(page, width, "coba")


def answered(page: Page, width: int) -> None:
    """The first form, sent empty and then filled in."""
    page.get_by_role("button", name="Kirim").click()
    assert page.get_by_role("alert").count() == 1
    judge(page, width, "coba-salah")
    filled(page)
    page.get_by_role("button", name="Kirim").click()
    assert page.get_by_role("alert").count() == 0, page.get_by_role("alert").inner_text()
    judge(page, width, "coba-tahap-1")
    picture = page.locator(".map img")
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 1000


def turned(page: Page, width: int) -> None:
    """The clock goes on to the next event, and what leaves then is read."""
    page.get_by_role("button", name="Putar ke kejadian berikutnya").click()
    judge(page, width, "coba-jam")
    page.get_by_role("link", name="Baca").click()
    judge(page, width, "coba-surat")
    page.get_by_role("link", name="Kembali ke percobaan").click()


def filled(page: Page) -> None:
    """Everything that the first form asks, typed and ticked; files are samples already."""
    form = page.locator("section[aria-labelledby=isian] form").first
    for box in form.locator("input[type=text], textarea").all():
        if not box.input_value():
            name = str(box.get_attribute("name"))
            box.fill("24" if name.endswith("_bulan") else "2026" if "tahun" in name else "Contoh")
    for choice in form.locator("select").all():
        choice.select_option(index=1)
    for group in form.locator("fieldset").all():
        if group.locator("input[type=radio]").count():
            group.locator("label").first.click()


def kept(page: Page, width: int) -> None:
    """The play is kept as a scenario; what was written is shown."""
    page.get_by_role("link", name="Simpan sebagai skenario").click()
    judge(page, width, "skenario")
    page.get_by_role("button", name="Simpan skenario").click()
    judge(page, width, "skenario-salah")
    page.get_by_label("Nama berkas").fill("permohonan_saja")
    page.get_by_label("Jam diputar").uncheck()
    page.get_by_role("button", name="Simpan skenario").click()
    assert page.get_by_text("baru saja dijalankan dan berhasil").count() == 1
    assert 'jawab = "tahap1_permohonan"' in page.locator("pre").inner_text()
    judge(page, width, "skenario-tersimpan")


def test_the_modeler_leads_to_the_trial_of_its_draft(office: Office, chromium: Browser) -> None:
    board = DrawingBoard(office, chromium, begin(office), "Rini Pemilik")
    board.page.get_by_role("link", name="Coba", exact=True).click()
    heading = board.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Mencoba rancangan: Tenggat DPRD", timeout=30_000)
    assert board.complaints == []
    board.context.close()


def test_a_draft_that_cannot_be_tried_says_why(office: Office, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="id-ID")
    with office.database.read() as session:
        newest = versions.latest(session, "ksdd")
        assert newest is not None
        files = versions.files_of(session, newest.id)
    diagram = files["ksdd.bpmn"].replace(b'dueDate="5 hari kerja"', b'dueDate="lima hari"', 1)
    wish = actions.NewDraft(key="ksdd", title="Salah", files={**files, "ksdd.bpmn": diagram})
    draft_id = actions.begin_draft(office, wish, actor=OWNER, now=datetime.now(UTC))
    page = entered(office, context, AccountRole.OWNER, "Rini Pemilik")
    page.goto(f"{office.settings.base_url}/rancangan/{draft_id}/coba")
    assert page.get_by_text("belum dapat dicoba").count() == 1
    judge(page, 360, "coba-ditolak")
    context.close()
