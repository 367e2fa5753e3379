"""The pages of two people who publish: on a phone and on a large screen, without any script."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import axe_playwright_python
import pytest
from lxml import etree
from playwright.sync_api import Browser, BrowserContext, Page

from processes import actions
from processes.actions import Actor
from processes.engine.attributes import BPMN
from processes.engine.picture.layout import DC, DD, DI
from processes.office import Office
from processes.store import accounts
from processes.store import procedures as versions
from processes.store.tables import AccountRole
from tests.browser.visitor import MOST_BYTES, RULES
from worker import sweeps

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
OWNER = Actor(kind="account", name="Rini Pemilik")
#: milliseconds; a page with all checks of the shipped folder takes long where much else runs
PATIENCE = 180_000


def entered(office: Office, context: BrowserContext, role: AccountRole, name: str) -> Page:
    """A page of somebody who came by a sign-in link."""
    now = datetime.now(UTC)
    with office.database.write() as session:
        account = accounts.create_account(session, name=name, role=role, now=now)
        token = accounts.make_sign_in_link(session, account.id, now)
    page = context.new_page()
    page.goto(f"{office.settings.base_url}/masuk/{token}")
    page.locator("main button").first.click()
    return page


def drawn_anew(content: bytes) -> bytes:
    """The shipped drawing with a shape more, one less, a flow that leads elsewhere, another
    deadline and another time."""
    content = content.replace(b"hari_kerja(45, tahap4", b"hari_kerja(60, tahap4")
    root = etree.fromstring(content.replace(b'"15 hari kerja"', b'"20 hari kerja"'))
    asisten = root.find(f".//{{{BPMN}}}userTask[@id='tahap5_paraf_asisten']")
    plane = root.find(f"{{{DI}}}BPMNDiagram/{{{DI}}}BPMNPlane")
    assert asisten is not None
    assert plane is not None
    hukum = etree.fromstring(etree.tostring(asisten))
    hukum.set("id", "tahap5_paraf_hukum")
    hukum.set("name", "Paraf Kabag Hukum")
    asisten.addnext(hukum)
    place = next(e for e in plane if e.get("bpmnElement") == "tahap5_paraf_asisten")
    copy = etree.fromstring(etree.tostring(place))
    copy.set("id", "hukum_di")
    copy.set("bpmnElement", "tahap5_paraf_hukum")
    bounds = copy.find(f"{{{DC}}}Bounds")
    assert bounds is not None
    bounds.set("y", str(float(bounds.get("y")) + 95))
    plane.append(copy)
    left, top = (float(bounds.get(each)) for each in ("x", "y"))
    edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", id="alur_di", bpmnElement="alur_hukum")
    for y in (top, top - 15):
        etree.SubElement(edge, f"{{{DD}}}waypoint", x=str(left + 50), y=str(y))
    flow = root.find(f".//{{{BPMN}}}sequenceFlow[@id='alur_g5_kabag_tahap5_paraf_asisten']")
    assert flow is not None
    flow.set("targetRef", "tahap5_paraf_hukum")
    etree.SubElement(
        asisten.getparent(),
        f"{{{BPMN}}}sequenceFlow",
        id="alur_hukum",
        sourceRef="tahap5_paraf_hukum",
        targetRef="tahap5_paraf_asisten",
    )
    return etree.tostring(root)


def published_without_scenarios(office: Office) -> dict[str, bytes]:
    """The newest version's files; its scenarios hope for the deadlines of the shipped drawing."""
    with office.database.read() as session:
        newest = versions.latest(session, "ksdd")
        assert newest is not None
        files = versions.files_of(session, newest.id)
    return {name: each for name, each in files.items() if not name.startswith("skenario/")}


def begun(office: Office) -> str:
    files = published_without_scenarios(office)
    files["ksdd.bpmn"] = drawn_anew(files["ksdd.bpmn"])
    files["pesan/tugas_baru.txt"] = files["pesan/tugas_baru.txt"].replace(b"Dengan", b"Salam dan")
    wish = actions.NewDraft(key="ksdd", title="Paraf Kabag Hukum dan 60 hari", files=files)
    return actions.begin_draft(office, wish, actor=OWNER, now=datetime.now(UTC))


def judge(page: Page, width: int, name: str) -> None:
    """It fits, is light, and breaks no rule of WCAG 2.2 AA."""
    page.wait_for_load_state()
    assert page.locator("html").evaluate("page => page.scrollWidth") <= width, name
    assert len(page.content().encode()) < MOST_BYTES
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert [(e["id"], e["nodes"][0]["html"]) for e in found["violations"]] == [], name
    folder = os.environ.get("KSDD_TEST_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.{width}.png", full_page=True)


@pytest.mark.parametrize("width", [360, 1366])
def test_two_people_publish_by_clicking_only(office: Office, chromium: Browser, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="id-ID")
    context.set_default_timeout(PATIENCE)
    # the product's own scripts never arrive; axe needs a browser that can run one
    context.route("**/*.js*", lambda route: route.abort())
    draft_id = begun(office)
    owner = entered(office, context, AccountRole.OWNER, "Rini Pemilik")
    owner.goto(f"{office.settings.base_url}/rancangan/{draft_id}/terbitkan")
    judge(owner, width, "minta-sendiri")
    assert owner.get_by_text("Belum ada orang kedua").count() == 1
    for picture in owner.locator(".map img").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("image => image.decode()")
        assert picture.evaluate("image => image.naturalWidth") > 1000
    owner.get_by_role("button", name="Minta penerbitan").click()
    judge(owner, width, "minta-salah")
    owner.get_by_label("Keterangan perubahan").fill("Paraf Kabag Hukum, DPRD 60 hari")
    owner.get_by_label("Dasar hukum").fill("SK Bupati 12/2026 tanggal 2 Juni 2026")
    owner.get_by_role("button", name="Minta penerbitan").click()
    assert owner.get_by_text("Penjelajahan diagram").count() == 1
    judge(owner, width, "permintaan-diuji")
    sweeps.sweep_trials(office, lambda: datetime.now(UTC))
    owner.get_by_role("link", name="Perbarui").click()
    assert owner.get_by_text("Lulus uji").count() == 1
    judge(owner, width, "permintaan-sendiri")
    address = owner.url
    context.clear_cookies()
    second_person(office, context, width, address)
    context.close()


def second_person(office: Office, context: BrowserContext, width: int, address: str) -> None:
    """A petugas finds the request on the board, sees the same, and publishes."""
    clerk = entered(office, context, AccountRole.CLERK, "Budi Petugas")
    clerk.goto(f"{office.settings.base_url}/")
    clerk.get_by_role("link", name="Lihat permintaan").click()
    judge(clerk, width, "daftar")
    clerk.get_by_role("link", name="Paraf Kabag Hukum dan 60 hari").click()
    assert clerk.url == address
    assert clerk.get_by_text("waktu 45 → 60 hari kerja").count() == 1
    judge(clerk, width, "permintaan")
    clerk.get_by_role("button", name="Setujui dan terbitkan").click()
    assert clerk.url.endswith("/prosedur/ksdd/versi/2")
    judge(clerk, width, "versi")
    clerk.goto(f"{clerk.url}/sesudah.svg")
    for own in ("tahap5_paraf_hukum", "alur_hukum"):
        drawn = clerk.locator(f'[data-element="{own}"]')
        assert "is-added" in str(drawn.get_attribute("class"))


def failing(office: Office) -> str:
    """A draft whose drawing halts where the result of a task is answered."""
    files = published_without_scenarios(office)
    sound = b'>tahap1_telaah.hasil == "perbaikan"'
    assert files["ksdd.bpmn"].count(sound) == 1
    files["ksdd.bpmn"] = files["ksdd.bpmn"].replace(sound, sound + b" or 1 / (1 - 1) == 1")
    wish = actions.NewDraft(key="ksdd", title="Pembagian dengan nol", files=files)
    return actions.begin_draft(office, wish, actor=OWNER, now=datetime.now(UTC))


@pytest.mark.parametrize("width", [360, 1366])
def test_a_request_that_fails_shows_by_itself_why_and_where(
    office: Office, chromium: Browser, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="id-ID")
    context.set_default_timeout(PATIENCE)
    draft_id = failing(office)
    owner = entered(office, context, AccountRole.OWNER, "Rini Pemilik")
    owner.goto(f"{office.settings.base_url}/rancangan/{draft_id}/terbitkan")
    owner.get_by_label("Keterangan perubahan").fill("Syarat baru")
    owner.get_by_label("Dasar hukum").fill("SK Bupati 12/2026 tanggal 2 Juni 2026")
    owner.get_by_role("button", name="Minta penerbitan").click()
    address = owner.url
    assert owner.get_by_role("progressbar").count() == 1
    sweeps.sweep_trials(office, lambda: datetime.now(UTC))
    owner.get_by_text("Tidak lulus uji").first.wait_for()
    assert owner.url == address
    assert owner.get_by_text("membagi dengan nol").first.is_visible()
    picture = owner.locator("details[open] .map img").first
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 1000
    judge(owner, width, "permintaan-gagal")
    owner.goto(f"{address}/jalan/0.svg")
    assert "is-done" in str(
        owner.locator('[data-element="tahap1_permohonan"]').get_attribute("class")
    )
    owner.go_back()
    owner.get_by_role("link", name="Perbaiki rancangan ini").click()
    assert owner.url == f"{office.settings.base_url}/rancangan/{draft_id}"
    context.close()
